import { setMaxListeners } from 'node:events';
import PQueue from 'p-queue';
import {
  type AlertContent,
  type CircuitBreaker,
  createCircuitBreaker,
  type Delivery,
  retryDelayMs,
  type Sender,
  type SendResult,
} from '../alerts/index.js';
import { errorMessage } from '../core/index.js';
import { appendLog } from '../evidence/index.js';
import { type DueDelivery, dueDeliveries, nextDeliveryAt, updateDelivery } from '../store/index.js';
import type { JobContext } from './context.js';

/** Sends what the outbox holds. At least once: a crash between sending and noting it sends again, under the same id. */
export interface Outbox {
  /** Looks for due deliveries now; call it when an incident was opened. */
  wake(): void;
  /** Sends everything that is due and resolves when each was tried once. */
  drain(): Promise<void>;
  /** Starts no further delivery, breaks off those under way and resolves when they have ended. */
  stop(): Promise<void>;
}

// One lane for a target, so that one that hangs delays no other.
const LANES = 64;
const LONGEST_WAIT_MS = 60_000;

/** The delivery loop: one attempt at a time for a target, whose failures delay no other. */
export function createOutbox(context: JobContext, sender: Sender): Outbox {
  const { clock, logger, store } = context;
  const queue = new PQueue({ concurrency: LANES });
  const busy = new Set<string>();
  const breaker = createCircuitBreaker();
  const stopping = new AbortController();
  // Each attempt listens; the lanes bound their number.
  setMaxListeners(0, stopping.signal);
  let timer: NodeJS.Timeout | null = null;
  // Looking and letting go take turns: a look must not see as waiting what was sent while it looked.
  let turn: Promise<unknown> = Promise.resolve();
  const inTurn = <T>(work: () => T | Promise<T>): Promise<T> => {
    const result = turn.then(work);
    turn = result.catch(() => undefined);
    return result;
  };

  const attempt = async (due: DueDelivery): Promise<void> => {
    try {
      await deliver(context, sender, breaker, due, stopping.signal);
    } catch (error) {
      logger.error({ delivery: due.id }, errorMessage(error));
      // It may have been sent but could not be noted (a full disk): asked at once, it would be sent in a loop.
      await clock.sleep(LONGEST_WAIT_MS, stopping.signal).catch(() => undefined);
    } finally {
      await inTurn(() => busy.delete(due.target));
      wake();
    }
  };
  const look = async (asOf: number): Promise<number> => {
    const held = [...busy, ...breaker.shut(asOf)];
    const found = stopping.signal.aborted ? [] : await dueDeliveries(store.db, asOf, held, LANES);
    for (const due of found) {
      busy.add(due.target);
      queue
        .add(() => attempt(due))
        .catch((error: unknown) => logger.error({ delivery: due.id }, errorMessage(error)));
    }
    // Those at work wake the loop when they end.
    const next = await nextDeliveryAt(store.db, [...busy, ...breaker.shut(asOf)]);
    const times = [next, breaker.opensAt(asOf)].filter((time) => time !== null);
    schedule(Math.max(Math.min(...times) - asOf, 200));
    return found.length;
  };
  const schedule = (ms: number): void => {
    if (timer) clearTimeout(timer);
    if (!stopping.signal.aborted) timer = setTimeout(wake, Math.min(ms, LONGEST_WAIT_MS));
  };
  const wake = (): void => {
    if (stopping.signal.aborted) return;
    inTurn(() => look(clock.now())).catch((error: unknown) => {
      logger.error(errorMessage(error));
      schedule(1000);
    });
  };
  return {
    wake,
    drain: async () => {
      const asOf = clock.now();
      while ((await inTurn(() => look(asOf))) > 0 || queue.size + queue.pending > 0) await queue.onIdle();
    },
    stop: async () => {
      stopping.abort();
      if (timer) clearTimeout(timer);
      await queue.onIdle();
      await turn;
      sender.close();
    },
  };
}

async function deliver(
  context: JobContext,
  sender: Sender,
  breaker: CircuitBreaker,
  due: DueDelivery,
  signal: AbortSignal,
): Promise<void> {
  if (signal.aborted) return;
  const delivery: Delivery = {
    id: due.id,
    target: JSON.parse(due.target) as Delivery['target'],
    content: JSON.parse(due.content) as AlertContent,
  };
  const result = await sender.send(delivery, signal);
  // Broken off by our own stop: it stays pending and is tried at the next start.
  if (result.kind === 'retry' && signal.aborted) return;
  if (result.kind === 'retry') breaker.failed(due.target, context.clock.now());
  else breaker.answered(due.target);
  await record(context, due, result);
}

async function record(context: JobContext, due: DueDelivery, result: SendResult): Promise<void> {
  const at = context.clock.now();
  const attempts = due.attempts + 1;
  if (result.kind === 'retry') {
    const delay = retryDelayMs(attempts, at - due.created_at, Math.random);
    if (delay !== null) {
      const next = at + Math.max(delay, result.retryAfterMs ?? 0);
      await updateDelivery(context.store.db, due.id, {
        attempts,
        next_attempt_at: next,
        last_error: result.reason,
      });
      context.logger.warn(
        { delivery: due.id, attempts, reason: result.reason },
        'delivery will be tried again',
      );
      return;
    }
  }
  const status = result.kind === 'sent' ? 'sent' : result.kind === 'rejected' ? 'rejected' : 'dead';
  const reason = result.kind === 'sent' ? null : result.reason;
  await context.store.transaction(async (tx) => {
    await updateDelivery(tx, due.id, { status, attempts, last_error: reason, finished_at: at });
    const payload = { delivery: due.id, status, attempts };
    await appendLog(tx, at, [{ kind: 'delivery', watchId: due.watch_id, payload }]);
  });
  if (reason !== null) context.logger.error({ delivery: due.id, status, reason }, 'delivery failed for good');
}
