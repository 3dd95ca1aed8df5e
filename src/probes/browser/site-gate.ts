import type { Clock } from '../../core/index.js';
import { createPacer } from '../pacer.js';
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
  const turns = createPacer({ concurrency: 1, requestsPerMinute: null });
  let latest = Number.NEGATIVE_INFINITY;
  return {
    enter: turns.run,
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
