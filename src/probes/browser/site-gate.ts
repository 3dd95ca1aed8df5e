import type { Clock } from '../../core/index.js';
import type { ProfileState } from './site-state.js';

/** Lets one conversation at a time into a site, whichever watch asks for it, and not too soon after the last. */
export interface SiteGate {
  /** Runs `work` when it is its turn. Rejects with the signal's reason when that aborts before. */
  enter<T>(work: () => Promise<T>, signal: AbortSignal): Promise<T>;
  /** Waits until the next prompt may be sent. Rejects with the signal's reason when that aborts. */
  pace(state: ProfileState, intervalMs: number, signal: AbortSignal): Promise<void>;
  /** A prompt is about to be sent. */
  prompted(state: ProfileState): void;
}

/** @param jitter uniform in [0, 1) */
export function siteGate(clock: Clock, jitter: () => number): SiteGate {
  let tail: Promise<void> = Promise.resolve();
  let latest = Number.NEGATIVE_INFINITY;
  return {
    enter: async (work, signal) => {
      const before = tail;
      let leave = (): void => {};
      const mine = new Promise<void>((resolve) => {
        leave = resolve;
      });
      tail = before.then(() => mine);
      try {
        await unlessAborted(before, signal);
        return await work();
      } finally {
        leave();
      }
    },
    pace: async (state, intervalMs, signal) => {
      signal.throwIfAborted();
      const last = Math.max(latest, state.lastPromptAt() ?? Number.NEGATIVE_INFINITY);
      const gap = intervalMs * (1 + jitter() / 2);
      // A clock that was set back must not make the wait longer than a whole gap.
      const wait = Math.min(last + gap - clock.now(), gap);
      if (wait > 0) await clock.sleep(Math.ceil(wait), signal);
    },
    prompted: (state) => {
      latest = clock.now();
      state.prompted(latest);
    },
  };
}

async function unlessAborted(promise: Promise<void>, signal: AbortSignal): Promise<void> {
  signal.throwIfAborted();
  let abort = (): void => {};
  const aborted = new Promise<never>((_, reject) => {
    abort = () => reject(signal.reason);
    signal.addEventListener('abort', abort, { once: true });
  });
  try {
    await Promise.race([promise, aborted]);
  } finally {
    signal.removeEventListener('abort', abort);
  }
}
