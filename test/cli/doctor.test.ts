import { existsSync, readdirSync, writeFileSync } from 'node:fs';
import type { ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { type Check, examine } from '../../src/app/index.js';
import { doctor } from '../../src/cli/commands/doctor.js';
import { environmentFrom } from '../../src/config/env.js';
import { parseWatchFile } from '../../src/config/index.js';
import { systemClock } from '../../src/core/index.js';
import { startSandbox } from '../../src/sandbox/index.js';
import { lockStore, openStore } from '../../src/store/index.js';
import { capture } from '../_util/capture.js';
import { controls } from '../_util/controls.js';
import { temporaryFolders } from '../_util/folder.js';
import { ran } from '../_util/ran.js';
import { startSmtpSink } from '../_util/smtp-sink.js';
import { endpoint, writeWatchFile } from '../_util/watch-file.js';
import { startWebhookSink } from '../_util/webhook-sink.js';
import { completion, json, serve } from '../probes/_server.js';

const newFolder = temporaryFolders();
const closing: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});

const secret = `whsec_${Buffer.alloc(32, 7).toString('base64')}`;

interface Setup {
  readonly listed?: object;
  readonly watch?: object;
  readonly file?: object;
  readonly env?: Readonly<Record<string, string>>;
  readonly folder?: string;
}

/** Examines a watch whose two sides are the same endpoint. */
async function examined(baseUrl: string, setup: Setup = {}): Promise<Check[]> {
  const { listed = {}, watch = {}, file = {}, env = {}, folder = newFolder() } = setup;
  const side = endpoint(baseUrl, 'vanilla', { stream: false, ...listed });
  const watches = [{ id: 'pair', listed: side, released: side, schedule: '0 0 1 1 *', ...watch }];
  const text = JSON.stringify({ version: 1, ...file, watches });
  const parsed = parseWatchFile(text, join(folder, 'twinwatch.yaml'), null);
  return await examine({ file: parsed, env: environmentFrom(env), clock: systemClock }, () => undefined);
}

function of(checks: readonly Check[], area: Check['area']): Check[] {
  return checks.filter((check) => check.area === area);
}

async function answering(answer: (response: ServerResponse) => void): ReturnType<typeof serve> {
  const server = await serve((response) => answer(response));
  closing.push(server.close);
  return server;
}

/** A port on loopback where nobody listens. */
async function closedPort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

describe('endpoints', () => {
  it('are asked once for each model of an account, and are fine when they answer', async () => {
    const sandbox = await startSandbox({ seed: 'doctor' });
    closing.push(sandbox.close);
    const checks = await examined(`${sandbox.url}/v1`);
    expect(sandbox.requests()).toEqual({ vanilla: 1 });
    expect(of(checks, 'endpoint')).toEqual([
      {
        level: 'ok',
        area: 'endpoint',
        subject: `vanilla at 127.0.0.1:${sandbox.port}`,
        detail: expect.stringMatching(/^answered in [\d.]+ s, calls itself vanilla$/),
        fix: null,
      },
    ]);
    expect(of(checks, 'clock')[0]).toMatchObject({ level: 'ok', detail: 'within 30 s of 1 server' });
    expect(checks.every(({ level }) => level === 'ok')).toBe(true);
  });

  it('with a wrong key or an unknown model are explained, by a real API', async () => {
    const sandbox = await startSandbox({ seed: 'doctor', apiKey: 'right' });
    closing.push(sandbox.close);
    const ask = async (key: string, model: string): Promise<Check | undefined> =>
      of(
        await examined(`${sandbox.url}/v1`, {
          listed: { api_key_env: 'THE_KEY', model },
          env: { THE_KEY: key },
        }),
        'endpoint',
      )[0];
    const wrong = await ask('wrong', 'vanilla');
    expect(wrong).toMatchObject({ level: 'problem', fix: 'check the key in THE_KEY' });
    expect(wrong?.detail).toContain('HTTP 401');
    expect(JSON.stringify(wrong)).not.toContain('wrong"');
    expect(await ask('right', 'nope')).toMatchObject({
      level: 'problem',
      fix: expect.stringMatching(/^check model, and that base_url .* is where the API starts$/),
    });
    expect((await ask('right', 'vanilla'))?.level).toBe('ok');
  });

  it.each<[string, (response: ServerResponse) => void, Check['level'], RegExp]>([
    [
      'refuses the temperature',
      (r) => json(r, { error: { message: "Unsupported value: 'temperature'" } }, 400),
      'problem',
      /setting/,
    ],
    [
      'wants no key but gets none',
      (r) => json(r, { error: { message: 'no' } }, 403),
      'problem',
      /set api_key_env/,
    ],
    ['wants money', (r) => json(r, { error: { message: 'no' } }, 402), 'problem', /paid/],
    ['is overloaded', (r) => json(r, { error: { message: 'no' } }, 503), 'warning', /later/],
    ['limits the rate', (r) => json(r, { error: { message: 'no' } }, 429), 'warning', /requests_per_minute/],
    [
      'is a web page',
      (r) => void r.writeHead(200, { 'content-type': 'text/html' }).end('<p>'),
      'problem',
      /kind openai/,
    ],
    ['says nothing', (r) => json(r, completion('')), 'warning', /max_tokens/],
    [
      'redirects',
      (r) => void r.writeHead(302, { location: 'http://127.0.0.1:9/' }).end(),
      'problem',
      /redirect/,
    ],
    ['breaks off', (r) => void r.destroy(), 'problem', /base_url/],
  ])('a server that %s', async (_, answer, level, fix) => {
    const server = await answering(answer);
    const [check] = of(await examined(server.url), 'endpoint');
    expect(check).toMatchObject({ level, fix: expect.stringMatching(fix) });
    expect(server.received).toHaveLength(1);
  });

  it('where nobody listens, or nobody answers, or without TLS', async () => {
    const refused = await examined(`http://127.0.0.1:${await closedPort()}/v1`);
    expect(of(refused, 'endpoint')[0]?.fix).toContain('nothing listens there');
    const silent = await answering(() => undefined);
    const late = await examined(silent.url, {
      listed: { first_byte_timeout: '100ms', total_timeout: '200ms' },
    });
    expect(of(late, 'endpoint')[0]).toMatchObject({
      level: 'problem',
      fix: expect.stringContaining('timeout'),
    });
    const plain = await answering((response) => json(response, completion('x')));
    const [tls] = of(await examined(plain.url.replace('http:', 'https:')), 'endpoint');
    expect(tls).toMatchObject({ level: 'problem', fix: expect.stringContaining('http:// or https://') });
  });

  it('are not asked without their key; the names of missing secrets are told', async () => {
    const server = await answering((response) => json(response, completion('ready')));
    const checks = await examined(server.url, { listed: { api_key_env: 'NOT_SET' } });
    expect(server.received).toHaveLength(0);
    expect(of(checks, 'endpoint')[0]).toMatchObject({ level: 'problem', fix: 'set NOT_SET' });
    expect(of(checks, 'secret')).toEqual([
      expect.objectContaining({
        level: 'problem',
        subject: 'NOT_SET',
        detail: expect.stringContaining('pair'),
      }),
    ]);
  });
});

describe('the clock', () => {
  it.each([
    [-95_000, '9[3-7] s ahead of'],
    [95_000, '9[3-7] s behind'],
  ])('off by %i ms against the only server is a warning', async (offset, words) => {
    const server = await answering((response) => {
      const date = new Date(Date.now() + offset).toUTCString();
      json(response, completion('ready'), 200, { date });
    });
    const [clock] = of(await examined(server.url), 'clock');
    expect(clock).toMatchObject({ level: 'warning', fix: expect.stringContaining('NTP') });
    expect(clock?.detail).toMatch(new RegExp(words));
  });
});

describe('the store', () => {
  it('is told to be absent without being made', async () => {
    const folder = newFolder();
    const [store] = of(await examined('http://127.0.0.1:9/v1', { folder }), 'store');
    expect(store?.detail).toMatch(/^none yet.* free, not in use$/);
    expect(readdirSync(folder)).toEqual([]);
  });

  it('is sound, in use or damaged', async () => {
    const folder = newFolder();
    const config = { kind: 'sqlite', path: join(folder, 'twinwatch.db') } as const;
    const look = async (): Promise<Check | undefined> =>
      of(await examined('http://127.0.0.1:9/v1', { folder }), 'store')[0];
    await (await openStore(config)).close();
    expect((await look())?.detail).toMatch(/sound.*not in use/);
    const lock = lockStore(config);
    expect((await look())?.detail).toContain('in use by a running Twinwatch');
    lock.release();
    expect((await look())?.detail).toContain('not in use');
    writeFileSync(config.path, 'no database at all, but long enough to look like a file'.repeat(40));
    expect(await look()).toMatchObject({ level: 'problem', fix: expect.stringContaining('backup') });
  });
});

describe('alerts', () => {
  it('have their mail server and receiver reached, and none is sent', async () => {
    const smtp = await startSmtpSink();
    const hook = await startWebhookSink((response) => response.writeHead(405).end());
    closing.push(smtp.close, hook.close);
    const alerts = [
      { kind: 'webhook', url: hook.url, secret_env: 'HOOK', allow_private_networks: true },
      { kind: 'email', to: 'reader@example.org' },
    ];
    const checks = await examined('http://127.0.0.1:9/v1', {
      watch: { alerts },
      file: { smtp: { host: '127.0.0.1', port: smtp.port, from: 'watch@example.org' } },
      env: { HOOK: secret },
    });
    expect(of(checks, 'mail')[0]).toMatchObject({ level: 'ok', detail: 'connected; no mail was sent' });
    expect(of(checks, 'webhook')[0]).toMatchObject({ level: 'ok' });
    expect(smtp.received).toEqual([]);
    expect(hook.received.map(({ body }) => body)).toEqual(['']);
  });

  it('say what is wrong with a receiver, its secret or the mail server', async () => {
    const hook = await startWebhookSink((response) => response.writeHead(404).end());
    closing.push(hook.close);
    const port = await closedPort();
    const run = (hookSecret: string): Promise<Check[]> =>
      examined('http://127.0.0.1:9/v1', {
        watch: {
          alerts: [{ kind: 'webhook', url: hook.url, secret_env: 'HOOK', allow_private_networks: true }],
        },
        file: { smtp: { host: '127.0.0.1', port, from: 'watch@example.org' } },
        env: { HOOK: hookSecret },
      });
    const gone = await run(secret);
    expect(of(gone, 'webhook')[0]).toMatchObject({ level: 'problem', detail: 'answers (HTTP 404 to HEAD)' });
    expect(of(gone, 'mail')[0]).toMatchObject({
      level: 'problem',
      fix: expect.stringContaining('smtp.port'),
    });
    const [weak] = of(await run('too-short'), 'webhook');
    expect(weak).toMatchObject({ level: 'problem', detail: expect.stringContaining('whsec_') });
    expect(JSON.stringify(weak)).not.toContain('too-short');
    // The path of a webhook may be a secret.
    expect(JSON.stringify(gone)).not.toContain('/hook');
  });
});

describe('browser and suites', () => {
  it('say that there is no Chromium, and which suite or recipe is not there', async () => {
    const browser = { kind: 'browser', site: 'nowhere', model: 'm', contact: 'a test' };
    const checks = await examined('http://127.0.0.1:9/v1', {
      watch: { listed: browser, suites: ['absent'] },
      env: { CHROMIUM_PATH: process.execPath },
    });
    const [, site] = of(checks, 'browser');
    expect(site).toMatchObject({ level: 'problem', detail: expect.stringContaining('no built-in site') });
    expect(of(checks, 'suites')[0]).toMatchObject({ level: 'problem', subject: 'pair' });
  });
});

describe('twinwatch doctor', () => {
  it('prints safe lines of 80 columns, and returns 1 for a problem', async () => {
    const hostile = `\u001b[2J\u202e\u0085 ${'x '.repeat(400)}`;
    const server = await answering((response) => json(response, { error: { message: hostile } }, 500));
    const folder = newFolder();
    const side = endpoint(server.url, 'vanilla', { stream: false });
    const absent = { file: 'absent.yaml' };
    const watch = { id: 'pair', listed: side, released: side, schedule: '0 0 1 1 *', suites: [absent] };
    const path = writeWatchFile(folder, [watch]);
    const out = capture();
    expect(await doctor(path, { json: false }, out)).toBe(1);
    const text = out.text();
    expect(text).not.toMatch(controls);
    const widest = text.split('\n').filter((line) => !line.includes(folder));
    expect(Math.max(...widest.map((line) => line.length))).toBeLessThanOrEqual(80);
    expect(text).toMatch(/^problem {2}suites {3}pair: /m);
    expect(text).toMatch(/^warning {2}endpoint vanilla at /m);
    expect(text).toContain('1 problem, 1 warning. No alert was sent.');
    expect(text).toContain('got one short request');
    const asJson = await ran('doctor', '--json', '-c', path);
    expect(asJson.code).toBe(1);
    expect(JSON.parse(asJson.stdout)).toMatchObject({ problems: 1, warnings: 1, checks: expect.any(Array) });
    expect(existsSync(join(folder, 'twinwatch.db'))).toBe(false);
  });

  it('returns 0 when there is none, and refuses a watch file that it can not read', async () => {
    const server = await answering((response) => json(response, completion('ready')));
    const side = endpoint(server.url, 'vanilla', { stream: false });
    const path = writeWatchFile(newFolder(), [
      { id: 'pair', listed: side, released: side, schedule: '0 0 1 1 *' },
    ]);
    expect(await doctor(path, { json: false }, capture())).toBe(0);
    await expect(doctor(`${path}.absent`, { json: false }, capture())).rejects.toMatchObject({
      code: 'config',
    });
  });
});
