import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { seededRandom, sha256 } from '../../src/core/index.js';
import { verifyLog } from '../../src/evidence/index.js';
import { createFold, type EngineDefinition } from '../../src/fingerprint/index.js';
import { trialRecord } from '../../src/jobs/fold-trials.js';
import { type Sandbox, startSandbox } from '../../src/sandbox/index.js';
import { openStore, type Store, trialsAfter } from '../../src/store/index.js';
import { temporaryFolders } from '../_util/folder.js';
import { type Ended, type Program, startProgram } from '../_util/program.js';
import { type SmtpSink, startSmtpSink } from '../_util/smtp-sink.js';
import { endpoint, writeWatchFile } from '../_util/watch-file.js';
import { startWebhookSink, type WebhookSink } from '../_util/webhook-sink.js';

const KILLS = 20;
const newFolder = temporaryFolders();
const env = { HOOK_SECRET: `whsec_${Buffer.alloc(32, 7).toString('base64')}` };

let sandbox: Sandbox;
let hooks: WebhookSink;
let mails: SmtpSink;
let store: Store;
let lives: Ended[];
let lastLifeMs: number;

beforeAll(async () => {
  const random = seededRandom('kill-9');
  const folder = newFolder();
  sandbox = await startSandbox({ seed: 'kill-9', latencyMs: 40 });
  // Both take the message in; the first answer is a failure and later ones come late, so that a kill
  // can fall between what was delivered and what is noted.
  hooks = await startWebhookSink((response, count) => {
    if (count === 1) response.writeHead(503).end();
    else setTimeout(() => response.writeHead(204).end(), 400);
  });
  mails = await startSmtpSink((count) =>
    count === 1 ? Object.assign(new Error('try again'), { responseCode: 451 }) : null,
  );
  const file = watchFile(folder);
  lives = [];
  for (let kill = 0; kill < KILLS; kill += 1) {
    const life = startProgram(['start', '-c', file], { env });
    await life.shows('Watching');
    await delay(random.below(1200));
    life.kill('SIGKILL');
    lives.push(await life.ended);
  }
  const last = startProgram(['start', '-c', file], { env });
  await last.shows('Watching');
  store = await openStore({ kind: 'sqlite', path: join(folder, 'twinwatch.db') }, { mustExist: true });
  await allSent(last);
  const stoppedAt = Date.now();
  last.kill('SIGTERM');
  lives.push(await last.ended);
  lastLifeMs = Date.now() - stoppedAt;
}, 120_000);

afterAll(async () => {
  await store?.close();
  hooks?.close();
  await mails?.close();
  await sandbox?.close();
});

function watchFile(folder: string): string {
  const url = `${sandbox.url}/v1`;
  const watch = (id: string, listed: string): object => ({
    id,
    listed: endpoint(url, listed),
    released: endpoint(url, 'vanilla'),
    schedule: '* * * * * *',
    trials_per_round: 10,
    alpha: 0.01,
    alerts: [
      { kind: 'console' },
      { kind: 'webhook', url: hooks.url, secret_env: 'HOOK_SECRET', allow_private_networks: true },
      { kind: 'email', to: 'desk@example.org' },
    ],
  });
  return writeWatchFile(folder, [watch('tuned', 'arena-tuned'), watch('same', 'vanilla')], {
    smtp: { host: '127.0.0.1', port: mails.port, from: 'watch@example.org' },
  });
}

async function allSent(life: Program): Promise<void> {
  let over = false;
  life.ended
    .finally(() => {
      over = true;
    })
    .catch(() => undefined);
  while (!over) {
    const rows = await store.db.selectFrom('deliveries').select('status').execute();
    if (rows.length >= 3 && rows.every(({ status }) => status === 'sent')) return;
    await delay(100);
  }
}

it('is killed while it works, and ends well when asked to', () => {
  expect(lives.slice(0, KILLS).map(({ signal }) => signal)).toEqual(Array(KILLS).fill('SIGKILL'));
  expect(lives.at(-1)).toMatchObject({ code: 0 });
  expect(lastLifeMs).toBeLessThan(10_000);
});

it('keeps an unbroken log in which every ended trial stands once', async () => {
  await verifyLog(store.db);
  const entries = await store.db.selectFrom('log').selectAll().where('kind', '=', 'trial').execute();
  const logged = entries.map(({ watch_id, payload }) => {
    const { epoch, seq } = JSON.parse(payload) as { epoch: number; seq: number };
    return `${watch_id} ${epoch} ${seq}`;
  });
  const ended = await store.db
    .selectFrom('trials')
    .selectAll()
    .where('status', 'in', ['complete', 'void'])
    .execute();
  expect(logged.sort()).toEqual(ended.map((t) => `${t.watch_id} ${t.epoch} ${t.seq}`).sort());
  // The kills did fall in the middle of trials.
  expect(ended.filter((t) => t.void_reason === 'crash').length).toBeGreaterThan(3);
});

it.each(['tuned', 'same'])('folds every trial of "%s" once, and a replay gives the same bits', async (id) => {
  const all = await trialsAfter(store.db, id, 1, 0, 100_000);
  expect(all.map(({ trial }) => trial.seq)).toEqual(all.map((_, i) => i + 1));
  for (const { trial, answers } of all) {
    if (trial.status !== 'complete') continue;
    expect(answers.map(({ side, slot }) => `${side}:${slot}`).sort()).toEqual(['listed:0', 'released:0']);
    for (const answer of answers) expect(answer.text_hash).toBe(sha256(answer.text ?? ''));
  }
  const firstOpen = all.findIndex(({ trial }) => trial.status === 'planned' || trial.status === 'running');
  const ended = firstOpen === -1 ? all : all.slice(0, firstOpen);
  const epochs = await store.db.selectFrom('epochs').selectAll().where('watch_id', '=', id).execute();
  expect(epochs).toHaveLength(1);
  const fold = createFold(JSON.parse(epochs[0]?.engine ?? '') as EngineDefinition);
  const replayed = ended.map((entry) => {
    const { log10E, verdict } = fold.add(trialRecord(entry));
    return { seq: entry.trial.seq, log10_e: log10E, verdict };
  });
  const points = await store.db
    .selectFrom('evidence_points')
    .select(['seq', 'log10_e', 'verdict'])
    .where('watch_id', '=', id)
    .orderBy('seq')
    .execute();
  expect(points.length).toBeGreaterThan(50);
  expect(points).toEqual(replayed);
});

it('opens one incident and sends each alert at least once, under one id', async () => {
  const incidents = await store.db.selectFrom('incidents').selectAll().execute();
  expect(incidents.map(({ watch_id }) => watch_id)).toEqual(['tuned']);
  const alerts = await store.db.selectFrom('log').selectAll().where('kind', '=', 'alert').execute();
  expect(alerts).toHaveLength(1);
  const deliveries = await store.db.selectFrom('deliveries').selectAll().orderBy('id').execute();
  expect(deliveries.map(({ target }) => (JSON.parse(target) as { kind: string }).kind)).toEqual([
    'console',
    'email',
    'webhook',
  ]);
  const [, email, webhook] = deliveries;

  expect(hooks.received.length).toBeGreaterThan(1);
  expect(new Set(hooks.received.map(({ headers }) => headers['webhook-id']))).toEqual(new Set([webhook?.id]));
  expect(new Set(hooks.received.map(({ body }) => body)).size).toBe(1);
  expect(mails.received.length).toBeGreaterThan(1);
  const ids = new Set(mails.received.map(({ mail }) => mail.messageId));
  expect(ids.size).toBe(1);
  expect([...ids][0]).toContain(email?.id);
  const printed = lives
    .flatMap(({ stdout }) => stdout.split('\n'))
    .filter((line) => line.startsWith('ALERT'));
  expect(printed.length).toBeGreaterThan(0);
  for (const line of printed) expect(line).toContain(`ALERT ${incidents[0]?.id} `);
  expect(deliveries.map(({ status }) => status)).toEqual(['sent', 'sent', 'sent']);
  const noted = await store.db.selectFrom('log').selectAll().where('kind', '=', 'delivery').execute();
  expect(noted.map(({ payload }) => (JSON.parse(payload) as { delivery: string }).delivery).sort()).toEqual(
    deliveries.map(({ id }) => id),
  );
});
