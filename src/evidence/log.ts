import { canonicalJson, type Json, sha256 } from '../core/index.js';
import {
  type Db,
  insertLogEntries,
  type LogTable,
  logEntriesFrom,
  logHead,
  type Tx,
} from '../store/index.js';
import { EvidenceError } from './errors.js';

/** What can be logged. */
export type LogKind =
  | 'watch-definition'
  | 'round-plan'
  | 'trial'
  | 'declared-change'
  | 'pause'
  | 'seed-reveal'
  | 'verdict'
  | 'alert'
  | 'delivery';

/** Something to record. */
export interface LogInput {
  readonly kind: LogKind;
  readonly watchId: string | null;
  readonly payload: Json;
}

/** The log's newest entry: quoting it commits to everything before it. */
export interface LogHead {
  /** −1 for an empty log. */
  readonly height: number;
  readonly hash: string;
}

const GENESIS = '0'.repeat(64);

/** SHA-256 of the canonical JSON of an entry without its own hash. */
export function entryHash(entry: Omit<LogTable, 'hash'>): string {
  return sha256(
    canonicalJson({
      height: entry.height,
      at: entry.at,
      kind: entry.kind,
      watch: entry.watch_id,
      payload: entry.payload,
      prev: entry.prev_hash,
    }),
  );
}

/**
 * Appends entries to the hash chain, in the transaction of the data they speak of, so that neither can
 * exist without the other. Returns the new head.
 */
export async function appendLog(tx: Tx, at: number, inputs: readonly LogInput[]): Promise<LogHead> {
  const head = await logHead(tx);
  let height = head?.height ?? -1;
  let hash = head?.hash ?? GENESIS;
  const entries: LogTable[] = [];
  for (const input of inputs) {
    height += 1;
    const entry = {
      height,
      at,
      kind: input.kind,
      watch_id: input.watchId,
      payload: canonicalJson(input.payload),
      prev_hash: hash,
    };
    hash = entryHash(entry);
    entries.push({ ...entry, hash });
  }
  if (entries.length > 0) await insertLogEntries(tx, entries);
  return { height, hash };
}

/**
 * Checks the whole chain: heights without gaps, each entry's hash, each link to the one before.
 * Reads in pages, so memory stays flat. @throws EvidenceError naming the first entry that is wrong
 */
export async function verifyLog(db: Db): Promise<LogHead> {
  let height = -1;
  let hash = GENESIS;
  // Entries slipped in below the first one must not go unseen.
  let from = Number.MIN_SAFE_INTEGER;
  for (;;) {
    const page = await logEntriesFrom(db, from, 1000);
    for (const entry of page) {
      const { hash: stated, ...body } = entry;
      if (entry.height !== height + 1) throw new EvidenceError(`the log has no entry ${height + 1}`);
      if (entry.prev_hash !== hash)
        throw new EvidenceError(`entry ${entry.height} does not follow the one before it`);
      if (entryHash(body) !== stated) throw new EvidenceError(`entry ${entry.height} was changed`);
      height = entry.height;
      hash = stated;
    }
    if (page.length === 0) return { height, hash };
    from = height + 1;
  }
}
