import { once } from 'node:events';
import { closeSync, mkdirSync, openSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { SMTPServer } from 'smtp-server';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { exportEvidence, openApp, readWatchReport, statusOf } from '../../src/app/index.js';
import { silentEvents } from '../../src/cli/events.js';
import { environmentFrom } from '../../src/config/env.js';
import { loadWatchFile, type WatchFile } from '../../src/config/index.js';
import { createLogger, systemClock } from '../../src/core/index.js';
import { renderWatchMarkdown, renderWatchReport } from '../../src/evidence/index.js';
import { type Sandbox, startSandbox } from '../../src/sandbox/index.js';
import { openStore, type Store } from '../../src/store/index.js';
import { temporaryFolders } from '../_util/folder.js';
import { endpoint, writeWatchFile } from '../_util/watch-file.js';
import { startWebhookSink, type WebhookSink } from '../_util/webhook-sink.js';
import { readFiles } from '../evidence/_bundle.js';

const newFolder = temporaryFolders();
const secrets = {
  ECHOED_KEY: 'sk-planted-echoed-4f9c2a7d1e',
  QUIET_KEY: 'sk-planted-quiet-8b3e6d0f5a',
  ANSWERED_KEY: 'sk-planted-answered-2c7a9e4b',
  HOOK_SECRET: `whsec_${Buffer.from('planted webhook secret, 32 bytes').toString('base64')}`,
  CHAT_URL: 'http://127.0.0.1:9/planted-chat-token-6d6d',
  MAIL_USER: 'planted-mail-user-77',
  MAIL_PASSWORD: 'planted-mail-password-31',
};
const cookie = 'planted-session-cookie-5e5e';
const people = ['planted.editor@example.org', 'planted.nobody@example.org'];

let sandbox: Sandbox;
let hooks: WebhookSink;
let gossip: Server;
let elsewhere: Server;
let mail: SMTPServer;
let store: Store;
let folder: string;
let file: WatchFile;
/** Headers that reached the server which was redirected to. */
const followed: IncomingMessage['headers'][] = [];
const mailFailures: string[] = [];
const ways = new Set<string>();
/** What the program printed, returned or sent. */
const said: string[] = [];

async function listening(server: Server): Promise<string> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

/** Repeats the key that it is sent, each time in another place. */
function repeatKey(request: IncomingMessage, response: ServerResponse, count: number, other: string): void {
  const header = request.headers.authorization ?? '';
  const key = header.replace('Bearer ', '');
  const json = (status: number, body: object, more: object = {}): unknown =>
    response.writeHead(status, { 'content-type': 'application/json', ...more }).end(JSON.stringify(body));
  const answer = (content: string): object => ({
    id: `id-${key}`,
    model: `model for ${header}`,
    system_fingerprint: Buffer.from(key).toString('base64'),
    choices: [{ index: 0, finish_reason: 'stop', message: { role: 'assistant', content } }],
  });
  const turns: Record<string, () => unknown> = {
    error: () => json(401, { error: { message: `Incorrect API key provided: ${key} (${header})` } }),
    encoded: () => json(400, { error: { message: `bad ${Buffer.from(key).toString('base64')}` } }),
    cut: () => json(403, { error: { message: `${'x'.repeat(270)} ${key}` } }),
    garbage: () => response.writeHead(200, { 'content-type': 'application/json' }).end(`${key} is no JSON`),
    type: () => response.writeHead(500, { 'content-type': `text/${key}` }).end(`<h1>${header}</h1>`),
    redirect: () => response.writeHead(307, { location: `${other}/v1/x?key=${key}` }).end(),
    names: () => json(200, answer('Hello there.'), { 'x-request-id': key }),
  };
  const names = Object.keys(turns);
  const way = request.url?.startsWith('/said') ? 'said' : (names[count % names.length] ?? '');
  ways.add(way);
  if (way === 'said') json(200, answer(`Your key is ${key}.`));
  else turns[way]?.();
}

async function startServers(): Promise<{ gossipUrl: string; mailPort: number }> {
  sandbox = await startSandbox({ seed: 'secrets' });
  hooks = await startWebhookSink();
  elsewhere = createServer((request, response) => {
    followed.push(request.headers);
    response.end();
  });
  const other = await listening(elsewhere);
  let count = 0;
  gossip = createServer((request, response) => {
    request.resume().on('end', () => repeatKey(request, response, count++, other));
  });
  let logins = 0;
  mail = new SMTPServer({
    disabledCommands: ['STARTTLS'],
    allowInsecureAuth: true,
    logger: false,
    onAuth: ({ username, password }, _, done) => {
      logins += 1;
      if (logins > 1) return done(null, { user: username });
      const sent = Buffer.from(`\0${username}\0${password}`).toString('base64');
      mailFailures.push(`login ${username}`);
      done(new Error(`no login for ${username} with ${password} (AUTH PLAIN ${sent})`));
    },
    onRcptTo: ({ address }, _, done) => {
      mailFailures.push(`recipient ${address}`);
      done(Object.assign(new Error(`<${address}>: no such person`), { responseCode: 550 }));
    },
  });
  mail.on('error', () => undefined);
  const listener = mail.listen(0, '127.0.0.1');
  await once(listener, 'listening');
  return { gossipUrl: await listening(gossip), mailPort: (listener.address() as AddressInfo).port };
}

beforeAll(async () => {
  const { gossipUrl, mailPort } = await startServers();
  folder = newFolder();
  const profile = join(folder, 'browser', 'profiles', 'arena');
  mkdirSync(profile, { recursive: true });
  writeFileSync(join(profile, 'Cookies'), cookie);
  const whole = { stream: false, concurrency: 1 };
  const watch = (id: string, listed: object, released: object): object => ({
    id,
    listed,
    released,
    schedule: '0 0 1 1 *',
    trials_per_round: 14,
    alpha: 0.05,
    alerts: [
      { kind: 'console' },
      { kind: 'webhook', url: hooks.url, secret_env: 'HOOK_SECRET', allow_private_networks: true },
      { kind: 'slack', url_env: 'CHAT_URL', allow_private_networks: true },
      { kind: 'email', to: people },
    ],
  });
  const quiet = endpoint(`${sandbox.url}/v1`, 'vanilla', { api_key_env: 'QUIET_KEY' });
  const path = writeWatchFile(
    folder,
    [
      watch('gossip', endpoint(`${gossipUrl}/v1`, 'm', { ...whole, api_key_env: 'ECHOED_KEY' }), quiet),
      watch('said', endpoint(`${gossipUrl}/said`, 'm', { ...whole, api_key_env: 'ANSWERED_KEY' }), quiet),
    ],
    {
      smtp: {
        host: '127.0.0.1',
        port: mailPort,
        from: 'Twinwatch <watch@example.org>',
        user_env: 'MAIL_USER',
        password_env: 'MAIL_PASSWORD',
      },
    },
  );
  const env = environmentFrom(secrets);
  file = loadWatchFile(path, env);
  const destination = openSync(join(folder, 'stderr.log'), 'w');
  const print = (line: string): unknown => said.push(line);
  const logger = createLogger({ level: 'trace', destination });
  const app = await openApp({ file, env, clock: systemClock, logger, events: silentEvents, print });
  for (const { id } of file.watches) await app.runRound(id);
  said.push(JSON.stringify(await statusOf(app.store, file.watches, Date.now())));
  await app.stop();
  closeSync(destination);
  said.push(...hooks.received.map(({ headers, body }) => JSON.stringify(headers) + body));
  store = await openStore(file.store);
}, 60_000);

afterAll(async () => {
  await store?.close();
  hooks?.close();
  for (const server of [gossip, elsewhere]) {
    server?.closeAllConnections();
    server?.close();
  }
  await new Promise<void>((resolve) => mail.close(() => resolve()));
  await sandbox?.close();
});

/** A secret in the forms that it may be repeated in, whole or cut off. */
function forms(secret: string): string[] {
  const base64 = Buffer.from(secret).toString('base64').replaceAll('=', '');
  return [secret.slice(0, -4), base64.slice(0, -4), encodeURIComponent(secret)];
}

function found(where: string, planted: readonly string[]): string[] {
  return planted.filter((secret) => forms(secret).some((form) => where.includes(form)));
}

/** Every file but those that the operator put there. */
function written(): Map<string, string> {
  const names = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter(
    (name) => statSync(join(folder, name)).isFile() && !/twinwatch\.yaml$|Cookies$/.test(name),
  );
  return new Map(names.map((name) => [name, readFileSync(join(folder, name), 'latin1')]));
}

async function rows(
  table: 'log' | 'answers' | 'deliveries' | 'engine_snapshots' | 'incidents' | 'messages',
): Promise<object[]> {
  return await store.db.selectFrom(table).selectAll().execute();
}

it('planted them where they are used, and every server repeated them', async () => {
  expect([...ways].sort()).toEqual(
    ['cut', 'encoded', 'error', 'garbage', 'names', 'redirect', 'said', 'type'].sort(),
  );
  expect(hooks.received.length).toBeGreaterThan(0);
  expect(mailFailures).toContain(`login ${secrets.MAIL_USER}`);
  expect(mailFailures.some((failure) => people.some((to) => failure === `recipient ${to}`))).toBe(true);
  expect(followed).toEqual([]);
  const failed = (await store.db.selectFrom('deliveries').selectAll().execute()).filter(
    (row) => row.last_error,
  );
  expect(failed.map(({ target }) => (JSON.parse(target) as { kind: string }).kind)).toEqual(
    expect.arrayContaining(['email', 'slack']),
  );
});

it('writes, prints and sends no secret', () => {
  const { ANSWERED_KEY, ...others } = secrets;
  const files = written();
  expect([...files.keys()]).toEqual(expect.arrayContaining(['twinwatch.db', 'stderr.log']));
  for (const [name, bytes] of files)
    expect({ name, found: found(bytes, [...Object.values(others), cookie]) }).toEqual({ name, found: [] });
  expect(found(said.join('\n'), [...Object.values(others), cookie])).toEqual([]);
  expect(found(files.get('stderr.log') ?? '', [ANSWERED_KEY])).toEqual([]);
});

it('keeps addresses for deliveries only, and shows and logs none', async () => {
  const deliveries = await rows('deliveries');
  const targets = deliveries.map((row) => ('target' in row ? String(row.target) : ''));
  expect(found(targets.join(), people)).toEqual(people);
  const others = deliveries.map((row) => ({ ...row, target: '' }));
  for (const table of ['log', 'answers', 'engine_snapshots', 'incidents', 'messages'] as const)
    others.push(...((await rows(table)) as typeof others));
  expect(found(JSON.stringify(others), people)).toEqual([]);
  expect(found(`${written().get('stderr.log')}${said.join('\n')}`, people)).toEqual([]);
});

it('leaves what a model says as it is, but only there', async () => {
  const answers = await rows('answers');
  const texts = answers.map((row) => ('text' in row ? String(row.text) : ''));
  expect(texts).toContain(`Your key is ${secrets.ANSWERED_KEY}.`);
  const others = [...(await rows('log')), ...answers.map((row) => ({ ...row, text: '' }))];
  expect(found(JSON.stringify(others), Object.values(secrets))).toEqual([]);
});

/** What is handed out about a watch: its report in both forms, and the files of its bundle. */
async function handedOut(id: string): Promise<Map<string, string>> {
  const report = await readWatchReport(file, id, Date.now());
  const bundle = join(newFolder(), `${id}.tar.gz`);
  await exportEvidence(file, id, bundle);
  const files = [...(await readFiles(bundle))].map(([name, bytes]): [string, string] => [
    name,
    String(bytes),
  ]);
  return new Map([
    ['report', renderWatchReport(report)],
    ['Markdown', renderWatchMarkdown(report)],
    ...files,
  ]);
}

it('hands out no secret and no address in reports and bundles, but for what a model itself says', async () => {
  const { ANSWERED_KEY, ...others } = secrets;
  for (const { id } of file.watches) {
    const texts = await handedOut(id);
    expect([...texts.keys()]).toEqual(expect.arrayContaining(['log.jsonl', 'answers.jsonl', 'report.html']));
    for (const [name, text] of texts) {
      expect(text.length).toBeGreaterThan(50);
      const planted = [...Object.values(others), cookie, ...people, folder];
      expect({ id, name, found: found(text, planted) }).toEqual({ id, name, found: [] });
    }
    const repeated = [...texts].filter(([, text]) => found(text, [ANSWERED_KEY]).length > 0);
    const places = ['report', 'Markdown', 'answers.jsonl', 'result.json', 'report.html'];
    for (const [name] of repeated) expect(places).toContain(name);
    // The scan finds what is there.
    expect(repeated.length > 0).toBe(id === 'said');
  }
});
