import type { Clock } from '../../core/index.js';

/** The reason an attempt was aborted because it took too long. */
class DeadlineExceeded extends Error {
  constructor(ms: number) {
    super(`no answer within ${Math.round(ms / 1000)} s`);
    this.name = 'DeadlineExceeded';
  }
}

/**
 * Runs `attempt` with a signal that aborts when `signal` does, or after `ms` milliseconds of `clock` with
 * a {@link DeadlineExceeded} as its reason. Rejects with the attempt's own error.
 */
export async function withDeadline<T>(
  clock: Clock,
  ms: number,
  signal: AbortSignal,
  attempt: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const late = new AbortController();
  const done = new AbortController();
  void clock.sleep(ms, done.signal).then(
    () => late.abort(new DeadlineExceeded(ms)),
    () => undefined,
  );
  try {
    return await attempt(AbortSignal.any([signal, late.signal]));
  } finally {
    done.abort();
  }
}
