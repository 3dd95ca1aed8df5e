/** The newest head of each other log that this installation has seen as its witness. */
export interface SeenLogsTable {
  /** The log's name. */
  origin: string;
  /** The verifier key that signed the head. */
  log_key: string;
  size: number;
  /** Of the log's Merkle tree, in base64. */
  root: string;
  /** The head with the log's signature: a signed note. */
  note: string;
  seen_at: number;
}
