import type { WatchFile } from '../config/index.js';
import { type WrittenBundle, writeBundle } from '../evidence/index.js';
import { findWatch, openStore } from '../store/index.js';
import { AppError } from './errors.js';
import { canarySuitesOf, suitesOf } from './watch-suites.js';

/**
 * Writes the evidence of a watch's current epoch, as of the newest checkpoint, into a bundle. The store may be in use.
 * @throws AppError for a watch that the file or the store doesn't know; StoreError, ProbeError, EvidenceError
 */
export async function exportEvidence(file: WatchFile, watchId: string, path: string): Promise<WrittenBundle> {
  const config = file.watches.find(({ id }) => id === watchId);
  if (config === undefined) throw new AppError(`the watch file has no watch called "${watchId}"`);
  const suites = [...(await suitesOf(config)), ...canarySuitesOf(config)];
  const store = await openStore(file.store, { mustExist: true });
  try {
    const current = await findWatch(store.db, watchId);
    if (current === null) throw new AppError(`no round of "${watchId}" has run yet`);
    const input = { watch: watchId, epoch: current.epoch.epoch, suites };
    return await writeBundle(store.db, input, path);
  } finally {
    await store.close();
  }
}
