import {
  type Db,
  insertLogNodes,
  type LogNodesTable,
  type LogTable,
  logEntriesFrom,
  logHead,
  logNodesAt,
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
  leafHash,
  rangeHash,
  subtreeCount,
  subtreePosition,
  subtreesOf,
} from './merkle.js';

/** The log's tree at `size` entries, ready to grow. Reads log₂ n hashes. */
export async function storedTree(db: Db, size: number): Promise<GrowingTree> {
  const [hashes = []] = await hashesOf(db, [{ from: 0, to: size }]);
  return growingTree(size, hashes);
}

/** Appends leaves to a tree. Returns the rows that its store needs. */
export function grow(tree: GrowingTree, leaves: readonly Buffer[]): LogNodesTable[] {
  const first = subtreeCount(tree.size());
  return leaves
    .flatMap((leaf) => tree.add(leaf))
    .map((hash, i) => ({ position: first + i, hash: hash.toString('hex') }));
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
  const positions = ranges.map((range) => subtreesOf(range).map(subtreePosition));
  const rows = await logNodesAt(db, positions.flat());
  const hashes = new Map(rows.map(({ position, hash }) => [position, hash]));
  return positions.map((places) =>
    places.map((position) => {
      const hash = hashes.get(position);
      if (hash === undefined) throw new EvidenceError(`the log's tree has no hash ${position}`);
      return Buffer.from(hash, 'hex');
    }),
  );
}

const PAGE = 1000;

/** Builds the tree of a log that was begun when there was none. Nothing to do for any other. */
export async function buildMissingTree(tx: Tx): Promise<void> {
  if ((await logHead(tx)) === null || (await logNodesAt(tx, [0])).length > 0) return;
  const tree = growingTree(0, []);
  for (let page: LogTable[] = []; ; ) {
    page = await logEntriesFrom(tx, tree.size(), PAGE);
    if (page.length === 0) return;
    const leaves = page.map((entry) => leafHash(entryText(entry)));
    await insertLogNodes(tx, grow(tree, leaves));
  }
}
