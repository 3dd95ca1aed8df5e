/** The keys that have signed the log's checkpoints, for finding them fast: the log itself holds them. */
export interface LogKeysTable {
  /** The height of the entry that made the key known. */
  height: number;
  /** The public key, as a verifier key of a signed note. */
  verifier_key: string;
}
