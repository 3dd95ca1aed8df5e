import { canonicalJson, type Json } from '../core/index.js';
import { insertLogEntries, type LogTable, logHead, type Tx } from '../store/index.js';
import { genesis, hashesOfEntry, type LogKind } from './log-entry.js';
import { grow, storedTree } from './tree.js';

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

/**
 * Appends entries to the hash chain and to the Merkle tree, in the transaction of the data they speak of, so that
 * neither can exist without the other. Reads log₂ n hashes, whatever the log's length. Returns the new head.
 */
export async function appendLog(tx: Tx, at: number, inputs: readonly LogInput[]): Promise<LogHead> {
  const head = await logHead(tx);
  let height = head?.height ?? -1;
  let prev = head?.hash ?? genesis;
  if (inputs.length === 0) return { height, hash: prev };
  const tree = await storedTree(tx, height + 1);
  const entries: LogTable[] = [];
  for (const input of inputs) {
    height += 1;
    const entry = {
      height,
      at,
      kind: input.kind,
      watch_id: input.watchId,
      payload: canonicalJson(input.payload),
      prev_hash: prev,
    };
    const { hash, leaf } = hashesOfEntry(entry);
    entries.push({ ...entry, hash, subtrees: grow(tree, leaf) });
    prev = hash;
  }
  await insertLogEntries(tx, entries);
  return { height, hash: prev };
}
