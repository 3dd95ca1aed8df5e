/** The hashes of the log's Merkle tree: one row for each complete subtree, in the order they became complete. */
export interface LogNodesTable {
  /** 0-based, without gaps. */
  position: number;
  /** 64 hexadecimal digits. */
  hash: string;
}
