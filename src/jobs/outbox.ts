import PQueue from 'p-queue';
import {
  type AlertContent,
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

const CONCURRENCY = 4;
const BATCH = 50;
const LONGEST_WAIT_MS = 60_000;

/** The delivery loop. One receiver that is down delays no other. */
export function createOutbox(context: JobContext, sender: Sender): Outbox {
  const queue = new PQueue({ concurrency: CONCURRENCY });
  const active = new Set<string>();
  const stopping = new AbortController();
  let timer: NodeJS.Timeout | null = null;

  const enqueueDue = async (): Promise<void> => {
    const due = await dueDeliveries(context.store.db, context.clock.now(), BATCH);
    for (const delivery of due) {
      if (active.has(delivery.id) || stopping.signal.aborted) continue;
      active.add(delivery.id);
      queue
        .add(() => deliver(context, sender, delivery, stopping.signal))
        .catch((error: unknown) => context.logger.error({ delivery: delivery.id }, errorMessage(error)))
        .finally(() => {
          active.delete(delivery.id);
          wake();
        });
    }
    const next = await nextDeliveryAt(context.store.db);
    if (next !== null) schedule(Math.max(next - context.clock.now(), 200));
  };
  const schedule = (ms: number): void => {
    if (timer) clearTimeout(timer);
    if (!stopping.signal.aborted) timer = setTimeout(wake, Math.min(ms, LONGEST_WAIT_MS));
  };
  const wake = (): void => {
    if (stopping.signal.aborted) return;
    enqueueDue().catch((error: unknown) => {
      context.logger.error(errorMessage(error));
      schedule(1000);
    });
  };
  return {
    wake,
    drain: async () => {
      await enqueueDue();
      await queue.onIdle();
    },
    stop: async () => {
      stopping.abort();
      if (timer) clearTimeout(timer);
      await queue.onIdle();
      sender.close();
    },
  };
}

async function deliver(
  context: JobContext,
  sender: Sender,
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
  await record(context, due, result);
}

async function record(context: JobContext, due: DueDelivery, result: SendResult): Promise<void> {
  const at = context.clock.now();
  const attempts = due.attempts + 1;
  if (result.kind === 'retry') {
    const delay = retryDelayMs(attempts, Math.random);
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
