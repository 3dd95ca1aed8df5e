import { setMaxListeners } from 'node:events';
import { sql } from 'kysely';
import { accountBudgets, apiAccount, isApi } from '../../src/config/index.js';
import { canonicalJson, type Json, sha256 } from '../../src/core/index.js';
import { verifyLog } from '../../src/evidence/index.js';
import {
  createFold,
  type EngineDefinition,
  type FoldStatus,
  type TrialRecord,
} from '../../src/fingerprint/index.js';
import { trialRecord } from '../../src/jobs/fold-trials.js';
import {
  createWatchRounds,
  type Decider,
  type RunnableWatch,
  type WatchRounds,
} from '../../src/jobs/index.js';
import { createApiEndpoint, createLedger, createPacers, type Endpoint } from '../../src/probes/index.js';
import { type Sandbox, startSandbox } from '../../src/sandbox/index.js';
import { type Store, type TrialWithAnswers, trialsAfter } from '../../src/store/index.js';
import { loadWatch, openWorld, type World, watchConfig } from '../jobs/_world.js';
import { type Arrival, type Gateway, type Mishap, startGateway } from './_gateway.js';

/** A watch at work: real store, real requests, simulated models behind a gateway, a clock that the test sets. */
export interface Drill {
  readonly world: World;
  readonly gateway: Gateway;
  readonly watch: RunnableWatch;
  readonly decider: Decider;
  readonly rounds: WatchRounds;
  end(): Promise<void>;
}

export interface DrillOptions {
  readonly folder: string;
  readonly listed?: string;
  readonly released?: string;
  /** Of both endpoints, in the watch file's own words. */
  readonly endpoint?: object;
  /** Of the watch. */
  readonly watch?: object;
  readonly mishap?: (arrival: Arrival, text: string) => Mishap | null;
}

export async function startDrill(options: DrillOptions): Promise<Drill> {
  const sandbox: Sandbox = await startSandbox({ seed: 'fault drill' });
  const gateway = await startGateway(sandbox.url, options.mishap ?? (() => null));
  const world = await openWorld(options.folder);
  // Waiting takes no time, but the clock moves on.
  world.clock.sleep = async (ms, signal) => {
    signal?.throwIfAborted();
    world.clock.time += ms;
  };
  const side = (name: 'listed' | 'released', model = 'vanilla'): object => ({
    kind: 'openai',
    base_url: `${gateway.url}/${name}/v1`,
    model,
    params: { temperature: 1, max_tokens: 1000 },
    concurrency: 16,
    first_byte_timeout: '2s',
    total_timeout: '2s',
    max_retries: 1,
    ...options.endpoint,
  });
  const config = watchConfig({
    listed: side('listed', options.listed),
    released: side('released', options.released),
    trials_per_round: 60,
    ...options.watch,
  });
  const budgets = accountBudgets([config]);
  const endpoint = (name: 'listed' | 'released'): Endpoint => {
    const api = config[name];
    if (!isApi(api)) throw new Error('no API');
    const pacer = createPacers([['', api]]).get('');
    if (!pacer) throw new Error('no pacer');
    return createApiEndpoint(api, {
      apiKey: null,
      pacer,
      clock: world.clock,
      counted: budgets.has(apiAccount(api)),
    });
  };
  const ledger = createLedger(world.context, budgets);
  const sides = { listed: endpoint('listed'), released: endpoint('released') };
  const { watch, decider } = await loadWatch(world, config, sides, ledger);
  const never = new AbortController().signal;
  setMaxListeners(0, never);
  const rounds = createWatchRounds(world.context, { watch, decider }, { draining: never, abort: never });
  const end = async (): Promise<void> => {
    await world.store.close();
    await gateway.close();
    await sandbox.close();
  };
  return { world, gateway, watch, decider, rounds, end };
}

/** What the books of a watch say, once they were found to be in order. */
export interface Books {
  readonly trials: readonly TrialWithAnswers[];
  /** Every verdict that the watch ever had, in order, without repetition. */
  readonly verdicts: readonly string[];
  readonly peakLog10E: number;
  readonly log10Level: number;
  /** How often requests ended in which way. */
  readonly outcomes: Readonly<Record<string, number>>;
  readonly voidReasons: Readonly<Record<string, number>>;
}

/**
 * Checks that nothing of a watch was lost or doubled: the log is whole; each trial that ended stands in it once,
 * with the hashes of the answers that the store holds; no request left twice unnoticed; every trial was folded
 * once, in planned order, to the bits that a replay gives. @throws Error naming the first thing that is wrong
 */
export async function auditBooks(store: Store, id: string, arrived: readonly Arrival[]): Promise<Books> {
  await verifyLog(store.db);
  const epochs = await store.db.selectFrom('epochs').selectAll().where('watch_id', '=', id).execute();
  const [epoch] = epochs;
  if (!epoch || epochs.length > 1) throw new Error(`${id} has ${epochs.length} epochs`);
  const trials = await trialsAfter(store.db, id, 1, 0, 100_000);
  same(
    trials.map(({ trial }) => trial.seq),
    trials.map((_, i) => i + 1),
    'the trials in planned order',
  );
  const ended = trials.filter(({ trial }) => trial.status === 'complete' || trial.status === 'void');
  await checkLogged(store, id, ended);
  for (const entry of ended) checkTrial(entry, arrived);
  const firstOpen = trials.findIndex((entry) => !ended.includes(entry));
  const folded = trials.slice(0, firstOpen === -1 ? trials.length : firstOpen);
  const points = await store.db
    .selectFrom('evidence_points')
    .select(['seq', 'log10_e', 'verdict'])
    .where('watch_id', '=', id)
    .orderBy('seq')
    .execute();
  const engine = JSON.parse(epoch.engine) as EngineDefinition;
  const replayed = replay(engine, folded.map(trialRecord));
  same(
    points,
    replayed.map(({ log10E, verdict }, i) => ({ seq: i + 1, log10_e: log10E, verdict })),
    'the evidence and its replay',
  );
  return {
    trials,
    verdicts: points
      .map(({ verdict }) => verdict as string)
      .filter((verdict, i, all) => verdict !== all[i - 1]),
    peakLog10E: Math.max(...points.map((point) => point.log10_e)),
    log10Level: Math.log10(1 / engine.alpha),
    outcomes: tally(trials.flatMap(({ answers }) => answers.map(({ outcome }) => outcome as string))),
    voidReasons: tally(
      trials.flatMap(({ trial }) => (trial.void_reason === null ? [] : [trial.void_reason])),
    ),
  };
}

/** The state after each trial. */
export function replay(engine: EngineDefinition, records: readonly TrialRecord[]): FoldStatus[] {
  const fold = createFold(engine);
  return records.map((record) => fold.add(record));
}

interface LoggedTrial {
  readonly seq: number;
  readonly void: { readonly cause: string; readonly side: string | null; readonly reason: string } | null;
  readonly answers: readonly { readonly side: string; readonly slot: number; readonly text: string | null }[];
}

async function checkLogged(store: Store, id: string, ended: readonly TrialWithAnswers[]): Promise<void> {
  const entries = await store.db
    .selectFrom('log')
    .select('payload')
    .where('kind', '=', 'trial')
    .where('watch_id', '=', id)
    .execute();
  const logged = entries
    .map(({ payload }) => JSON.parse(payload) as LoggedTrial)
    .map(({ seq, void: why, answers }) => ({
      seq,
      why: why === null ? null : { cause: why.cause, side: why.side, reason: why.reason },
      answers: byPlace(answers.map(({ side, slot, text }) => ({ side, slot, text }))),
    }))
    .sort((a, b) => a.seq - b.seq);
  const kept = ended.map(({ trial, answers }) => ({
    seq: trial.seq,
    why:
      trial.status === 'complete'
        ? null
        : { cause: trial.void_cause, side: trial.void_side, reason: trial.void_reason },
    answers: byPlace(answers.map(({ side, slot, text_hash: text }) => ({ side, slot, text }))),
  }));
  same(logged, kept, 'the log and the store');
}

function byPlace<T extends { side: string; slot: number }>(answers: readonly T[]): T[] {
  return [...answers].sort((a, b) => (a.side < b.side ? -1 : a.side > b.side ? 1 : a.slot - b.slot));
}

function checkTrial({ trial, answers }: TrialWithAnswers, arrived: readonly Arrival[]): void {
  const name = `trial ${trial.seq}`;
  const slots = JSON.parse(trial.slot_order) as string[];
  const given = answers.filter(({ text }) => text !== null);
  for (const { text, text_hash } of given) same(text_hash, sha256(text ?? ''), `${name}: text and hash`);
  if (trial.status === 'complete') same(given.length, slots.length, `${name}: answers`);
  else if (given.length >= slots.length) throw new Error(`${name} is void and has all of its answers`);
  for (const { latency_ms: ms } of answers) if (ms < 0) throw new Error(`${name}: an answer took ${ms} ms`);
  for (const side of ['listed', 'released']) {
    const count = arrived.filter((one) => one.prompt === trial.prompt && one.side === side).length;
    const asked = answers.filter((one) => one.side === side).reduce((sum, { attempts }) => sum + attempts, 0);
    // Nothing was written down of the requests of a trial that was caught in the middle.
    const most =
      trial.void_cause === 'interrupted' ? slots.filter((slot) => slot.startsWith(side)).length : asked;
    if (count > most) throw new Error(`${name}: ${side} was asked ${count} times, not ${most}`);
    if (trial.status === 'complete') same(count, asked, `${name}: requests to ${side}`);
  }
}

function same(a: unknown, b: unknown, what: string): void {
  const [left, right] = [canonicalJson(a as Json), canonicalJson(b as Json)];
  if (left === right) return;
  const at = [...left].findIndex((char, i) => char !== right[i]);
  const around = (text: string): string => text.slice(Math.max(0, at - 100), at + 100);
  throw new Error(`${what} differ: …${around(left)}… and …${around(right)}…`);
}

function tally(words: readonly string[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const word of words) counts[word] = (counts[word] ?? 0) + 1;
  return counts;
}

/** Leaves the store room for so many more pages; null: as many as it likes. */
export async function setRoom(store: Store, pages: number | null): Promise<void> {
  const { rows } = await sql<{ page_count: number }>`PRAGMA page_count`.execute(store.db);
  const most = pages === null ? 1_000_000_000 : (rows[0]?.page_count ?? 0) + pages;
  await sql.raw(`PRAGMA max_page_count = ${most}`).execute(store.db);
}
