import { eBH, type Verdict } from '../fingerprint/index.js';
import { type Db, type WatchRow, watchRows } from '../store/index.js';
import type { WebContext } from './context.js';

/** Share of false rejections among the watches that are called confirmed, in expectation, at most. */
export const CONFIRMED_Q = 0.05;

/** Where a watch stands, for people: its verdict, or that it has none yet. */
export type Standing = Verdict | 'waiting';

export interface ListedWatch extends WatchRow {
  readonly standing: Standing;
  /** Also holds when all watches are taken together. */
  readonly confirmed: boolean;
}

/** For how long the list may be told from memory, in ms: it is asked for with every page. */
const KEPT_MS = 1000;

/** How to read all watches of the store, as they were at most a second ago. */
export function watchList({
  store,
  clock,
}: Pick<WebContext, 'store' | 'clock'>): () => Promise<readonly ListedWatch[]> {
  let kept: { readonly at: number; readonly list: Promise<readonly ListedWatch[]> } | null = null;
  return async () => {
    const now = clock.now();
    if (kept === null || Math.abs(now - kept.at) >= KEPT_MS)
      kept = { at: now, list: listedWatches(store.db) };
    try {
      return await kept.list;
    } catch (error) {
      kept = null;
      throw error;
    }
  };
}

/** Each told apart from chance together with the others (e-BH). */
async function listedWatches(db: Db): Promise<ListedWatch[]> {
  const rows = await watchRows(db);
  const survives = eBH(
    rows.map(({ summary }) => 10 ** (summary?.log10_e ?? 0)),
    CONFIRMED_Q,
  );
  return rows.map((row, i) => {
    const standing = row.summary?.verdict ?? 'waiting';
    return { ...row, standing, confirmed: standing === 'different' && survives[i] === true };
  });
}
