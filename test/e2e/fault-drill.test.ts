import { join } from 'node:path';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { seededRandom } from '../../src/core/index.js';
import { trialRecord } from '../../src/jobs/fold-trials.js';
import { type Schedule, startSchedule } from '../../src/jobs/index.js';
import { startSandbox } from '../../src/sandbox/index.js';
import { openRounds, openStore } from '../../src/store/index.js';
import { temporaryFolders } from '../_util/folder.js';
import { type Program, startProgram } from '../_util/program.js';
import { endpoint, writeWatchFile } from '../_util/watch-file.js';
import {
  auditBooks,
  type Books,
  type Drill,
  type DrillOptions,
  replay,
  setRoom,
  startDrill,
} from './_drill.js';
import { type Mishap, startGateway } from './_gateway.js';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const newFolder = temporaryFolders();
let running: Drill | null = null;

async function drill(options: Omit<DrillOptions, 'folder'> = {}): Promise<Drill> {
  running = await startDrill({ folder: newFolder(), ...options });
  return running;
}

async function audit({ world, gateway }: Drill): Promise<Books> {
  return await auditBooks(world.store, 'pair', gateway.arrived);
}

afterEach(async () => {
  await running?.end();
  running = null;
});

/** The models themselves fail at 18 %; the gateway makes it 30, in the ways that they don't know. */
const failing = 'vanilla+faults=429:0.05,500:0.05,truncated:0.04,garbage:0.04,hostile:0.05';
function unreliable(seed: string): () => Mishap | null {
  const random = seededRandom(seed);
  const ways: readonly Mishap[] = ['reset', 'silence', 'stall', 'empty', 'withheld', 'huge'];
  let count = 0;
  return () => {
    if (random.unit() >= 0.12 / 0.82) return null;
    count += 1;
    return ways[count % ways.length] ?? null;
  };
}

describe('the same model, with 30 % of all requests failing', () => {
  it.each([true, false])(
    'in every way there is: unreadable, never different (streamed: %s)',
    async (stream) => {
      const scene = await drill({
        listed: failing,
        released: failing,
        endpoint: { stream, max_retries: 0 },
        mishap: unreliable('all'),
      });
      await scene.rounds.full(0);
      await scene.rounds.full(1);

      const books = await audit(scene);
      expect(books.trials).toHaveLength(120);
      expect(books.verdicts).not.toContain('different');
      expect(books.verdicts.at(-1)).toBe('unreadable');
      expect(books.peakLog10E).toBeLessThan(books.log10Level);
      expect(Object.keys(books.outcomes).sort()).toEqual(
        [
          'answer',
          'disconnected',
          'empty',
          'http-error',
          'malformed',
          'rate-limited',
          'refused',
          'timeout',
          'too-large',
          ...(stream ? ['unreachable'] : []),
        ].sort(),
      );
    },
  );

  it('does not hide a difference where failures tell nothing of the answer', async () => {
    const faults = '+faults=429:0.15,500:0.15';
    const scene = await drill({ listed: `arena-tuned${faults}`, released: `vanilla${faults}` });
    await scene.rounds.full(0);
    const books = await audit(scene);
    expect(books.voidReasons['http-error']).toBeGreaterThan(0);
    expect(books.voidReasons['rate-limited']).toBeGreaterThan(0);
    expect(books.verdicts.at(-1)).toBe('different');
    expect(scene.world.opened).toEqual(['pair']);
  });
});

describe('the same model, with one side that breaks off its long answers', () => {
  it('is unreadable, never different', async () => {
    const LONG = 650;
    let count = 0;
    const scene = await drill({
      endpoint: { concurrency: 32 },
      watch: { trials_per_round: 900 },
      mishap: ({ side }, text) => {
        if (side !== 'listed' || text.length <= LONG) return null;
        count += 1;
        return count % 4 === 0 ? 'stall' : 'cut';
      },
    });
    await scene.rounds.full(0);

    const books = await audit(scene);
    expect(books.outcomes.timeout).toBeGreaterThan(10);
    expect(books.outcomes.disconnected).toBeGreaterThan(40);
    expect(books.verdicts).not.toContain('different');
    expect(books.verdicts.at(-1)).toBe('unreadable');
    expect(scene.decider.status().unreadableReason).toMatch(/fail more often on one side/);
    expect(books.peakLog10E).toBeLessThan(books.log10Level);
    // Whoever leaves the failures out takes what is missing for a difference.
    const complete = books.trials.filter(({ trial }) => trial.status === 'complete').map(trialRecord);
    expect(replay(scene.watch.engine, complete).at(-1)?.verdict).toBe('different');
  });
});

describe('an endpoint that is down for an hour, and a clock that jumps', () => {
  it('never looks like news, and the watch goes on', async () => {
    let jump = 0;
    const scene = await drill({
      watch: { trials_per_round: 20 },
      endpoint: { concurrency: 4 },
      mishap: () => {
        // Once, while several requests are under way.
        const clock = running?.world.clock;
        if (clock) clock.time += jump;
        jump = 0;
        return null;
      },
    });
    const { clock } = scene.world;
    await scene.rounds.full(clock.time);
    const verdict = (): string => scene.decider.status().verdict;
    expect(verdict()).toBe('undecided');

    await scene.gateway.setDown(true);
    const downAt = clock.time;
    while (clock.time < downAt + HOUR) {
      await scene.rounds.full(clock.time);
      clock.time += 10 * MINUTE;
    }
    expect(verdict()).toBe('unreadable');
    await scene.gateway.setDown(false);
    for (jump of [2 * HOUR, -5 * HOUR, 400 * DAY, -800 * DAY]) await scene.rounds.full(clock.time);
    expect(verdict()).toBe('undecided');

    const books = await audit(scene);
    expect(books.verdicts).toEqual(['undecided', 'unreadable', 'undecided']);
    expect(books.voidReasons).toEqual({ unreachable: 20 * 6 });
    expect(books.trials).toHaveLength(20 * 11);
    expect(await openRounds(scene.world.store.db, 'pair')).toEqual([]);
  });
});

describe('a budget', () => {
  it('is not passed when requests fail, nor refilled by a clock that goes back', async () => {
    const BUDGET = 9_000;
    const scene = await drill({
      listed: failing,
      endpoint: {
        stream: false,
        params: { temperature: 1, max_tokens: 700 },
        budget: { tokens_per_day: BUDGET },
      },
      mishap: unreliable('budget'),
    });
    const { clock } = scene.world;
    const used = (side: string): number =>
      scene.gateway.arrived.filter((one) => one.side === side).reduce((sum, { tokens }) => sum + tokens, 0);
    const pause = await scene.rounds.full(clock.time);
    expect(pause).toMatchObject({ budget: 'tokens_per_day' });
    const asked = scene.gateway.arrived.length;
    expect(asked).toBeGreaterThan(20);
    for (const side of ['listed', 'released']) expect(used(side)).toBeLessThanOrEqual(BUDGET);

    clock.time -= 3 * DAY;
    expect(await scene.rounds.resume()).not.toBeNull();
    expect(scene.gateway.arrived).toHaveLength(asked);
    clock.time += 4 * DAY;
    await scene.rounds.resume();
    expect(scene.gateway.arrived.length).toBeGreaterThan(asked);
    for (const side of ['listed', 'released']) expect(used(side)).toBeLessThanOrEqual(2 * BUDGET);
    const books = await audit(scene);
    expect(books.verdicts).not.toContain('different');
  });
});

describe('a full disk', () => {
  it('is said, loses nothing that was committed, and the round goes on once there is room', async () => {
    const scene = await drill({ endpoint: { max_retries: 0 } });
    const { store, context } = scene.world;
    await scene.rounds.full(0);
    const committed = async (): Promise<Set<string>> => {
      const rows = await store.db.selectFrom('log').select(['height', 'hash']).execute();
      return new Set(rows.map(({ height, hash }) => `${height} ${hash}`));
    };
    await setRoom(store, 40);
    const said: string[] = [];
    const logger = Object.assign(Object.create(context.logger) as typeof context.logger, {
      error: (_: unknown, message: string) => said.push(message),
    });
    const turns = { start: scene.rounds.full, resume: scene.rounds.resume, leftOpen: false };
    const config = { cron: '0 0 1 1 *', timezone: 'UTC', jitterMs: 0 };
    const schedule = async (leftOpen: boolean): Promise<Schedule> =>
      await startSchedule({ ...context, logger }, 'pair', config, { ...turns, leftOpen });
    await expect(scene.rounds.full(1)).rejects.toThrow(/disk is full/);
    const before = await committed();
    const asked = scene.gateway.arrived.length;
    // As the daemon does at its start, and still without room.
    await (await schedule(true)).stop();
    expect(said).toEqual([expect.stringMatching(/disk is full/)]);
    expect(scene.gateway.arrived.length - asked).toBeLessThanOrEqual(32);

    await setRoom(store, null);
    await (await schedule(true)).stop();
    expect(said).toHaveLength(1);
    const books = await audit(scene);
    expect(books.trials).toHaveLength(120);
    expect(books.trials.every(({ trial }) => trial.status !== 'planned' && trial.status !== 'running')).toBe(
      true,
    );
    expect(books.voidReasons.crash).toBeGreaterThan(0);
    expect(Object.keys(books.voidReasons)).toEqual(['crash']);
    const after = await committed();
    expect([...before].filter((entry) => !after.has(entry))).toEqual([]);
    expect(books.verdicts).not.toContain('different');
  });
});

describe('kill -9 in the middle of failing requests', () => {
  const KILLS = 3;
  it('loses nothing and doubles nothing', async () => {
    const folder = newFolder();
    const sandbox = await startSandbox({ seed: 'kill', latencyMs: 60 });
    const gateway = await startGateway(sandbox.url, unreliable('kill'));
    const more = { first_byte_timeout: '600ms', total_timeout: '600ms' };
    const watch = {
      id: 'pair',
      listed: endpoint(`${gateway.url}/listed/v1`, failing, more),
      released: endpoint(`${gateway.url}/released/v1`, failing, more),
      schedule: '* * * * * *',
      trials_per_round: 20,
    };
    const file = writeWatchFile(folder, [watch]);
    const asks = async (life: Program, more: number): Promise<void> => {
      const goal = gateway.arrived.length + more;
      const ended = life.ended.then(({ stderr }) =>
        Promise.reject(new Error(`it ended by itself: ${stderr}`)),
      );
      const arrived = vi.waitFor(() => expect(gateway.arrived.length).toBeGreaterThanOrEqual(goal), 25_000);
      await Promise.race([arrived, ended]);
    };
    try {
      for (let kill = 0; kill < KILLS; kill += 1) {
        const life = startProgram(['start', '-c', file]);
        // Each of these has to wait for its answer longer than the kill takes.
        await asks(life, 5 + 7 * kill);
        life.kill('SIGKILL');
        expect((await life.ended).signal).toBe('SIGKILL');
      }
      const last = startProgram(['start', '-c', file]);
      await asks(last, 40);
      last.kill('SIGTERM');
      expect((await last.ended).code).toBe(0);

      const store = await openStore(
        { kind: 'sqlite', path: join(folder, 'twinwatch.db') },
        { mustExist: true },
      );
      const books = await auditBooks(store, 'pair', gateway.arrived).finally(() => store.close());
      expect(books.voidReasons.crash).toBeGreaterThanOrEqual(KILLS);
      expect(books.outcomes.answer).toBeGreaterThan(20);
      expect(books.verdicts).not.toContain('different');
    } finally {
      await gateway.close();
      await sandbox.close();
    }
  });
});
