// A thread of `twinwatch compare`: folds the orders it is given and posts one outcome for each.
import { parentPort, workerData } from 'node:worker_threads';
import { type Comparison, runOrder } from '../fingerprint/index.js';

const { comparison, orders } = workerData as { comparison: Comparison; orders: readonly number[] };
for (const order of orders) parentPort?.postMessage(runOrder(comparison, order));
