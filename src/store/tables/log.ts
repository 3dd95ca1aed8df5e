/** The append-only, hash-chained record. hash = SHA-256(canonical JSON of {height, at, kind, payload, prev}). */
export interface LogTable {
  /** 0-based, without gaps. */
  height: number;
  at: number;
  kind: string;
  watch_id: string | null;
  /** Canonical JSON. */
  payload: string;
  prev_hash: string;
  hash: string;
  /** Hashes of the complete subtrees of the log's Merkle tree that end with it, its own leaf first: 64 digits each. */
  subtrees: string;
}
