import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { type ApiEndpointConfig, isApi, type WatchConfig } from '../../src/config/index.js';
import { systemClock } from '../../src/core/index.js';
import { verifyLog } from '../../src/evidence/index.js';
import {
  type BudgetPause,
  createWatchRounds,
  isSuspicious,
  type Schedule,
  type StopSignals,
  startCanary,
  startSchedule,
  type WatchRounds,
} from '../../src/jobs/index.js';
import {
  createApiEndpoint,
  createLedger,
  createPacers,
  type Endpoint,
  type Ledger,
} from '../../src/probes/index.js';
import { type Sandbox, startSandbox } from '../../src/sandbox/index.js';
import { findWatch, openRounds, trialsAfter } from '../../src/store/index.js';
import { temporaryFolders } from '../_util/folder.js';
import { endpoint } from '../_util/watch-file.js';
import { metered } from './_metered.js';
import { loadWatch, never, openWorld, running, speaker, type World, watchConfig } from './_world.js';

const newFolder = temporaryFolders();
const morning = Date.UTC(2026, 5, 1, 10);
const MINUTE = 60_000;
let sandbox: Sandbox;
let world: World;
let schedules: Schedule[];
/** What the ticks have begun. */
let ticks: Promise<unknown>[];

beforeAll(async () => {
  sandbox = await startSandbox({ seed: 'canary' });
});
afterAll(() => sandbox.close());

beforeEach(async () => {
  schedules = [];
  ticks = [];
  world = await openWorld(newFolder());
  world.clock.time = morning;
});

afterEach(async () => {
  await Promise.all(schedules.map((schedule) => schedule.stop()));
  vi.useRealTimers();
  await world.store.close();
});

/** Canary rounds every quarter of an hour, full ones at noon; so small a level that no alarm comes first. */
function canaryWatch(listed: string, canary: object = {}): WatchConfig {
  const side = (model: string): object =>
    endpoint(`${sandbox.url}/v1`, model, { first_byte_timeout: '1h', total_timeout: '1h' });
  return watchConfig({
    listed: side(listed),
    released: side('vanilla'),
    trials_per_round: 3,
    alpha: 1e-12,
    window: '1d',
    canary: { suspicion: 5, extra_rounds_per_day: 2, ...canary },
  });
}

function api(config: ApiEndpointConfig): Endpoint {
  const pacer = createPacers([['sandbox', config]]).get('sandbox');
  if (!pacer) throw new Error('no pacer');
  return createApiEndpoint(config, { apiKey: null, pacer, clock: systemClock });
}

async function roundsOf(
  config: WatchConfig,
  stop: StopSignals = running,
  sides: { listed: Endpoint; released: Endpoint } | null = null,
  ledger?: Ledger,
): Promise<WatchRounds> {
  const { listed, released } = config;
  if (!isApi(listed) || !isApi(released)) throw new Error('not an API');
  const endpoints = sides ?? { listed: api(listed), released: api(released) };
  const { watch, decider } = await loadWatch(world, config, endpoints, ledger);
  await decider.advance();
  return createWatchRounds(world.context, { watch, decider }, stop);
}

/** Starts both schedules of a watch at 10:00, on a clock that stands still. */
async function start(config: WatchConfig): Promise<void> {
  const { full, resume, canary } = await roundsOf(config);
  const noted =
    (round: (at: number) => Promise<BudgetPause | null>) =>
    (at: number): Promise<BudgetPause | null> => {
      const begun = round(at);
      ticks.push(begun);
      return begun;
    };
  vi.useFakeTimers({ now: morning, toFake: ['Date', 'setTimeout', 'clearTimeout'] });
  const times = { cron: config.canary?.cron ?? '', timezone: 'UTC' };
  const own = { start: noted(full), resume, leftOpen: false };
  schedules.push(await startSchedule(world.context, 'pair', config.schedule, own));
  schedules.push(await startCanary(world.context, 'pair', times, noted(canary)));
}

/** Moves the clock on by quarters of an hour and waits, each time, for the rounds that begin. */
async function quarters(count: number): Promise<void> {
  for (let quarter = 0; quarter < count; quarter += 1) {
    const before = ticks.length;
    world.clock.time += 15 * MINUTE;
    await vi.advanceTimersByTimeAsync(15 * MINUTE);
    while (ticks.length === before) await new Promise(setImmediate);
    for (let count = 0; count < ticks.length; ) {
      count = ticks.length;
      await Promise.all(ticks);
    }
  }
}

async function rounds(): Promise<{ tier: string; started_at: number; finished_at: number | null }[]> {
  return await world.store.db
    .selectFrom('rounds')
    .select(['tier', 'started_at', 'finished_at'])
    .orderBy('epoch')
    .orderBy('number')
    .execute();
}

async function tiers(): Promise<string[]> {
  return (await rounds()).map(({ tier }) => tier);
}

describe('canary rounds', () => {
  it('run on their own cron expression beside the full ones, into the same evidence', async () => {
    await start(canaryWatch('vanilla', { suspicion: 1000, trials_per_round: 2 }));
    expect((await findWatch(world.store.db, 'pair'))?.watch.canary_due_at).toBe(morning + 15 * MINUTE);
    await quarters(7);
    expect(await tiers()).toEqual(Array(7).fill('canary'));
    // Noon: both are due, and run one after the other.
    await quarters(1);
    expect((await tiers()).slice(7)).toContain('full');
    expect((await findWatch(world.store.db, 'pair'))?.watch.canary_due_at).toBe(morning + 9 * 15 * MINUTE);

    const trials = await trialsAfter(world.store.db, 'pair', 1, 0, 100);
    expect(trials.slice(0, 14).map(({ trial }) => trial.suite)).toEqual(Array(14).fill('one-token'));
    expect(trials.slice(14).map(({ trial }) => trial.suite)).toContain('arena-chat');
    const points = await world.store.db.selectFrom('evidence_points').select('seq').orderBy('seq').execute();
    expect(points.map(({ seq }) => seq)).toEqual(trials.map((_, i) => i + 1));
    const log = await world.store.db.selectFrom('log').selectAll().where('kind', '=', 'round-plan').execute();
    expect(JSON.parse(log[0]?.payload ?? '')).toMatchObject({
      tier: 'canary',
      trials: 2,
      suites: [expect.objectContaining({ id: 'one-token' })],
    });
    await verifyLog(world.store.db);
  });

  it('bring full rounds forward on suspicion, one at a time and up to the most of a day', async () => {
    await start(canaryWatch('arena-tuned'));
    await quarters(6);
    const first = await tiers();
    expect(first.filter((tier) => tier === 'extra')).toHaveLength(2);
    const begun = first.indexOf('extra');
    expect(begun).toBeGreaterThan(0);
    expect(first.slice(begun, begun + 3)).toEqual(['extra', 'extra', 'canary']);
    const times = await rounds();
    for (const [i, round] of times.slice(1).entries()) {
      expect(round.started_at).toBeGreaterThanOrEqual(times[i]?.finished_at ?? Number.POSITIVE_INFINITY);
    }
    // The next day may have as many again.
    world.clock.time = morning + 23 * 60 * MINUTE;
    vi.setSystemTime(world.clock.time);
    await quarters(1);
    expect((await tiers()).slice(-3)).toEqual(['canary', 'extra', 'extra']);
  });

  it('are skipped while another round of the watch runs, and not begun while draining', async () => {
    let open = (): void => undefined;
    const gate = new Promise<void>((resolve) => {
      open = resolve;
    });
    const draining = new AbortController();
    const sides = { listed: speaker('tuned', () => gate), released: speaker('plain', () => gate) };
    const own = await roundsOf(
      canaryWatch('arena-tuned'),
      { draining: draining.signal, abort: never },
      sides,
    );
    const full = own.full(1);
    await own.canary(2);
    open();
    await full;
    expect(await tiers()).toEqual(['full']);
    draining.abort();
    await own.canary(3);
    expect(await tiers()).toEqual(['full']);
  });
});

describe('an extra round', () => {
  it('that a stop left open is finished after a restart, begun once and counted', async () => {
    const draining = new AbortController();
    const stopInExtra = async (): Promise<void> => {
      const [round] = await openRounds(world.store.db, 'pair');
      if (round?.tier === 'extra') draining.abort();
    };
    const config = canaryWatch('arena-tuned', { extra_rounds_per_day: 1, trials_per_round: 10 });
    const sides = { listed: speaker('tuned', stopInExtra), released: speaker('plain') };
    const before = await roundsOf(config, { draining: draining.signal, abort: never }, sides);
    await before.canary(1);
    expect(await tiers()).toEqual(['canary', 'extra']);
    expect(await openRounds(world.store.db, 'pair')).toHaveLength(1);

    const after = await roundsOf(config, running, sides);
    await after.resume();
    expect(await openRounds(world.store.db, 'pair')).toEqual([]);
    await after.canary(2);
    expect(await tiers()).toEqual(['canary', 'extra', 'canary']);
    const trials = await trialsAfter(world.store.db, 'pair', 1, 0, 100);
    expect(trials.map(({ trial }) => trial.status)).toEqual(Array(23).fill('complete'));
  });

  it('waits for a budget, and no other is begun meanwhile', async () => {
    const config = canaryWatch('arena-tuned', { suspicion: 1.2 });
    const sides = { listed: metered(speaker('tuned'), 1, 1), released: metered(speaker('plain'), 1, 1) };
    // A canary round takes 4 requests, an extra one 6: the last trial finds no room.
    const budget = { tokensPerDay: 9, moneyPerDay: null, moneyPerMonth: null };
    const ledger = createLedger(world.context, new Map([['metered', budget]]));
    const own = await roundsOf(config, running, sides, ledger);
    for (const at of [1, 2]) {
      expect(await own.canary(at)).toMatchObject({ budget: 'tokens_per_day' });
      expect(await tiers()).toEqual(['canary', 'extra']);
      expect(await openRounds(world.store.db, 'pair')).toHaveLength(1);
    }
    world.clock.time += 24 * 60 * MINUTE;
    await own.resume();
    const [, extra, ...more] = await rounds();
    expect(extra?.finished_at).toBeGreaterThan(morning + 24 * 60 * MINUTE);
    expect(more.every(({ tier }) => tier === 'extra')).toBe(true);
  });
});

it.each([
  ['reached', { eValue: 5 }, true],
  ['not reached', { eValue: 4.99 }, false],
  // A swap after a long quiet time: the past is still equivalent when the evidence grows.
  ['reached by what was equivalent', { eValue: 5, verdict: 'equivalent' as const }, true],
  ['past the alarm', { eValue: 5000, verdict: 'different' as const, alarmAtTrial: 12 }, false],
  ['unreadable', { eValue: 5, verdict: 'unreadable' as const }, false],
])('suspicion that is %s', (_, change, expected) => {
  const status = {
    verdict: 'undecided' as const,
    log10E: 0,
    eValue: 1,
    trials: 12,
    voidTrials: 0,
    alarmAtTrial: null,
    unreadableReason: null,
  };
  const { canary } = canaryWatch('vanilla');
  expect(canary && isSuspicious({ ...status, ...change }, canary)).toBe(expected);
});
