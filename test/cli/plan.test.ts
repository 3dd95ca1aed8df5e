import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { planWatch } from '../../src/app/index.js';
import { runSimulations } from '../../src/cli/plan/run-simulations.js';
import { showPlan } from '../../src/cli/plan/show-plan.js';
import {
  allRuns,
  detections,
  type RunOutcome,
  type Simulation,
  simulate,
} from '../../src/cli/plan/simulation.js';
import { parseWatchFile, type WatchFile } from '../../src/config/index.js';
import { epochAlpha } from '../../src/fingerprint/index.js';
import { capture } from '../_util/capture.js';
import { temporaryFolders } from '../_util/folder.js';
import { ran } from '../_util/ran.js';
import { quickClock } from '../probes/_server.js';

const newFolder = temporaryFolders();
const now = Date.UTC(2026, 4, 4, 10, 7);

// The next rounds are counted from the time of the system: a quarter of an hour must not pass in between.
beforeAll(() => {
  vi.useFakeTimers({ toFake: ['Date'], now });
});
afterAll(() => {
  vi.useRealTimers();
});

/** A watch file with one watch (`my-watch`) and whatever else it is given. */
function watchFile(listed: object, watch: object = {}, others: readonly object[] = []): WatchFile {
  const side = { kind: 'openai', base_url: 'https://released.example.org/v1', model: 'plain' };
  const first = {
    id: 'my-watch',
    listed: { kind: 'openai', base_url: 'https://listed.example.org/v1', model: 'tuned', ...listed },
    released: side,
    schedule: '0 */6 * * *',
    ...watch,
  };
  return parseWatchFile(JSON.stringify({ version: 1, watches: [first, ...others] }), 'twinwatch.yaml', null);
}

const priced = { price: { input_per_million: 2, output_per_million: 10 }, params: { max_tokens: 500 } };

describe('what a watch uses', () => {
  it('follows from the schedule, m, the prompts and max_tokens', async () => {
    const file = watchFile(priced, { released_per_trial: 2, trials_per_round: 5 });
    const { plan: planned, trials } = await planWatch(file, 'my-watch', 30);
    const [full] = planned.tiers;
    const { listed, released } = planned.sides;
    expect(full).toMatchObject({ roundsPerDay: 4, roundsPerMonth: 120, isExact: true });
    expect(listed.perDay.requests).toBe(20);
    expect(released.perMonth.requests).toBe(1200);
    const promptTokens = full?.promptTokens ?? 0;
    expect(promptTokens).toBeGreaterThan(15);
    expect(promptTokens).toBeLessThan(80);
    expect(listed.perDay.tokens).toBeCloseTo(20 * (promptTokens + 500), 6);
    expect(listed.perDay.cost).toBeCloseTo((20 * (2 * promptTokens + 10 * 500)) / 1e6, 9);
    expect(released).toMatchObject({ answerTokens: 1000, isAssumed: true, currency: null });
    expect(released.perDay.cost).toBeNull();
    expect(planned).toMatchObject({ trialsPerDay: 20, limits: [], limitTrials: 11 });
    expect(trials).toHaveLength(30);
    await expect(planWatch(file, 'nope', 1)).rejects.toThrow('no watch called nope');
  });

  it.each([
    ['*/20 * * * * *', 4320, false],
    ['*/15 * * * *', 96, true],
    ['30 2 * * *', 1, true],
    ['0 9 * * 1', 1 / 7, true],
    ['0 0 29 2 *', 0, true],
  ])('counts the rounds of %s', async (cron, perDay, isExact) => {
    const file = watchFile({}, { schedule: { cron, timezone: 'Europe/Berlin' } });
    const [tier] = (await planWatch(file, 'my-watch', 1)).plan.tiers;
    expect(tier?.isExact).toBe(isExact);
    expect(Math.abs((tier?.roundsPerDay ?? -1) - perDay)).toBeLessThan(0.005 * (1 + perDay));
  });

  it('says where a budget, a rate or the prompts end before the schedule does', async () => {
    const folder = newFolder();
    const small = { id: 'small', version: 1, title: 'Small', fixed: prompts(100), dynamic: [] };
    writeFileSync(join(folder, 'small.yaml'), JSON.stringify(small));
    const listed = {
      ...priced,
      requests_per_minute: 0.02,
      // 40 requests of about 540 tokens use some 0.2 a day.
      budget: { tokens_per_day: 10_800, money_per_day: 0.05, money_per_month: 100 },
    };
    const other = {
      id: 'neighbour',
      listed: { kind: 'openai', base_url: 'https://listed.example.org/v1', model: 'x', ...priced },
      released: { kind: 'openai', base_url: 'https://released.example.org/v1', model: 'y' },
      schedule: '0 0 * * *',
    };
    const file = watchFile(listed, { suites: [{ file: join(folder, 'small.yaml') }] }, [other]);
    const { plan: planned } = await planWatch(file, 'my-watch', 500);
    const [rate, tokens, money, used] = planned.limits;
    expect(planned.limits).toHaveLength(4);
    expect(rate).toMatchObject({ kind: 'rate', place: 'listed.example.org', share: 0.72 });
    expect(tokens).toMatchObject({ budget: 'tokens_per_day', sharedWith: ['neighbour'] });
    expect(money).toMatchObject({ kind: 'budget', budget: 'money_per_day', limit: 0.05 });
    expect(used).toEqual({ kind: 'prompts', tier: 'full', prompts: 100, days: 2.5 });
    const share = money?.kind === 'budget' ? money.share : 1;
    expect(share).toBeGreaterThan(0.2);
    expect(share).toBeLessThan(0.3);
    expect(planned.trialsPerDay).toBeCloseTo(40 * share, 9);
  });
});

function prompts(n: number): object[] {
  return Array.from({ length: n }, (_, i) => ({ id: `p${i}`, prompt: `What is a harbour of kind ${i}?` }));
}

/** Few trials, so that a run takes moments. */
async function smallSimulation(count: number): Promise<Simulation> {
  const { plan: planned, trials } = await planWatch(watchFile({}), 'my-watch', count);
  const { level, compareLength, releasedPerTrial } = planned;
  return { seed: 'test', level, compareLength, releasedPerTrial, prompts: trials };
}

describe('the simulation', () => {
  it('finds a Maverick-like difference near the limit, and nothing where there is none', async () => {
    const simulation = await smallSimulation(30);
    const found = simulate(simulation, { difference: 'maverick-like', run: 0 });
    expect(found.trials).toBeGreaterThanOrEqual(Math.ceil(Math.log2(1 / epochAlpha(0.001, 1))));
    expect(found.trials).toBeLessThanOrEqual(30);
    expect(simulate(simulation, { difference: 'none', run: 0 }).trials).toBeNull();
    expect(simulate(simulation, { difference: 'maverick-like', run: 0 })).toEqual(found);
  });

  it('is the same in threads; only optional runs end with the time', async () => {
    const simulation = await smallSimulation(8);
    // Threads run compiled code, which `npm test` builds first.
    const script = new URL('../../dist/cli/plan/worker.js', import.meta.url);
    expect(existsSync(script)).toBe(true);
    const clock = quickClock();
    const progress: number[] = [];
    const late = { clock, limitMs: 0, threads: { count: 1, script } };
    const alone = await runSimulations(simulation, (done) => progress.push(done), late);
    expect(alone.map(({ difference }) => difference)).toEqual(['maverick-like', 'medium', 'subtle', 'none']);
    expect(progress).toEqual([1, 2, 3, 4]);
    const threads = { count: 2, script };
    const both = await runSimulations(simulation, () => undefined, { clock, limitMs: 1, threads });
    expect(both).toHaveLength(allRuns().length);
    expect(both).toEqual(expect.arrayContaining(alone));
  });

  it('fails when a thread fails', async () => {
    const path = join(newFolder(), 'broken.mjs');
    writeFileSync(path, 'throw new Error("thread broke")');
    const threads = { count: 2, script: pathToFileURL(path) };
    const run = runSimulations(await smallSimulation(8), () => undefined, {
      clock: quickClock(),
      limitMs: 1,
      threads,
    });
    await expect(run).rejects.toThrow('thread broke');
  });

  it('gives the median and the range, and no number where a run did not end', () => {
    const outcome = (trials: number | null, run: number): RunOutcome => ({
      difference: 'medium',
      run,
      trials,
    });
    const of = (trials: (number | null)[]): object | undefined =>
      detections(trials.map(outcome)).find(({ difference }) => difference === 'medium');
    expect(of([90, 40, 70])).toMatchObject({ runs: 3, median: 70, fewest: 40, most: 90 });
    expect(of([90, 40, null])).toMatchObject({ median: 90, fewest: 40, most: null });
    expect(of([40, null])).toMatchObject({ median: null, fewest: 40, most: null });
  });
});

describe('twinwatch plan', () => {
  it('shows it in 80 columns, with what it rests on', async () => {
    const long = { ...priced, model: `tuned ${'very long '.repeat(12)}`.trim() };
    const file = watchFile({ ...long, budget: { money_per_month: 1 } }, { canary: {} });
    const { plan: planned } = await planWatch(file, 'my-watch', 1);
    const found = detections([
      { difference: 'maverick-like', run: 0, trials: 15 },
      { difference: 'medium', run: 0, trials: 200 },
      { difference: 'medium', run: 1, trials: null },
    ]);
    const out = capture();
    showPlan(planned, { detections: found, cap: 1500 }, out);
    const text = out.text();
    expect(Math.max(...text.split('\n').map((line) => line.length))).toBeLessThanOrEqual(80);
    expect(text).toMatch(/^canary +2 trials each at "\*\/15 \* \* \* \*" UTC, from one-token$/m);
    expect(text).toMatch(/^requests, listed +232 +6,960$/m);
    expect(text).toMatch(/^cost, listed +USD 0\.\d\d +USD \d\.\d\d$/m);
    expect(text).toMatch(/^cost, released +no price given +no price given$/m);
    expect(text.replaceAll('\n', ' ')).toMatch(
      /uses up money_per_month at listed\.example\.org after about [\d.]+ of 30/,
    );
    expect(text).toMatch(/^different, as Maverick +15 +15 +[\d.]+ +1$/m);
    expect(text).toMatch(/^different, medium +>1,500 +200 – >1,500 +>[\d.]+ +2$/m);
    expect(text).toContain('Simulated models');
    expect(text).toContain('A real difference may take more or');
  });

  it('prints JSON, asks for no key, and simulates with the prompts there are', async () => {
    const folder = newFolder();
    const small = { id: 'small', version: 1, title: 'Small', fixed: prompts(12), dynamic: [] };
    writeFileSync(join(folder, 'small.yaml'), JSON.stringify(small));
    const side = { kind: 'openai', base_url: 'https://x.example.org/v1', model: 'm', api_key_env: 'NOT_SET' };
    const watch = { id: 'w', listed: side, released: side, schedule: '0 0 * * *' };
    const path = join(folder, 'twinwatch.yaml');
    writeFileSync(
      path,
      JSON.stringify({ version: 1, watches: [{ ...watch, suites: [{ file: 'small.yaml' }] }] }),
    );
    const { code, stdout } = await ran('plan', 'w', '--json', '-c', path);
    expect(code).toBe(0);
    const result = JSON.parse(stdout);
    expect(result).toMatchObject({
      watch: 'w',
      trialsPerDay: 10,
      simulated: { models: 'simulated', cap: 12 },
    });
    expect(result.simulated.detections).toHaveLength(4);
    expect(result.simulated.detections[3]).toMatchObject({ difference: 'none', median: null });
  });
});
