import type { WatchFile } from '../config/index.js';
import type { Clock } from '../core/index.js';
import { type Redaction, type RedactionRequest, redact } from '../jobs/index.js';
import { browserFolders } from '../probes/index.js';
import { lockStore, openStore } from '../store/index.js';
import { openSeal } from './seal.js';

/**
 * Removes texts from a file's store, which must not be in use: a daemon would write what it still has in memory.
 * @throws StoreError, JobError
 */
export async function redactTexts(
  file: Pick<WatchFile, 'store' | 'evidence'>,
  request: RedactionRequest,
  clock: Clock,
): Promise<Redaction> {
  const lock = lockStore(file.store);
  try {
    const store = await openStore(file.store, { mustExist: true });
    try {
      const seal = await openSeal(store, file.evidence, clock);
      return await redact({ store, clock, seal }, browserFolders(file.store.path).evidence, request);
    } finally {
      await store.close();
    }
  } finally {
    lock.release();
  }
}
