import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import type { Clock } from '../../src/core/index.js';
import { type BudgetPause, type Schedule, startSchedule } from '../../src/jobs/index.js';
import { findWatch } from '../../src/store/index.js';
import { temporaryFolders } from '../_util/folder.js';
import { loadWatch, openWorld, speaker, type World, watchConfig } from './_world.js';

const newFolder = temporaryFolders();
const daily = { cron: '30 12 * * *', timezone: 'Asia/Tokyo', jitterMs: 0 };
const everySecond = { cron: '* * * * * *', timezone: 'UTC', jitterMs: 0 };
let world: World;
let schedules: Schedule[];

beforeEach(async () => {
  schedules = [];
  world = await openWorld(newFolder());
  await loadWatch(world, watchConfig(), { listed: speaker('plain'), released: speaker('plain') });
  vi.useFakeTimers({ now: Date.UTC(2026, 5, 1), toFake: ['Date', 'setTimeout', 'clearTimeout'] });
  world.clock.time = Date.now();
});

afterEach(async () => {
  for (const schedule of schedules) await schedule.stop();
  vi.useRealTimers();
  await world.store.close();
});

async function start(
  config: typeof daily,
  round: (at: number) => Promise<BudgetPause | undefined>,
  resume: (() => Promise<BudgetPause | undefined>) | null = null,
): Promise<Schedule> {
  const rounds = {
    start: async (at: number) => (await round(at)) ?? null,
    resume: async () => (await resume?.()) ?? null,
    leftOpen: resume !== null,
  };
  const schedule = await startSchedule(world.context, 'pair', config, rounds);
  schedules.push(schedule);
  return schedule;
}

async function nextDue(): Promise<number | null> {
  return (await findWatch(world.store.db, 'pair'))?.watch.next_due_at ?? null;
}

it('reads the cron expression in its timezone', async () => {
  await start(daily, async () => undefined);
  expect(new Date((await nextDue()) ?? 0).toISOString()).toBe('2026-06-01T03:30:00.000Z');
});

it('never runs two rounds at once, and waits for the last when it stops', async () => {
  const ends: ((pause?: undefined) => void)[] = [];
  const schedule = await start(everySecond, () => new Promise((resolve) => ends.push(resolve)));
  await vi.advanceTimersByTimeAsync(3500);
  expect(ends).toHaveLength(1);
  ends[0]?.();
  await vi.advanceTimersByTimeAsync(2000);
  expect(ends).toHaveLength(2);
  let stopped = false;
  const stopping = schedule.stop().then(() => {
    stopped = true;
  });
  await vi.advanceTimersByTimeAsync(3000);
  expect({ stopped, rounds: ends.length }).toEqual({ stopped: false, rounds: 2 });
  ends[1]?.();
  await stopping;
});

it('goes on after a round that failed', async () => {
  const round = vi.fn(async () => {
    throw new Error('no prompt is left');
  });
  await start(everySecond, round);
  await vi.advanceTimersByTimeAsync(3500);
  expect(round.mock.calls.length).toBeGreaterThan(1);
});

it('catches up one round, however many were missed', async () => {
  const before = await start(daily, async () => undefined);
  const due = (await nextDue()) ?? 0;
  await before.stop();
  world.clock.time = due + 10 * 86_400_000;
  vi.setSystemTime(world.clock.time);
  const round = vi.fn(async () => undefined);
  await start(daily, round);
  expect(round.mock.calls).toEqual([[due]]);
  expect((await nextDue()) ?? 0).toBeGreaterThan(world.clock.time);
});

it('catches up nothing where a round was left open, or the schedule is another', async () => {
  const before = await start(daily, async () => undefined);
  await before.stop();
  world.clock.time = Date.now() + 10 * 86_400_000;
  vi.setSystemTime(world.clock.time);
  const round = vi.fn(async () => undefined);
  const resume = vi.fn(async () => undefined);
  const open = await start(daily, round, resume);
  expect(resume).toHaveBeenCalledOnce();
  await open.stop();
  world.clock.time += 10 * 86_400_000;
  await start({ ...daily, timezone: 'UTC' }, round);
  expect(round).not.toHaveBeenCalled();
});

it('goes on with a round that waits for a budget when that begins anew, or at a tick before', async () => {
  const clock: Clock = { now: () => Date.now(), sleep: (ms, signal) => delay(ms, signal) };
  const context = { ...world.context, clock };
  const at = Date.now();
  const calls: [string, number][] = [];
  const rounds = {
    start: async () => note('start'),
    resume: async () => note('resume'),
    leftOpen: true,
  };
  const note = (what: string): BudgetPause | null => {
    calls.push([what, Date.now() - at]);
    const resumesAt = at + 25_000;
    return Date.now() < resumesAt ? { side: 'listed', budget: 'tokens_per_day', resumesAt } : null;
  };
  const everyTen = { cron: '*/10 * * * * *', timezone: 'UTC', jitterMs: 0 };
  const schedule = await startSchedule(context, 'pair', everyTen, rounds);
  schedules.push(schedule);
  await vi.advanceTimersByTimeAsync(29_000);
  expect(calls).toEqual([
    ['resume', 0],
    ['start', 10_000],
    ['start', 20_000],
    ['resume', 25_000],
  ]);

  await schedule.stop();
  calls.length = 0;
  vi.setSystemTime(at);
  const second = await startSchedule(context, 'pair', everyTen, rounds);
  await second.stop();
  await vi.advanceTimersByTimeAsync(60_000);
  expect(calls).toEqual([['resume', 0]]);
});

function delay(ms: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(resolve, ms);
    signal?.addEventListener('abort', () => {
      clearTimeout(timer);
      reject(new Error('stopped'));
    });
  });
}
