import { existsSync } from 'node:fs';
import { parseWatchFile, readSmallFile, type WatchFile } from '../config/index.js';
import { openStore, type Store } from '../store/index.js';

/** The watch file of a command that needs no keys: none are asked for. @throws ConfigError */
export function readWatchFile(path: string): WatchFile {
  return parseWatchFile(readSmallFile(path), path, null);
}

/** The same of a command that needs no watch file: null where none is named and there is no `twinwatch.yaml`. */
export function findWatchFile(path: string | undefined): WatchFile | null {
  const usual = 'twinwatch.yaml';
  if (path === undefined && !existsSync(usual)) return null;
  return readWatchFile(path ?? usual);
}

/**
 * Looks into the store of a watch file, which a daemon may be using.
 * @throws ConfigError; StoreError, also when there is none yet
 */
export async function withStore<T>(
  path: string,
  work: (store: Store, file: WatchFile) => Promise<T>,
): Promise<T> {
  const file = readWatchFile(path);
  const store = await openStore(file.store, { mustExist: true });
  try {
    return await work(store, file);
  } finally {
    await store.close();
  }
}
