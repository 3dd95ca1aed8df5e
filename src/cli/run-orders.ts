import { existsSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import { type Comparison, type OnProgress, type OrderOutcome, runOrder } from '../fingerprint/index.js';

/** Below this many trials an order takes less time than starting a thread. */
const FEW_TRIALS = 100;

/** How {@link runOrders} spreads its work. */
export interface Threads {
  readonly count: number;
  /** The compiled worker. Where it is absent (run from sources), everything runs in this thread. */
  readonly script: URL;
}

/**
 * Folds every order of a comparison, on all cores where that pays. The outcomes are the same bits, in the
 * order of their number, however many threads there are.
 * @throws whatever a thread throws
 */
export async function runOrders(
  comparison: Comparison,
  onProgress: OnProgress,
  threads: Threads = {
    count: comparison.trials.length < FEW_TRIALS ? 1 : availableParallelism(),
    script: new URL('./order-worker.js', import.meta.url),
  },
): Promise<OrderOutcome[]> {
  const orders = Array.from({ length: comparison.orders }, (_, order) => order);
  const trials = comparison.trials.length;
  if (threads.count < 2 || !existsSync(threads.script)) {
    return orders.map((order) =>
      runOrder(comparison, order, (done) => onProgress(order * trials + done, orders.length * trials)),
    );
  }
  const count = Math.min(threads.count, orders.length);
  let finished = 0;
  const onOutcome = (): void => onProgress(++finished * trials, orders.length * trials);
  const parts = await Promise.all(
    Array.from({ length: count }, (_, thread) => {
      const own = orders.filter((order) => order % count === thread);
      return runThread(threads.script, comparison, own, onOutcome);
    }),
  );
  return parts.flat().sort((a, b) => a.order - b.order);
}

function runThread(
  script: URL,
  comparison: Comparison,
  orders: readonly number[],
  onOutcome: () => void,
): Promise<OrderOutcome[]> {
  return new Promise((resolve, reject) => {
    const outcomes: OrderOutcome[] = [];
    const worker = new Worker(script, { workerData: { comparison, orders } });
    worker.on('message', (outcome: OrderOutcome) => {
      outcomes.push(outcome);
      onOutcome();
    });
    worker.on('error', reject);
    worker.on('exit', () => resolve(outcomes));
  });
}
