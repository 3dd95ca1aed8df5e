import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { statusOf } from '../../src/app/index.js';
import { accountBudgets, apiAccount, isApi, type WatchConfig } from '../../src/config/index.js';
import { type SeededRandom, seededRandom } from '../../src/core/index.js';
import { verifyLog } from '../../src/evidence/index.js';
import { createFold } from '../../src/fingerprint/index.js';
import { trialRecord } from '../../src/jobs/fold-trials.js';
import { type BudgetPause, resumeRound, runRound } from '../../src/jobs/index.js';
import { createApiEndpoint, createLedger, createPacers, type Endpoint } from '../../src/probes/index.js';
import { openRounds, type TrialsTable, trialsAfter } from '../../src/store/index.js';
import { temporaryFolders } from '../_util/folder.js';
import { event, json, serve, startStream } from '../probes/_server.js';
import { loadWatch, openWorld, running, speaker, type World, watchConfig } from './_world.js';

const newFolder = temporaryFolders();
const day = 86_400_000;
const api = { kind: 'openai', base_url: 'http://127.0.0.1:9/v1', concurrency: 4 };
const mine = { ...api, model: 'm', budget: { tokens_per_day: 1000 } };

let folder: string;
let worlds: World[];
let world: World;

async function nextWorld(): Promise<World> {
  const next = await openWorld(folder);
  worlds.push(next);
  return next;
}

beforeEach(async () => {
  folder = newFolder();
  worlds = [];
  world = await nextWorld();
});

afterEach(async () => {
  for (const { store } of worlds) await store.close();
});

/** A side each request of which may use 100 tokens, and does. */
function counted(config: WatchConfig['listed'], before?: () => Promise<void>): Endpoint {
  if (!isApi(config)) throw new Error('no API');
  const inner = speaker('plain');
  return {
    claim: () => ({ account: apiAccount(config), tokens: 100, micros: 100, bounded: true }),
    ask: async (prompt, signal, reservation) => {
      if (!(await reservation?.leave())) throw new Error('nothing was reserved');
      await before?.();
      const result = await inner.ask(prompt, signal);
      await reservation?.settle({ tokens: 100, micros: 100 });
      return result;
    },
  };
}

async function load(config: WatchConfig, before?: () => Promise<void>): ReturnType<typeof loadWatch> {
  const ledger = createLedger(world.context, accountBudgets([config]));
  const sides = { listed: counted(config.listed, before), released: counted(config.released) };
  return await loadWatch(world, config, sides, ledger);
}

async function resume(loaded: Awaited<ReturnType<typeof load>>): Promise<BudgetPause | null> {
  const [round] = await openRounds(world.store.db, 'pair');
  if (!round) throw new Error('no round was left open');
  return await resumeRound(world.context, loaded.watch, loaded.decider, round, running);
}

async function statuses(): Promise<TrialsTable['status'][]> {
  return (await trialsAfter(world.store.db, 'pair', 1, 0, 100)).map(({ trial }) => trial.status);
}

async function logged(kind: string): Promise<unknown[]> {
  const rows = await world.store.db.selectFrom('log').select('payload').where('kind', '=', kind).execute();
  return rows.map(({ payload }) => JSON.parse(payload) as unknown);
}

describe('a round whose budget ends', () => {
  it('waits with whole trials left, says so, and goes on the next day as if nothing had been', async () => {
    const config = watchConfig({ listed: mine, released: { ...api, model: 'r' } });
    const paused: unknown[] = [];
    world = {
      ...world,
      context: {
        ...world.context,
        events: { ...world.context.events, roundPaused: (...told) => paused.push(told) },
      },
    };
    const loaded = await load(config);
    const tomorrow = Date.UTC(2026, 0, 2);
    const pause = { side: 'listed', budget: 'tokens_per_day', resumesAt: tomorrow };
    expect(await runRound(world.context, loaded.watch, loaded.decider, 0, running)).toEqual(pause);
    expect(await statuses()).toEqual([...Array(5).fill('complete'), ...Array(5).fill('planned')]);

    // A tick before it is time changes nothing, nor does a restart, and the log has it once.
    expect(await resume(await load(config))).toEqual(pause);
    expect(paused).toEqual(Array(2).fill(['pair', 1, pause]));
    expect(await logged('pause')).toEqual([{ epoch: 1, round: 1, ...pause }]);
    const [status] = await statusOf(world.store, [config], world.clock.now());
    expect(status).toMatchObject({
      paused: {
        reason: 'budget',
        side: 'listed',
        budget: 'tokens_per_day',
        resumesAt: '2026-01-02T00:00:00.000Z',
      },
      budgets: (['listed', 'released'] as const).map((side) => ({
        side,
        budget: 'tokens_per_day',
        used: 1000,
        limit: 1000,
        currency: null,
        renewsAt: '2026-01-02T00:00:00.000Z',
      })),
    });

    world.clock.time = tomorrow;
    expect(await resume(await load(config))).toBeNull();
    expect(await statuses()).toEqual(Array(10).fill('complete'));
    expect(await openRounds(world.store.db, 'pair')).toEqual([]);
    expect((await statusOf(world.store, [], 0))[0]).toMatchObject({ paused: null, budgets: [] });
    const fold = createFold(loaded.watch.engine);
    const expected = (await trialsAfter(world.store.db, 'pair', 1, 0, 100)).map(
      (entry) => fold.add(trialRecord(entry)).log10E,
    );
    const points = await world.store.db.selectFrom('evidence_points').selectAll().orderBy('seq').execute();
    expect(points.map((point) => point.log10_e)).toEqual(expected);
    await verifyLog(world.store.db);
  });

  it('names the side, and the budget in money; a trial without room on one side costs neither', async () => {
    const price = { input_per_million: 1, output_per_million: 1, currency: 'EUR' };
    const released = { ...api, model: 'r', api_key_env: 'OWN', price, budget: { money_per_month: 0.00055 } };
    const config = watchConfig({ listed: mine, released });
    const { watch, decider } = await load(config);
    expect(await runRound(world.context, watch, decider, 0, running)).toEqual({
      side: 'released',
      budget: 'money_per_month',
      resumesAt: Date.UTC(2026, 1, 1),
    });
    const [status] = await statusOf(world.store, [config], world.clock.now());
    expect(status?.budgets.map(({ side, used, limit, currency }) => [side, used, limit, currency])).toEqual([
      ['listed', 500, 1000, null],
      ['released', 0.0005, 0.00055, 'EUR'],
    ]);
    expect(JSON.stringify(status)).not.toContain('OWN');
  });

  it('has no day to wait for where a trial needs more than the whole', async () => {
    const config = watchConfig({
      listed: { ...mine, budget: { tokens_per_day: 150 } },
      released: { ...api, model: 'r' },
    });
    const { watch, decider } = await load(config);
    expect(await runRound(world.context, watch, decider, 0, running)).toMatchObject({ resumesAt: null });
    expect(new Set(await statuses())).toEqual(new Set(['planned']));
  });

  it('after kill -9 in the middle of a trial: what was reserved stays counted', async () => {
    const config = watchConfig({
      listed: { ...mine, concurrency: 1 },
      released: { ...api, model: 'r', concurrency: 1 },
    });
    let asked = 0;
    const hang = vi.fn(() => new Promise<void>(() => undefined));
    const { watch, decider } = await load(config, async () => {
      asked += 1;
      if (asked === 3) await hang();
    });
    void runRound(world.context, watch, decider, 0, running);
    await vi.waitFor(() => expect(hang).toHaveBeenCalled());

    world = await nextWorld();
    const after = await load(config);
    expect(await resume(after)).toMatchObject({ budget: 'tokens_per_day' });
    // Two trials of 200, one caught in the middle at what it may have cost, and two more.
    expect(await statuses()).toEqual([
      'complete',
      'complete',
      'void',
      'complete',
      'complete',
      ...Array(5).fill('planned'),
    ]);
    const [status] = await statusOf(world.store, [config], world.clock.now());
    expect(status?.budgets[0]?.used).toBe(1000);
  });
});

type Answer = Parameters<typeof serve>[0];

/** An API on loopback that fails three times in ten, and keeps the bill: a byte of a request is a token. */
function faulty(random: SeededRandom, bill: (tokens: number) => void): Answer {
  return (response, _, request) => {
    const words = Array.from({ length: 5 + random.below(55) }, () => random.pick(['a', 'bee', 'see']));
    const usage = {
      prompt_tokens: Number(request.headers['content-length']),
      completion_tokens: words.length,
    };
    const fault = random.below(16);
    if (fault === 0) return json(response, {}, 429);
    if (fault === 1) return json(response, {}, 503);
    if (fault === 2) return void response.destroy();
    bill(usage.prompt_tokens + usage.completion_tokens);
    if (fault === 3) return json(response, { odd: true });
    startStream(response);
    response.write(event(words.join(' ')));
    if (fault === 4) return void setImmediate(() => response.destroy());
    response.write(event(null, fault === 5 ? 'length' : 'stop'));
    if (fault > 6) response.write(`data: ${JSON.stringify({ id: 'c', choices: [], usage })}\n\n`);
    response.end('data: [DONE]\n\n');
  };
}

it('bills no day for more than its budget, whatever fails and however often the program is killed', async () => {
  const random = seededRandom('faults');
  const bills = new Map<number, number>();
  let onRequest = (): void => undefined;
  const server = await serve(
    faulty(random, (tokens) => {
      const today = Math.floor(world.clock.time / day);
      bills.set(today, (bills.get(today) ?? 0) + tokens);
      onRequest();
    }),
  );
  const side = {
    ...api,
    base_url: server.url,
    model: 'm',
    params: { max_tokens: 60 },
    max_retries: 2,
    total_timeout: '20s',
  };
  const config = watchConfig({
    listed: { ...side, budget: { tokens_per_day: 5000 } },
    released: side,
    compare_length: 10,
    trials_per_round: 30,
  });
  /** One life of the program, on the same file; killed after so many requests. */
  const live = async (requests: number): Promise<BudgetPause | 'killed' | null> => {
    const { store } = world;
    let kill = (): void => undefined;
    let left = requests;
    const killed = new Promise<'killed'>((resolve) => {
      kill = () => resolve('killed');
    });
    onRequest = () => {
      left -= 1;
      if (left === 0) kill();
    };
    // What is dead writes nothing more; what it has begun to write is there or not.
    const transaction: typeof store.transaction = (work) =>
      left > 0 ? store.transaction(work) : new Promise(() => undefined);
    // Waits before retries take no time.
    const clock = { now: world.clock.now, sleep: async () => undefined };
    const context = { ...world.context, clock, store: { ...store, transaction } };
    const pacer = createPacers([['a', config.listed]]).get('a');
    const endpoint = (one: WatchConfig['listed']): Endpoint => {
      if (!pacer || !isApi(one)) throw new Error('no pacer');
      return createApiEndpoint(one, { apiKey: null, pacer, clock, counted: true });
    };
    const sides = { listed: endpoint(config.listed), released: endpoint(config.released) };
    const ledger = createLedger(context, accountBudgets([config]));
    const { watch, decider } = await loadWatch({ ...world, context }, config, sides, ledger);
    const [open] = await openRounds(store.db, 'pair');
    const round = open
      ? resumeRound(context, watch, decider, open, running)
      : runRound(context, watch, decider, 0, running);
    const end = await Promise.race([round, killed]);
    if (end === 'killed') {
      await store.transaction(async () => undefined);
      const { time } = world.clock;
      world = await nextWorld();
      world.clock.time = time;
    }
    return end;
  };
  try {
    const ends: (BudgetPause | 'killed' | null)[] = [];
    while (ends.length < 30 && ends.at(-1) !== null) {
      const end = await live(ends.length % 2 === 0 ? 4 + random.below(12) : 1000);
      ends.push(end);
      if (end !== null && end !== 'killed') world.clock.time = end.resumesAt ?? 0;
    }
    expect(ends.at(-1)).toBeNull();
    expect(ends.filter((end) => end === 'killed').length).toBeGreaterThan(1);
    expect(ends.length).toBeGreaterThan(4);
    for (const billed of bills.values()) expect(billed).toBeLessThanOrEqual(5000);
    expect(bills.size).toBeGreaterThan(2);
    const trials = await statuses();
    expect(trials).toHaveLength(30);
    // How many a kill catches is chance: enough that the sums are of something.
    expect(trials.filter((end) => end === 'complete').length).toBeGreaterThan(4);
    expect(trials).toContain('void');
    expect(trials.every((end) => end === 'complete' || end === 'void')).toBe(true);
    await verifyLog(world.store.db);
  } finally {
    await server.close();
  }
});
