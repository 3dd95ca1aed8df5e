import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { verifyLog } from '../../src/evidence/index.js';
import { createFold } from '../../src/fingerprint/index.js';
import { trialRecord } from '../../src/jobs/fold-trials.js';
import { beginVerification, createDecider, runRound, startRetention } from '../../src/jobs/index.js';
import { sweepTexts } from '../../src/jobs/retention.js';
import { type TrialWithAnswers, trialsAfter } from '../../src/store/index.js';
import { temporaryFolders } from '../_util/folder.js';
import { loadWatch, openWorld, running, speaker, type World, watchConfig } from './_world.js';

const DAY = 86_400_000;
const newFolder = temporaryFolders();
const sides = { listed: speaker('tuned'), released: speaker('plain') };
let folder: string;
let world: World;

beforeEach(async () => {
  folder = newFolder();
  world = await openWorld(folder);
});

afterEach(async () => {
  await world.store.close();
});

async function trials(epoch = 1): Promise<TrialWithAnswers[]> {
  return await trialsAfter(world.store.db, 'pair', epoch, 0, 1000);
}

/** Seqs of the trials that still have their texts. */
async function withTexts(epoch = 1): Promise<number[]> {
  return (await trials(epoch)).filter((one) => one.answers[0]?.text !== null).map(({ trial }) => trial.seq);
}

async function redactions(): Promise<unknown[]> {
  const rows = await world.store.db.selectFrom('log').selectAll().where('kind', '=', 'redaction').execute();
  return rows.map(({ payload }) => JSON.parse(payload) as unknown);
}

function stored(text: string): boolean {
  return ['', '-wal'].some((end) => {
    const path = join(folder, `jobs.db${end}`);
    return existsSync(path) && readFileSync(path).includes(text);
  });
}

it('removes old texts of every epoch, and the fold in memory forgets its excerpts as well', async () => {
  const { clock, context, store } = world;
  const { watch, decider: first } = await loadWatch(world, watchConfig(), sides);
  await runRound(context, watch, first, 0, running);
  const second = { ...watch, ...(await beginVerification(context, watch)) };
  const decider = await createDecider(context, second);
  await runRound(context, second, decider, 1, running);
  clock.time += 10 * DAY;
  await runRound(context, second, decider, 2, running);
  const old = [...(await trials(1)), ...(await trials(2)).slice(0, 10)];
  const parts = old.flatMap(({ answers }) => answers.map(({ text }) => text?.slice(-90, -10) ?? ''));
  expect(parts.every(stored)).toBe(true);
  const before = decider.status();
  const all = await trials(2);

  expect(await sweepTexts(context, 'pair', 5 * DAY, decider, folder)).toBe(40);
  expect(await withTexts(1)).toEqual([]);
  expect(await withTexts(2)).toEqual([11, 12, 13, 14, 15, 16, 17, 18, 19, 20]);
  expect(await redactions()).toMatchObject([
    { epoch: 1, reason: 'retention', firstSeq: 1, lastSeq: 10, texts: 20 },
    { epoch: 2, reason: 'retention', firstSeq: 1, lastSeq: 10, texts: 20 },
  ]);
  expect(await sweepTexts(context, 'pair', 5 * DAY, decider, folder)).toBe(0);
  expect(await redactions()).toHaveLength(2);

  expect(decider.status()).toEqual(before);
  await runRound(context, second, decider, 3, running);
  expect(parts.filter(stored)).toEqual([]);
  const quotes = JSON.stringify(await store.db.selectFrom('engine_snapshots').selectAll().execute());
  for (const { answers } of old) expect(quotes).not.toContain(answers[0]?.text?.slice(20, 60));
  const fold = createFold(second.engine);
  for (const entry of [...all, ...(await trials(2)).slice(20)]) fold.add(trialRecord(entry));
  expect(decider.status()).toEqual(fold.status());
  await verifyLog(store.db);
});

it('leaves trials alone that were not folded yet', async () => {
  const { clock, context } = world;
  const { watch, decider } = await loadWatch(world, watchConfig(), sides);
  await runRound(context, watch, { ...decider, advance: async () => {} }, 0, running);
  clock.time += 10 * DAY;
  expect(await sweepTexts(context, 'pair', DAY, decider, folder)).toBe(0);
  await decider.advance();
  expect(await sweepTexts(context, 'pair', DAY, decider, folder)).toBe(20);
  expect(decider.status().trials).toBe(10);
});

it('runs at the start and then once a day, also after a failure', async () => {
  const { clock, context } = world;
  const { watch, decider } = await loadWatch(world, watchConfig(), sides);
  await runRound(context, watch, decider, 0, running);
  const turns: { ms: number; wake: () => void }[] = [];
  let asleep: () => void = () => {};
  clock.sleep = (ms, signal) =>
    new Promise((resolve, reject) => {
      signal?.addEventListener('abort', () => reject(signal.reason), { once: true });
      turns.push({ ms, wake: resolve });
      asleep();
    });
  const nextSleep = (): Promise<void> => new Promise((resolve) => (asleep = resolve));
  let isBroken = false;
  const flaky: typeof decider = {
    ...decider,
    alone: async (work) => (isBroken ? await Promise.reject(new Error('disk')) : await decider.alone(work)),
  };
  let slept = nextSleep();
  const retention = startRetention(context, watch, 2 * DAY, flaky, folder);
  await slept;
  expect(await withTexts()).toHaveLength(10);
  for (isBroken of [true, false]) {
    clock.time += 3 * DAY;
    slept = nextSleep();
    turns.at(-1)?.wake();
    await slept;
    expect(await withTexts()).toHaveLength(isBroken ? 10 : 0);
  }
  expect(turns.map(({ ms }) => ms)).toEqual([DAY, DAY, DAY]);
  await retention.stop();
});
