import { setTimeout as delay } from 'node:timers/promises';
import PQueue from 'p-queue';

/** Holds an endpoint's requests to its concurrency and rate. Retries pass through it like first tries. */
export interface Pacer {
  /** Runs `work` when it is its turn. Rejects with the signal's reason when that aborts before; `work` under way must end itself. */
  run<T>(work: () => Promise<T>, signal: AbortSignal): Promise<T>;
}

export interface PacerLimits {
  readonly concurrency: number;
  readonly requestsPerMinute: number | null;
}

/**
 * Pacers by the account they protect, so that watches on the same API share one limit. Where they state
 * different limits, the strictest counts.
 */
export function createPacers(
  accounts: Iterable<readonly [key: string, limits: PacerLimits]>,
): Map<string, Pacer> {
  const strictest = new Map<string, PacerLimits>();
  for (const [key, limits] of accounts) {
    const known = strictest.get(key);
    strictest.set(key, known ? stricter(known, limits) : limits);
  }
  return new Map([...strictest].map(([key, limits]) => [key, createPacer(limits)]));
}

function stricter(a: PacerLimits, b: PacerLimits): PacerLimits {
  const rates = [a.requestsPerMinute, b.requestsPerMinute].filter((rate) => rate !== null);
  return {
    concurrency: Math.min(a.concurrency, b.concurrency),
    requestsPerMinute: rates.length > 0 ? Math.min(...rates) : null,
  };
}

/** A pacer of its own. */
export function createPacer(limits: PacerLimits): Pacer {
  const queue = new PQueue({ concurrency: limits.concurrency });
  const slice = limits.requestsPerMinute === null ? null : createSlices(60_000 / limits.requestsPerMinute);
  return {
    run: async (work, signal) => {
      // The queue gives up on aborted work even while it runs, and would hide what came of it.
      const waiting = new AbortController();
      const leave = (): void => waiting.abort(signal.reason);
      signal.addEventListener('abort', leave, { once: true });
      if (signal.aborted) leave();
      const begin = async (): ReturnType<typeof work> => {
        await slice?.(waiting.signal);
        signal.removeEventListener('abort', leave);
        return await work();
      };
      try {
        return await queue.add(begin, { signal: waiting.signal });
      } finally {
        signal.removeEventListener('abort', leave);
      }
    },
  };
}

/**
 * One request per slice of the minute rather than a burst at its start: providers count in short windows. Measured
 * by a clock that nobody can set: p-queue's own intervals would wait for hours after the system's was set back.
 */
function createSlices(lengthMs: number): (signal: AbortSignal) => Promise<void> {
  let free = 0;
  let tail: Promise<unknown> = Promise.resolve();
  return (signal) => {
    const turn = tail.then(async () => {
      const wait = free - performance.now();
      if (wait > 0) await delay(wait, undefined, { signal });
      free = performance.now() + lengthMs;
    });
    tail = turn.catch(() => undefined);
    return turn;
  };
}
