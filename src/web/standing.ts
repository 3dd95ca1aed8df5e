import { eBH, type Verdict } from '../fingerprint/index.js';
import { type Db, type Embargo, openEmbargoes, type WatchRow, watchRows } from '../store/index.js';
import type { WebContext } from './context.js';

/** Share of false rejections among the watches that are called confirmed, in expectation, at most. */
export const CONFIRMED_Q = 0.05;

/** Where a watch stands, for people: its verdict, that it has none yet, or that it is not told for now. */
export type Standing = Verdict | 'waiting' | 'withheld';

/** Results that the public does not get yet, so that the vendor can answer first. Times are ms since 1970. */
export interface Withheld {
  readonly since: number;
  readonly until: number;
}

export interface ListedWatch extends WatchRow {
  readonly standing: Standing;
  /** Also holds when all watches are taken together. */
  readonly confirmed: boolean;
  /** Then there is no summary either. */
  readonly withheld: Withheld | null;
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

/** Each told apart from chance together with the others (e-BH); of what is withheld, nothing shows in any of it. */
async function listedWatches(db: Db): Promise<ListedWatch[]> {
  const all = await watchRows(db);
  // After the results, as an embargo begins together with the result that it is about.
  const embargoes = new Map((await openEmbargoes(db)).map((one) => [one.watch_id, withheldBy(one)]));
  const rows = all.map((row) => (embargoes.has(row.id) ? { ...row, summary: null } : row));
  const survives = eBH(
    rows.map(({ summary }) => 10 ** (summary?.log10_e ?? 0)),
    CONFIRMED_Q,
  );
  return rows.map((row, i) => {
    const withheld = embargoes.get(row.id) ?? null;
    const standing = withheld ? 'withheld' : (row.summary?.verdict ?? 'waiting');
    const confirmed = standing === 'different' && survives[i] === true;
    return { ...row, standing, confirmed, withheld };
  });
}

/** What is withheld of a watch; null: nothing. Ask after its results were read. */
export async function withheldOf(db: Db, watchId: string): Promise<Withheld | null> {
  const [embargo] = await openEmbargoes(db, watchId);
  return embargo ? withheldBy(embargo) : null;
}

function withheldBy({ opened_at: since, embargo_ends_at: until }: Embargo): Withheld {
  return { since, until };
}
