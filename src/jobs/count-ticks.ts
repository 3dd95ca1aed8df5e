import { createTask } from 'node-cron';
import type { ScheduleConfig } from '../config/index.js';
import { DAY_MS, systemClock } from '../core/index.js';

/** How often a schedule starts a round. */
export interface Ticks {
  /** Within the days that were asked about. */
  readonly count: number;
  /** On the average; of rare rounds that is over more time than was asked about. */
  readonly perDay: number;
  /** False: so many that some were looked at, and the rest is taken to be alike. */
  readonly isExact: boolean;
}

/** Rounds that are looked at one by one: of a quarter-hourly schedule, a month's. */
const MANY = 3000;
const FEW = 40;

/** Counts the rounds of a schedule from now on, in its time zone, jitter left aside. */
export function ticksAhead(schedule: ScheduleConfig, days: number): Ticks {
  const task = createTask(schedule.cron, () => undefined, { timezone: schedule.timezone });
  const next = (count: number): number[] => task.getNextRuns(count).map((date) => date.getTime());
  // By the clock that the task itself looks at.
  const end = systemClock.now() + days * DAY_MS;
  try {
    const few = next(FEW);
    const isSparse = (few.at(-1) ?? end) >= end;
    const ticks = isSparse ? few : next(MANY);
    const [first, last] = [ticks[0] ?? end, ticks.at(-1) ?? end];
    // Of one tick there is no telling when the next one comes.
    const rate = last > first ? ((ticks.length - 1) * DAY_MS) / (last - first) : 0;
    if (last < end) return { count: Math.round(rate * days), perDay: rate, isExact: false };
    const count = ticks.filter((tick) => tick < end).length;
    return { count, perDay: isSparse ? rate : count / days, isExact: true };
  } finally {
    void task.destroy();
  }
}
