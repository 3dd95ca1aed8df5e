/** Co-signatures that witnesses gave to this log's checkpoints. */
export interface CosignaturesTable {
  /** The checkpoint's. */
  size: number;
  /** The witness's verifier key. */
  witness_key: string;
  /** The line of the signed note, with its newline. */
  line: string;
  received_at: number;
}
