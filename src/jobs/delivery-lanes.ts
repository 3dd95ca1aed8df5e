import PQueue from 'p-queue';
import { type CircuitBreaker, createCircuitBreaker, MAIL_CONNECTIONS, type Sender } from '../alerts/index.js';
import { errorMessage } from '../core/index.js';
import { MAIL_LANE } from '../store/index.js';
import { attemptDelivery, type ClaimedDelivery, claimDeliveries } from './attempt-delivery.js';
import type { JobContext } from './context.js';
import { createDeliveryNotes } from './delivery-notes.js';

const PAGE = 64;
const AFTER_FAILURE_MS = 10_000;

/** Where deliveries are tried, one after the other; all mail shares a lane that is as wide as the server gets connections. */
export interface DeliveryLanes {
  /** Not at work, and not left alone because the last attempts failed. */
  isFree(lane: string, now: number): boolean;
  /** Nothing can be noted now, so nothing is sent. */
  isStuck(): boolean;
  /** When the first lane that is left alone may be tried again, or null. */
  opensAt(now: number): number | null;
  /** The lanes at work; each resolves when it has ended. None rejects. */
  running(): Promise<void>[];
  /** Tries what is due in a lane, as of what `now` says, until nothing is. */
  start(lane: string, now: () => number): void;
}

/** One attempt in a lane, and whether the lane may have one. */
interface Attempts {
  readonly breaker: CircuitBreaker;
  isStuck(): boolean;
  rests(lane: string): boolean;
  /** Resolves when it was made, with what resolves when it is noted. */
  make(lane: string, claimed: ClaimedDelivery): Promise<{ readonly noted: Promise<void> } | null>;
}

function createAttempts(context: JobContext, sender: Sender, signal: AbortSignal): Attempts {
  const { clock } = context;
  const breaker = createCircuitBreaker();
  const notes = createDeliveryNotes(context, signal);
  const rests = (lane: string): boolean =>
    signal.aborted || notes.isStuck() || breaker.shut(clock.now()).includes(lane);
  return {
    breaker,
    isStuck: notes.isStuck,
    rests,
    make: async (lane, claimed) => {
      if (rests(lane)) return null;
      const result = await attemptDelivery(sender, claimed, signal);
      // Broken off by our own stop: it stays pending and is tried at the next start.
      if (result.kind === 'retry' && signal.aborted) return null;
      if (result.kind === 'retry' && !result.isDeferred) breaker.failed(lane, clock.now());
      else breaker.answered(lane);
      return { noted: notes.add(claimed.due, result) };
    },
  };
}

/** `ended` is called when a lane has come to rest. */
export function createDeliveryLanes(
  context: JobContext,
  sender: Sender,
  signal: AbortSignal,
  ended: () => void,
): DeliveryLanes {
  const { clock, logger } = context;
  const attempts = createAttempts(context, sender, signal);
  const { breaker } = attempts;
  const running = new Map<string, Promise<void>>();

  const run = async (lane: string, now: () => number): Promise<void> => {
    const queue = new PQueue({ concurrency: lane === MAIL_LANE ? MAIL_CONNECTIONS : 1 });
    const open = new Map<string, Promise<void>>();
    const start = (claimed: ClaimedDelivery): void => {
      const { id } = claimed.due;
      const made = queue.add(() => attempts.make(lane, claimed));
      // The next attempt does not wait until this one is noted.
      open.set(
        id,
        made
          .then((result) => result?.noted)
          .catch((error: unknown) => logger.error({ delivery: id }, errorMessage(error)))
          .finally(() => open.delete(id)),
      );
    };
    try {
      for (;;) {
        const isTrial = breaker.isTrial(lane);
        const canClaim = !attempts.rests(lane) && (!isTrial || open.size === 0);
        const busy = new Set(open.keys());
        const page = canClaim ? await claimDeliveries(context, lane, now(), busy, isTrial ? 1 : PAGE) : [];
        for (const claimed of page) start(claimed);
        if (page.length > 0) await queue.onSizeLessThan(1);
        else if (open.size > 0) await Promise.race(open.values());
        else break;
      }
    } finally {
      await Promise.all(open.values());
    }
  };

  return {
    isFree: (lane, now) => !running.has(lane) && !breaker.shut(now).includes(lane),
    isStuck: attempts.isStuck,
    opensAt: breaker.opensAt,
    running: () => [...running.values()],
    start: (lane, now) => {
      const end = run(lane, now)
        .catch(async (error: unknown) => {
          logger.error(errorMessage(error));
          await clock.sleep(AFTER_FAILURE_MS, signal).catch(() => undefined);
        })
        .finally(() => {
          running.delete(lane);
          ended();
        });
      running.set(lane, end);
    },
  };
}
