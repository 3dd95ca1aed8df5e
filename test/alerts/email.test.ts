import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { type ParsedMail, simpleParser } from 'mailparser';
import { SMTPServer, type SMTPServerOptions } from 'smtp-server';
import { afterEach, describe, expect, it } from 'vitest';
import {
  type AlertContentInput,
  alertContent,
  createSender,
  type Delivery,
  deliveriesFor,
  type SendResult,
} from '../../src/alerts/index.js';
import type { SmtpConfig } from '../../src/config/index.js';
import { type Clock, systemClock } from '../../src/core/index.js';
import { exampleInput, hostileInput } from './example.js';

const never = new AbortController().signal;
const servers: SMTPServer[] = [];

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

function send(
  port: number,
  delivery: Delivery,
  options: { smtp?: Partial<SmtpConfig>; clock?: Clock; signal?: AbortSignal } = {},
): Promise<SendResult> {
  const sender = createSender({
    env: { secret: (name) => ({ MAIL_USER: 'watch', MAIL_PASSWORD: 'open sesame' })[name] ?? null },
    smtp: {
      host: '127.0.0.1',
      port,
      secure: false,
      from: 'Twinwatch <alerts@watchdog.example>',
      userEnv: null,
      passwordEnv: null,
      ...options.smtp,
    },
    clock: options.clock ?? systemClock,
    print: () => undefined,
  });
  return sender.send(delivery, options.signal ?? never);
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
