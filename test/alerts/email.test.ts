import { generateKeyPairSync } from 'node:crypto';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { type ParsedMail, simpleParser } from 'mailparser';
import { SMTPServer, type SMTPServerOptions } from 'smtp-server';
import { afterEach, describe, expect, it } from 'vitest';
import {
  type AlertContentInput,
  alertContent,
  createSender,
  type Delivery,
  deliveriesFor,
  type Sender,
  type SendResult,
  type SubscriberMail,
} from '../../src/alerts/index.js';
import type { SmtpConfig } from '../../src/config/index.js';
import { type Clock, systemClock } from '../../src/core/index.js';
import { dkimProblem } from '../_util/dkim.js';
import { temporaryFolders } from '../_util/folder.js';
import { exampleInput, hostileInput } from './example.js';

const never = new AbortController().signal;
const servers: SMTPServer[] = [];
const senders: Sender[] = [];
const newFolder = temporaryFolders();

interface Mailbox {
  readonly port: number;
  readonly mails: { readonly raw: string; readonly parsed: ParsedMail; readonly recipients: string[] }[];
}

async function mailbox(options: SMTPServerOptions = {}): Promise<Mailbox> {
  const mails: Mailbox['mails'] = [];
  const server = new SMTPServer({
    authOptional: true,
    logger: false,
    onData: (stream, session, done) => {
      const chunks: Buffer[] = [];
      stream.on('data', (chunk: Buffer) => chunks.push(chunk));
      stream.on('end', async () => {
        const raw = Buffer.concat(chunks);
        const recipients = session.envelope.rcptTo.map((to) => to.address);
        mails.push({ raw: raw.toString('utf8'), parsed: await simpleParser(raw), recipients });
        done(null);
      });
    },
    ...options,
  });
  // A client that hangs up in the middle is part of these tests.
  server.on('error', () => undefined);
  servers.push(server);
  const listening = server.listen(0, '127.0.0.1');
  await once(listening, 'listening');
  return { port: (listening.address() as AddressInfo).port, mails };
}

afterEach(async () => {
  for (const sender of senders.splice(0)) sender.close();
  await Promise.all(
    servers.splice(0).map((server) => new Promise<void>((done) => server.close(() => done()))),
  );
});

function refuse(responseCode: number, text: string): Error {
  return Object.assign(new Error(text), { responseCode });
}

function mail(input: AlertContentInput = exampleInput(), to = 'ann@reader.example'): Delivery {
  const [delivery] = deliveriesFor(alertContent(input), [{ kind: 'email', to }]);
  if (delivery === undefined) throw new Error('no delivery');
  return delivery;
}

interface Options {
  readonly smtp?: Partial<SmtpConfig>;
  readonly clock?: Clock;
  readonly signal?: AbortSignal;
}

function open(port: number, options: Options = {}): Sender {
  const sender = createSender({
    env: { secret: (name) => ({ MAIL_USER: 'watch', MAIL_PASSWORD: 'open sesame' })[name] ?? null },
    smtp: {
      host: '127.0.0.1',
      port,
      secure: false,
      from: 'Twinwatch <alerts@watchdog.example>',
      userEnv: null,
      passwordEnv: null,
      dkim: null,
      ...options.smtp,
    },
    clock: options.clock ?? systemClock,
    print: () => undefined,
  });
  senders.push(sender);
  return sender;
}

function send(port: number, delivery: Delivery, options: Options = {}): Promise<SendResult> {
  return open(port, options).send(delivery, options.signal ?? never);
}

const link = 'https://watch.example/unsubscribe?token=AbC-123_x&from=mail';

function subscriberMail(
  input: AlertContentInput = exampleInput(),
  change: Partial<SubscriberMail> = {},
): SubscriberMail {
  const links = { unsubscribe: link, manage: 'https://watch.example/manage?token=q', confirm: null };
  return {
    id: 'pair-1-subscriber-f00',
    to: 'ann@reader.example',
    content: alertContent(input),
    links,
    ...change,
  };
}

describe('an alert by mail', () => {
  it('arrives with both parts and the same Message-ID in every attempt', async () => {
    const box = await mailbox();
    const delivery = mail();
    for (let i = 0; i < 2; i += 1) expect((await send(box.port, delivery)).kind).toBe('sent');
    expect(box.mails).toHaveLength(2);
    for (const { parsed, recipients } of box.mails) {
      expect(parsed.messageId).toBe(`<${delivery.id}@watchdog.example>`);
      expect(parsed.subject).toBe('Listed and released answers differ: Maverick on the arena');
      expect(parsed.from?.text).toContain('alerts@watchdog.example');
      expect(recipients).toEqual(['ann@reader.example']);
      expect(parsed.headers.get('auto-submitted')).toBe('auto-generated');
      expect(parsed.text).toContain('2.9 times as long');
      expect(parsed.text).toContain('🌈');
      expect(parsed.html).toContain('2.9 times as long');
      expect(parsed.attachments).toEqual([]);
    }
  });

  it('lets hostile titles add no header, recipient or attachment', async () => {
    const box = await mailbox();
    expect((await send(box.port, mail(hostileInput()))).kind).toBe('sent');
    const { parsed, recipients, raw } = box.mails[0] ?? expect.unreachable();
    expect(recipients).toEqual(['ann@reader.example']);
    expect([...parsed.headers.keys()].sort()).toEqual([
      'auto-submitted',
      'content-type',
      'date',
      'from',
      'message-id',
      'mime-version',
      'subject',
      'to',
      'x-auto-response-suppress',
    ]);
    expect(parsed.bcc).toBeUndefined();
    expect(parsed.attachments).toEqual([]);
    for (const line of raw.split('\r\n')) expect(line.length).toBeLessThanOrEqual(998);
  });

  it('goes to one plain address or nowhere', async () => {
    const box = await mailbox();
    for (const to of [
      'a@b.example, c@d.example',
      'a@b.example\r\nBcc: c@d.example',
      'Ann <a@b.example>',
      'ann',
      '',
    ]) {
      expect(await send(box.port, mail(exampleInput(), to))).toMatchObject({ kind: 'rejected' });
    }
    expect(box.mails).toHaveLength(0);
  });

  it('logs in with the secrets that the configuration names', async () => {
    const logins: unknown[] = [];
    const box = await mailbox({
      authOptional: false,
      hideSTARTTLS: true,
      allowInsecureAuth: true,
      onAuth: (auth, _session, done) => {
        logins.push([auth.username, auth.password]);
        done(null, { user: 'watch' });
      },
    });
    const smtp = { userEnv: 'MAIL_USER', passwordEnv: 'MAIL_PASSWORD' };
    expect((await send(box.port, mail(), { smtp })).kind).toBe('sent');
    expect(logins).toEqual([['watch', 'open sesame']]);
    const missing = await send(box.port, mail(), { smtp: { ...smtp, passwordEnv: 'NOT_SET' } });
    expect(missing).toMatchObject({ kind: 'retry', reason: expect.stringContaining('NOT_SET') });
  });

  it('is retried after a failed login, as the operator may mend it', async () => {
    const box = await mailbox({
      authOptional: false,
      hideSTARTTLS: true,
      allowInsecureAuth: true,
      onAuth: (_auth, _session, done) => done(refuse(535, 'wrong password')),
    });
    const smtp = { userEnv: 'MAIL_USER', passwordEnv: 'MAIL_PASSWORD' };
    const result = await send(box.port, mail(), { smtp });
    expect(result).toMatchObject({ kind: 'retry', reason: expect.stringContaining('535') });
    expect(JSON.stringify(result)).not.toContain('sesame');
  });
});

describe('a mail server that says no', () => {
  it('is asked again after 4xx and not after 5xx, at the recipient and at the message', async () => {
    for (const [code, kind] of [
      [450, 'retry'],
      [421, 'retry'],
      [503, 'retry'],
      [550, 'rejected'],
      [552, 'rejected'],
    ] as const) {
      const atRecipient = await mailbox({
        onRcptTo: (_to, _session, done) => done(refuse(code, 'not now\u001b[31m')),
      });
      const atData = await mailbox({
        onData: (stream, _session, done) => {
          stream.resume();
          stream.on('end', () => done(refuse(code, 'no such thing')));
        },
      });
      for (const box of [atRecipient, atData]) {
        const result = await send(box.port, mail());
        expect(result, String(code)).toMatchObject({ kind, reason: expect.stringContaining(String(code)) });
        expect(JSON.stringify(result)).not.toContain('u001b');
      }
    }
  });

  it('is asked again when it refuses the connection or drops it, even after the message was sent', async () => {
    const box = await mailbox({ onConnect: (_session, done) => done(refuse(554, 'closed today')) });
    expect((await send(box.port, mail())).kind).toBe('retry');

    let dropped = 0;
    const dropping = await mailbox({
      onData: (stream) => {
        stream.resume();
        stream.on('end', () => {
          dropped += 1;
          for (const connection of servers.at(-1)?.connections ?? []) {
            (connection as unknown as { _socket: { destroy(): void } })._socket.destroy();
          }
        });
      },
    });
    expect((await send(dropping.port, mail())).kind).toBe('retry');
    expect(dropped).toBe(1);

    const gone = servers[0] ?? expect.unreachable();
    await new Promise<void>((done) => gone.close(() => done()));
    expect(await send(box.port, mail())).toMatchObject({
      kind: 'retry',
      reason: expect.stringContaining('ECONNREFUSED'),
    });
  });

  it('is not waited for longer than a minute, nor after an abort', async () => {
    let reached: () => void = () => undefined;
    const box = await mailbox({ onRcptTo: () => reached() });
    const at = () =>
      new Promise<void>((resolve) => {
        reached = resolve;
      });
    const asked: number[] = [];
    const hanging = at();
    const clock: Clock = {
      now: Date.now,
      sleep: (ms) => {
        asked.push(ms);
        return hanging;
      },
    };
    expect((await send(box.port, mail(), { clock })).kind).toBe('retry');
    expect(asked).toEqual([60_000]);

    const caller = new AbortController();
    const again = at().then(() => caller.abort());
    expect((await send(box.port, mail(), { signal: caller.signal })).kind).toBe('retry');
    await again;
  });
});

describe('a mail to a subscriber', () => {
  it('shows how to unsubscribe with one click, signed', async () => {
    const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
    const keyFile = join(newFolder(), 'dkim.pem');
    writeFileSync(keyFile, privateKey.export({ type: 'pkcs8', format: 'pem' }));
    const dkim = { domain: 'watchdog.example', selector: 'tw', keyFile };
    const box = await mailbox();
    const sender = open(box.port, { smtp: { dkim } });
    // What stands in these comes from watch files, answers and providers.
    for (const input of [exampleInput(), hostileInput()])
      expect((await sender.mail(subscriberMail(input), never)).kind).toBe('sent');
    expect((await sender.send(mail(), never)).kind).toBe('sent');
    const [plain, hostile, alert] = box.mails;
    for (const { raw, parsed, recipients } of [plain, hostile].filter((one) => one !== undefined)) {
      expect(recipients).toEqual(['ann@reader.example']);
      expect(parsed.messageId).toBe('<pair-1-subscriber-f00@watchdog.example>');
      expect(parsed.headers.get('list')).toMatchObject({
        unsubscribe: { url: link },
        'unsubscribe-post': { name: 'List-Unsubscribe=One-Click' },
      });
      expect(/^List-Id:\s+<[a-zA-Z0-9-]*\.twinwatch\.watchdog\.example>\r$/im.test(raw)).toBe(true);
      expect(parsed.bcc).toBeUndefined();
      expect(parsed.attachments).toEqual([]);
      expect(
        dkimProblem(raw, publicKey, [
          'from',
          'to',
          'subject',
          'message-id',
          'list-unsubscribe',
          'list-unsubscribe-post',
        ]),
      ).toBeNull();
      expect(dkimProblem(raw.replace('One-Click', 'Two-Click'), publicKey, [])).toBe('signature');
      expect(dkimProblem(raw.replace(/--\r\n$/, '-\r\n'), publicKey, [])).toBe('body');
    }
    expect(dkimProblem(alert?.raw ?? '', publicKey, ['from', 'to', 'subject', 'message-id'])).toBeNull();
    expect(alert?.parsed.headers.has('list')).toBe(false);
  });

  it('lets no link end the header that carries it', async () => {
    const box = await mailbox();
    const hostile = 'https://watch.example/u\r\nBcc: c@d.example\r\n?a=<b>,<mailto:x@y.example>';
    const links = { unsubscribe: hostile, manage: null, confirm: null };
    expect((await open(box.port).mail(subscriberMail(exampleInput(), { links }), never)).kind).toBe('sent');
    for (const text of ['javascript:alert(1)', 'no link'])
      await open(box.port).mail(
        subscriberMail(exampleInput(), { links: { ...links, unsubscribe: text } }),
        never,
      );
    const [first, ...others] = box.mails;
    expect(first?.recipients).toEqual(['ann@reader.example']);
    expect(first?.parsed.headers.has('bcc')).toBe(false);
    expect(others).toHaveLength(2);
    for (const { raw } of others) expect(raw).not.toMatch(/^List-Unsubscribe/m);
  });

  it('is not signed by what is no RSA key, and the key is not shown', () => {
    const folder = newFolder();
    const file = (name: string, text: string | Buffer): SmtpConfig['dkim'] => {
      writeFileSync(join(folder, name), text);
      return { domain: 'watchdog.example', selector: 'tw', keyFile: join(folder, name) };
    };
    const pem = { type: 'pkcs8', format: 'pem' } as const;
    const short = generateKeyPairSync('rsa', { modulusLength: 1024 }).privateKey.export(pem);
    const curve = generateKeyPairSync('ed25519').privateKey.export(pem);
    const missing = { domain: 'watchdog.example', selector: 'tw', keyFile: join(folder, 'missing') };
    for (const [dkim, reason] of [
      [file('short', short), 'at least 2048 bits'],
      [file('curve', curve), 'must be an RSA key'],
      [file('broken', '-----BEGIN PRIVATE KEY-----\nc2VjcmV0\n'), 'is not a private key in PEM'],
      [missing, 'ENOENT'],
    ] as const) {
      expect(() => open(1, { smtp: { dkim } })).toThrow(reason);
      expect(() => open(1, { smtp: { dkim } })).not.toThrow('c2VjcmV0');
    }
  });
});

describe('the connections to the mail server', () => {
  it('are used again, never more than eight, and closed with the sender', async () => {
    let opened = 0;
    let now = 0;
    let most = 0;
    const box = await mailbox({
      onConnect: (_session, done) => {
        opened += 1;
        now += 1;
        most = Math.max(most, now);
        done();
      },
      onClose: () => {
        now -= 1;
      },
    });
    const sender = open(box.port);
    const all = Array.from({ length: 60 }, (_, i) =>
      sender.mail(subscriberMail(exampleInput(), { id: `pair-1-subscriber-${i}` }), never),
    );
    expect(new Set((await Promise.all(all)).map(({ kind }) => kind))).toEqual(new Set(['sent']));
    expect(new Set(box.mails.map(({ parsed }) => parsed.messageId)).size).toBe(60);
    expect(opened).toBeLessThanOrEqual(8);
    expect(most).toBeLessThanOrEqual(8);
    const server = servers.at(-1) ?? expect.unreachable();
    sender.close();
    // Ends only when no connection is left.
    await new Promise<void>((done) => server.close(() => done()));
    expect(await sender.mail(subscriberMail(), never)).toMatchObject({ kind: 'retry' });
  });

  it('survive a refused recipient, and say whether the server is up', async () => {
    let opened = 0;
    const grey = new Set<string>();
    const box = await mailbox({
      onConnect: (_session, done) => {
        opened += 1;
        done();
      },
      onRcptTo: ({ address }, _session, done) => {
        if (address.startsWith('gone')) return done(refuse(550, 'no such user'));
        if (address.startsWith('grey') && !grey.has(address)) {
          grey.add(address);
          return done(refuse(451, 'greylisted, try again'));
        }
        done();
      },
    });
    const sender = open(box.port);
    const to = (address: string) => sender.mail(subscriberMail(exampleInput(), { to: address }), never);
    expect(await to('gone@reader.example')).toMatchObject({ kind: 'rejected' });
    expect(await to('grey@reader.example')).toMatchObject({ kind: 'retry', isDeferred: true });
    expect(await to('grey@reader.example')).toMatchObject({ kind: 'sent' });
    expect(await to('ann@reader.example')).toMatchObject({ kind: 'sent' });
    // One more where the first was still being reset.
    expect(opened).toBeLessThanOrEqual(2);
    const down = await mailbox({ onConnect: (_session, done) => done(refuse(421, 'closing')) });
    expect(await send(down.port, mail())).not.toHaveProperty('isDeferred');
  });
});
