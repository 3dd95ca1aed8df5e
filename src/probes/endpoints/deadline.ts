/** Why a request was stopped by us. */
export type StopCause = 'first-byte' | 'total' | 'caller';

/** The time limits of one request, as one signal. */
export interface Deadline {
  readonly signal: AbortSignal;
  /** Tells that bytes have begun to come, so that the first limit no longer counts. */
  firstByte(): void;
  /** Which limit stopped the request, or null while none has. */
  stopped(): StopCause | null;
  /** Frees timers and listeners. */
  done(): void;
}

/** Starts the clocks. Aborts when the first byte or the whole takes too long, or when `caller` aborts. */
export function startDeadline(
  limits: { firstByteMs: number; totalMs: number },
  caller: AbortSignal,
): Deadline {
  const controller = new AbortController();
  let cause: StopCause | null = null;
  const stop = (why: StopCause): void => {
    cause ??= why;
    controller.abort(new Error(`stopped: ${why}`));
  };
  const firstTimer = setTimeout(stop, limits.firstByteMs, 'first-byte');
  const totalTimer = setTimeout(stop, limits.totalMs, 'total');
  const onCaller = (): void => stop('caller');
  if (caller.aborted) onCaller();
  // Not AbortSignal.any: on Node 20 it keeps every signal alive as long as the caller's.
  else caller.addEventListener('abort', onCaller, { once: true });
  return {
    signal: controller.signal,
    firstByte: () => clearTimeout(firstTimer),
    stopped: () => cause,
    done: () => {
      clearTimeout(firstTimer);
      clearTimeout(totalTimer);
      caller.removeEventListener('abort', onCaller);
    },
  };
}
