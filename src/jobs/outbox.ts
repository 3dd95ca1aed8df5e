import { setMaxListeners } from 'node:events';
import type { Sender } from '../alerts/index.js';
import { errorMessage } from '../core/index.js';
import { deliveryLanes } from '../store/index.js';
import type { JobContext } from './context.js';
import { createDeliveryLanes } from './delivery-lanes.js';

/** Sends what the outbox holds. At least once: a crash between sending and noting it sends again, under the same id. */
export interface Outbox {
  /** Looks for due deliveries now; call it when an incident was opened. */
  wake(): void;
  /** Sends everything that is due and resolves when each was tried once. */
  drain(): Promise<void>;
  /** Starts no further delivery, breaks off those under way and resolves when they have ended. */
  stop(): Promise<void>;
}

/** Lanes that are at work at a time, at most. */
const LANES = 256;
const LONGEST_WAIT_MS = 60_000;
const SHORTEST_WAIT_MS = 50;

/**
 * The delivery loop. Every target has a lane of its own with one attempt at a time; all mail shares one, as wide as
 * the mail server gets connections. What fails or hangs in a lane delays no other.
 */
export function createOutbox(context: JobContext, sender: Sender): Outbox {
  const { clock, logger, store } = context;
  const stopping = new AbortController();
  // Each attempt listens; the lanes bound their number.
  setMaxListeners(0, stopping.signal);
  const timer = createTimer(() => wake());
  const lanes = createDeliveryLanes(context, sender, stopping.signal, () => timer.in(SHORTEST_WAIT_MS));
  let horizon: number | null = null;
  // Looks take turns: a lane must not be started twice.
  let turn: Promise<unknown> = Promise.resolve();
  const look = async (): Promise<number> => {
    if (stopping.signal.aborted || lanes.isStuck()) return 0;
    const now = horizon ?? clock.now();
    const idle = (await deliveryLanes(store.db)).filter(({ lane }) => lanes.isFree(lane, now));
    const due = idle.filter((lane) => lane.due <= now).slice(0, LANES - lanes.running().length);
    for (const { lane } of due) lanes.start(lane, () => horizon ?? clock.now());
    // Those at work call when they end.
    const times = [
      ...idle.map((lane) => lane.due).filter((at) => at > now),
      lanes.opensAt(now) ?? now + LONGEST_WAIT_MS,
    ];
    timer.in(Math.max(Math.min(...times) - now, SHORTEST_WAIT_MS));
    return due.length;
  };
  const inTurn = (): Promise<number> => {
    const result = turn.then(look);
    turn = result.catch(() => undefined);
    return result;
  };
  const wake = (): void => {
    if (stopping.signal.aborted) return;
    inTurn().catch((error: unknown) => {
      logger.error(errorMessage(error));
      timer.in(1000);
    });
  };
  return {
    wake,
    drain: async () => {
      horizon = clock.now();
      while ((await inTurn()) > 0 || lanes.running().length > 0) await Promise.all(lanes.running());
      horizon = null;
    },
    stop: async () => {
      stopping.abort();
      timer.stop();
      await turn;
      await Promise.all(lanes.running());
      sender.close();
    },
  };
}

interface Timer {
  /** Calls back after that many milliseconds, or earlier where it was asked to. */
  in(ms: number): void;
  stop(): void;
}

function createTimer(call: () => void): Timer {
  let timer: NodeJS.Timeout | null = null;
  let at = Number.POSITIVE_INFINITY;
  let isStopped = false;
  const clear = (): void => {
    if (timer) clearTimeout(timer);
    at = Number.POSITIVE_INFINITY;
  };
  return {
    in: (ms) => {
      const wanted = performance.now() + Math.min(ms, LONGEST_WAIT_MS);
      if (isStopped || wanted >= at) return;
      clear();
      at = wanted;
      timer = setTimeout(() => {
        clear();
        call();
      }, wanted - performance.now());
    },
    stop: () => {
      isStopped = true;
      clear();
    },
  };
}
