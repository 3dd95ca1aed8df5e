import {
  type Db,
  type LogTable,
  logEntriesFrom,
  logSubtrees,
  saveLogSubtrees,
  type Tx,
} from '../store/index.js';
import { EvidenceError } from './errors.js';
import { entryText } from './log-entry.js';
import {
  consistencyRanges,
  type GrowingTree,
  growingTree,
  inclusionRanges,
  type LeafRange,
  lastLeaf,
  leafHash,
  rangeHash,
  subtreesOf,
} from './merkle.js';

/** The log's tree at `size` entries, ready to grow. Reads log₂ n hashes. */
export async function storedTree(db: Db, size: number): Promise<GrowingTree> {
  const [hashes = []] = await hashesOf(db, [{ from: 0, to: size }]);
  return growingTree(size, hashes);
}

/** Appends a leaf to a tree. Returns the hashes of the subtrees that it completes, as the store keeps them. */
export function grow(tree: GrowingTree, leaf: Buffer): string {
  return Buffer.concat(tree.add(leaf)).toString('hex');
}

/** The root over the first `size` entries. */
export async function treeRoot(db: Db, size: number): Promise<Buffer> {
  return (await storedTree(db, size)).root();
}

/** The proof that the entry `height` is one of the first `size` entries. Reads about 2·log₂ n hashes. */
export async function inclusionProof(db: Db, height: number, size: number): Promise<Buffer[]> {
  return (await hashesOf(db, inclusionRanges(height, size))).map(rangeHash);
}

/** The proof that the first `size` entries begin with the first `oldSize`. Reads about 2·log₂ n hashes. */
export async function consistencyProof(db: Db, oldSize: number, size: number): Promise<Buffer[]> {
  return (await hashesOf(db, consistencyRanges(oldSize, size))).map(rangeHash);
}

/** For each range, the hashes of the subtrees that it consists of. @throws EvidenceError when one is missing */
async function hashesOf(db: Db, ranges: readonly LeafRange[]): Promise<Buffer[][]> {
  const subtrees = ranges.map(subtreesOf);
  const rows = await logSubtrees(db, subtrees.flat().map(lastLeaf));
  const stored = new Map(rows.map((row) => [row.height, row.subtrees]));
  return subtrees.map((some) =>
    some.map((one) => {
      const height = lastLeaf(one);
      const hash = Buffer.from(stored.get(height) ?? '', 'hex').subarray(32 * one.level, 32 * one.level + 32);
      if (hash.length !== 32) throw new EvidenceError(`the log's tree lacks a hash at entry ${height}`);
      return hash;
    }),
  );
}

const PAGE = 1000;

/** Builds the tree of a log that was begun when there was none. Nothing to do for any other. */
export async function buildMissingTree(tx: Tx): Promise<void> {
  const [first] = await logEntriesFrom(tx, 0, 1);
  if (first === undefined || first.subtrees !== '') return;
  const tree = growingTree(0, []);
  for (let page: LogTable[] = []; ; ) {
    page = await logEntriesFrom(tx, tree.size(), PAGE);
    if (page.length === 0) return;
    for (const entry of page) await saveLogSubtrees(tx, entry.height, grow(tree, leafHash(entryText(entry))));
  }
}
