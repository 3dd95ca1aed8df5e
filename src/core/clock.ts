import { setTimeout as delay } from 'node:timers/promises';

/** Time as the program sees it. Tests inject their own. */
export interface Clock {
  /** Milliseconds since the Unix epoch. */
  now(): number;
  /** Resolves after `ms` milliseconds, or rejects with the signal's reason when it aborts. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
}

export const systemClock: Clock = {
  now: () => Date.now(),
  sleep: async (ms, signal) => {
    await delay(ms, undefined, signal ? { signal } : {});
  },
};

/** Milliseconds in a day. */
export const DAY_MS = 86_400_000;

/** Milliseconds from `from` to `to`; 0 where the clock was set back in between. */
export function elapsed(from: number, to: number): number {
  return Math.max(0, to - from);
}
