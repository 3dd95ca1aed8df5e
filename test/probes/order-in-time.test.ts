import { setMaxListeners } from 'node:events';
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { seededRandom } from '../../src/core/index.js';
import { runRound, type StopSignals } from '../../src/jobs/index.js';
import { createApiEndpoint, loadSuite, planRound } from '../../src/probes/index.js';
import { createPacer } from '../../src/probes/pacer.js';
import { trialsAfter } from '../../src/store/index.js';
import { chiSquareTail, independenceP, uniformP } from '../_util/chi-square.js';
import { temporaryFolders } from '../_util/folder.js';
import { loadWatch, openWorld, type World, watchConfig } from '../jobs/_world.js';
import { completion, json, quickClock, serve, type TestServer } from './_server.js';

const TRIALS = 100_000;
const ROUND = 1_000;
/** What the p-values are held against. */
const LEVEL = 0.001;

describe('the tests used here', () => {
  it.each([
    [3.841_459, 1, 0.05],
    [10.827_566, 1, 0.001],
    [5.991_465, 2, 0.05],
    [7.814_728, 3, 0.05],
    [20.515_006, 5, 0.001],
    [27.877_165, 9, 0.001],
    [40, 1, 2.54e-10],
  ])('know the tail of chi-square: %f with %i', (x, degrees, tail) => {
    expect(chiSquareTail(x, degrees) / tail).toBeCloseTo(1, 2);
  });

  it('see that a side comes first in 51.5 % of so many trials', () => {
    const random = seededRandom('tilted');
    let first = 0;
    for (let i = 0; i < TRIALS; i += 1) first += random.unit() < 0.515 ? 1 : 0;
    expect(uniformP([first, TRIALS - first])).toBeLessThan(LEVEL);
  });

  it('see that an order follows the one before it in 51.5 % of the trials', () => {
    const random = seededRandom('sticky');
    const orders: number[] = [0];
    for (let i = 1; i < TRIALS; i += 1) {
      const before = orders[i - 1] ?? 0;
      orders.push(random.unit() < 0.515 ? before : 1 - before);
    }
    expect(uniformP(counted(orders, 2))).toBeGreaterThan(LEVEL);
    expect(independenceP(crossed(orders.slice(0, -1), orders.slice(1)))).toBeLessThan(LEVEL);
  });
});

interface Planned {
  /** The place of the trial in its round, in tenths. */
  readonly tenth: number;
  readonly order: string;
  /** 1 for a prompt that was filled from a template. */
  readonly dynamic: number;
  /** The place of the listed answer. */
  readonly listed: number;
}

describe.each([1, 2])('planned trials with m = %i', (m) => {
  let planned: Planned[];

  beforeAll(async () => {
    const suites = ['arena-chat', 'one-token'].map((id) => loadSuite({ kind: 'builtin', id }));
    const templates = new Set(suites.flatMap(({ dynamic }) => dynamic.map(({ id }) => id)));
    planned = [];
    for (let round = 0; round < TRIALS / ROUND; round += 1) {
      const seed = `order in time ${m} ${round}`;
      const used = async (): Promise<Set<string>> => new Set();
      const plan = await planRound({ suites, seed, trials: ROUND, releasedPerTrial: m, used });
      for (const [i, trial] of plan.entries()) {
        planned.push({
          tenth: Math.floor((10 * i) / ROUND),
          order: trial.order.join(),
          dynamic: templates.has(trial.promptId) ? 1 : 0,
          listed: trial.order.indexOf('listed'),
        });
      }
    }
  }, 120_000);

  it('come in every order equally often, the listed answer at each place', () => {
    expect(planned).toHaveLength(TRIALS);
    const orders = [...new Set(planned.map(({ order }) => order))].sort();
    expect(orders).toHaveLength(m === 1 ? 2 : 6);
    expect(
      uniformP(
        counted(
          planned.map(({ order }) => orders.indexOf(order)),
          orders.length,
        ),
      ),
    ).toBeGreaterThan(LEVEL);
    expect(uniformP(counted(places(), m + 1))).toBeGreaterThan(LEVEL);
  });

  it('come in orders that tell nothing of the next one', () => {
    for (const lag of [1, 2, 3]) {
      expect(independenceP(crossed(places().slice(0, -lag), places().slice(lag)))).toBeGreaterThan(LEVEL);
    }
  });

  it('come in orders that do not depend on the place in the round, nor on the kind of prompt', () => {
    expect(
      independenceP(
        crossed(
          planned.map(({ tenth }) => tenth),
          places(),
        ),
      ),
    ).toBeGreaterThan(LEVEL);
    const dynamic = planned.map((trial) => trial.dynamic);
    expect(counted(dynamic, 2).every((count) => count > TRIALS / 100)).toBe(true);
    expect(independenceP(crossed(dynamic, places()))).toBeGreaterThan(LEVEL);
  });

  function places(): number[] {
    return planned.map(({ listed }) => listed);
  }
});

function counted(values: readonly number[], cells: number): number[] {
  const counts = new Array<number>(cells).fill(0);
  for (const value of values) counts[value] = (counts[value] ?? 0) + 1;
  return counts;
}

/** How often each value of `a` came with each of `b`. */
function crossed(a: readonly number[], b: readonly number[]): number[][] {
  const columns = Math.max(...b) + 1;
  const table = Array.from({ length: Math.max(...a) + 1 }, () => new Array<number>(columns).fill(0));
  for (const [i, value] of a.entries()) {
    const row = table[value];
    const column = b[i] ?? 0;
    if (row) row[column] = (row[column] ?? 0) + 1;
  }
  return table;
}

describe('a round that is run', () => {
  const newFolder = temporaryFolders();
  const never = new AbortController().signal;
  // Every trial that runs listens.
  setMaxListeners(0, never);
  const running: StopSignals = { draining: never, abort: never };
  let world: World;
  let server: TestServer;

  beforeEach(async () => {
    world = await openWorld(newFolder());
    const random = seededRandom('how long answers take');
    // Many trials under way at once, answered out of order.
    server = await serve((response, number) => {
      setTimeout(() => json(response, completion(`Answer ${number}.`)), random.below(12));
    });
  });

  afterEach(async () => {
    await server.close();
    await world.store.close();
  });

  it.each([1, 2])('sends the requests of each trial in the planned order, m = %i', async (m) => {
    const config = watchConfig({
      listed: { kind: 'openai', base_url: server.url, model: 'listed-model', concurrency: 16, stream: false },
      released: {
        kind: 'openai',
        base_url: server.url,
        model: 'released-model',
        concurrency: 16,
        stream: false,
      },
      trials_per_round: 60,
      released_per_trial: m,
    });
    const { listed, released } = config;
    if (listed.kind !== 'openai' || released.kind !== 'openai') throw new Error('no API');
    const pacer = createPacer(listed);
    const deps = { apiKey: null, pacer, clock: quickClock() };
    const { watch, decider } = await loadWatch(world, config, {
      listed: createApiEndpoint(listed, deps),
      released: createApiEndpoint(released, deps),
    });
    await runRound(world.context, watch, decider, 0, running);

    const arrived = server.received.map(({ body }) => ({
      prompt: (body.messages as { content: string }[])[0]?.content,
      side: String(body.model).replace('-model', ''),
    }));
    const trials = await trialsAfter(world.store.db, 'pair', 1, 0, 100);
    expect(trials).toHaveLength(60);
    expect(arrived).toHaveLength(60 * (m + 1));
    for (const { trial } of trials) {
      const sides = arrived.filter(({ prompt }) => prompt === trial.prompt).map(({ side }) => side);
      const planned = (JSON.parse(trial.slot_order) as string[]).map((slot) => slot.split(':')[0]);
      expect(sides).toEqual(planned);
    }
    // Trials did run beside each other: else the order within each would be no news.
    const first = trials[0]?.trial.prompt;
    const [from, to] = [
      arrived.findIndex((one) => one.prompt === first),
      arrived.findLastIndex((one) => one.prompt === first),
    ];
    expect(to - from).toBeGreaterThan(m);
  });
});
