import { retryDelayMs, type SendResult } from '../alerts/index.js';
import { errorMessage } from '../core/index.js';
import { appendLog, type LogInput } from '../evidence/index.js';
import { type DueDelivery, type Tx, updateDelivery } from '../store/index.js';
import type { JobContext } from './context.js';
import { noteMailResult } from './subscriptions/mail.js';

const GATHER_MS = 15;
const AFTER_FAILURE_MS = 60_000;

interface Note {
  readonly due: DueDelivery;
  readonly result: SendResult;
  readonly at: number;
}

/** Writes down what became of attempts, many in one transaction. */
export interface DeliveryNotes {
  /** Resolves when it is durable, or when the notes are stopped before it could be written. Never rejects. */
  add(due: DueDelivery, result: SendResult): Promise<void>;
  /** Notes can't be written (a full disk): what is sent now would be sent again after a restart. */
  isStuck(): boolean;
}

/** `signal` ends the waiting for a store that can't be written. */
export function createDeliveryNotes(context: JobContext, signal: AbortSignal): DeliveryNotes {
  let gathered: Note[] = [];
  let writing: Promise<void> | null = null;
  let next: Promise<void> | null = null;
  let isStuck = false;
  const write = async (): Promise<void> => {
    await new Promise((resolve) => setTimeout(resolve, GATHER_MS));
    await writing;
    const notes = gathered;
    gathered = [];
    next = null;
    writing = writeAll(notes);
    await writing;
  };
  const writeAll = async (notes: readonly Note[]): Promise<void> => {
    for (;;) {
      try {
        await context.store.transaction((tx) => save(tx, notes));
        isStuck = false;
        break;
      } catch (error) {
        isStuck = true;
        context.logger.error({ deliveries: notes.length }, errorMessage(error));
        if (signal.aborted) return;
        await context.clock.sleep(AFTER_FAILURE_MS, signal).catch(() => undefined);
      }
    }
    for (const note of notes) tell(context, note);
    await countBounces(context, notes);
  };
  return {
    isStuck: () => isStuck,
    add: (due, result) => {
      gathered.push({ due, result, at: context.clock.now() });
      next ??= write();
      return next;
    },
  };
}

async function save(tx: Tx, notes: readonly Note[]): Promise<void> {
  const entries: LogInput[] = [];
  for (const { due, result, at } of notes) {
    const attempts = due.attempts + 1;
    const next = nextAttemptAt(due, result, at);
    const reason = result.kind === 'sent' ? null : result.reason;
    if (next !== null) {
      await updateDelivery(tx, due.id, { attempts, next_attempt_at: next, last_error: reason });
      continue;
    }
    const status = statusAfter(result);
    await updateDelivery(tx, due.id, { status, attempts, last_error: reason, finished_at: at });
    // Who subscribes is nobody's business: the log is public.
    if (due.subscriber_id === null)
      entries.push({
        kind: 'delivery',
        watchId: due.watch_id,
        payload: { delivery: due.id, status, attempts },
      });
  }
  if (entries.length > 0) await appendLog(tx, notes.at(-1)?.at ?? 0, entries);
}

function statusAfter({ kind }: SendResult): 'sent' | 'rejected' | 'dead' {
  return kind === 'retry' ? 'dead' : kind;
}

/** When the delivery is tried again; null: never. */
function nextAttemptAt(due: DueDelivery, result: SendResult, at: number): number | null {
  if (result.kind !== 'retry') return null;
  const delay = retryDelayMs(due.attempts + 1, at - due.created_at, Math.random);
  return delay === null ? null : at + Math.max(delay, result.retryAfterMs ?? 0);
}

function tell({ logger }: JobContext, { due, result, at }: Note): void {
  if (result.kind === 'sent') return;
  const { reason } = result;
  const attempts = due.attempts + 1;
  if (result.kind === 'retry' && nextAttemptAt(due, result, at) !== null)
    logger.warn({ delivery: due.id, attempts, reason }, 'delivery will be tried again');
  else logger.error({ delivery: due.id, status: statusAfter(result), reason }, 'delivery failed for good');
}

async function countBounces(context: JobContext, notes: readonly Note[]): Promise<void> {
  try {
    await Promise.all(
      notes.map(async ({ due, result }) => {
        if (due.subscriber_id !== null) await noteMailResult(context, due.subscriber_id, result);
      }),
    );
  } catch (error) {
    context.logger.error(errorMessage(error));
  }
}
