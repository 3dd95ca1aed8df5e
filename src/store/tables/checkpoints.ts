/** Signed heads of the log's Merkle tree. */
export interface CheckpointsTable {
  /** How many entries it covers: those from 0 to size − 1. */
  size: number;
  signed_at: number;
  /** The signed note. */
  note: string;
}
