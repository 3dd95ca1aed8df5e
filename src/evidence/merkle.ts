import { hash as digest } from 'node:crypto';
import { EvidenceError } from './errors.js';

/*
 * The Merkle tree of RFC 6962, section 2.1, over SHA-256. Hashes are buffers of 32 bytes. Whoever stores a tree
 * keeps the hashes of its complete subtrees: these never change as it grows.
 */

/** A complete subtree: the 2^level leaves from leaf index · 2^level on. */
export interface Subtree {
  readonly level: number;
  readonly index: number;
}

/** The leaves `from` up to, and without, `to`. */
export interface LeafRange {
  readonly from: number;
  readonly to: number;
}

/** The root of the tree without leaves. */
export const emptyRoot: Buffer = digest('sha256', '', 'buffer');

const nodePrefix = Buffer.of(1);

/** SHA-256(0x00 ‖ entry), of the entry's UTF-8 bytes. */
export function leafHash(entry: string): Buffer {
  return digest('sha256', `\u0000${entry}`, 'buffer');
}

/** SHA-256(0x01 ‖ left ‖ right). */
export function nodeHash(left: Buffer, right: Buffer): Buffer {
  return digest('sha256', Buffer.concat([nodePrefix, left, right]), 'buffer');
}

/** The largest power of two below `size`, which is at least 2: how many leaves are left of a tree's root. */
function split(size: number): number {
  let width = 1;
  while (width * 2 < size) width *= 2;
  return width;
}

/** The last leaf of a subtree: the one that completes it. */
export function lastLeaf({ level, index }: Subtree): number {
  return (index + 1) * 2 ** level - 1;
}

/**
 * The complete subtrees that a range consists of, left to right, each as large as it can be. The range begins at
 * a multiple of a power of two that is not below its length, as every range of a proof does.
 */
export function subtreesOf({ from, to }: LeafRange): Subtree[] {
  const subtrees: Subtree[] = [];
  for (let at = from; at < to; ) {
    let level = 0;
    while (2 ** (level + 1) <= to - at) level += 1;
    subtrees.push({ level, index: at / 2 ** level });
    at += 2 ** level;
  }
  return subtrees;
}

/** The hash of a range, from the hashes of {@link subtreesOf} it. */
export function rangeHash(hashes: readonly Buffer[]): Buffer {
  return hashes.length === 0 ? emptyRoot : hashes.reduceRight((right, left) => nodeHash(left, right));
}

/** A tree that grows leaf by leaf. It holds log₂ n hashes. */
export interface GrowingTree {
  size(): number;
  root(): Buffer;
  /** Appends a leaf. Returns the hashes of the subtrees that it completes, the leaf's own first. */
  add(leaf: Buffer): Buffer[];
}

/** Goes on from a tree of `size` leaves; `hashes` are those of the subtrees that it consists of. */
export function growingTree(size: number, hashes: readonly Buffer[]): GrowingTree {
  const peaks = [...hashes];
  let leaves = size;
  return {
    size: () => leaves,
    root: () => rangeHash(peaks),
    add: (leaf) => {
      const completed = [leaf];
      let right = leaf;
      for (let rest = leaves; rest % 2 === 1; rest = Math.floor(rest / 2)) {
        const left = peaks.pop();
        if (left === undefined) throw new EvidenceError(`a tree of ${leaves} entries lacks a hash`);
        right = nodeHash(left, right);
        completed.push(right);
      }
      peaks.push(right);
      leaves += 1;
      return completed;
    },
  };
}

/** The ranges whose hashes make the inclusion proof of a leaf (RFC 6962, 2.1.1), in the proof's order. */
export function inclusionRanges(leaf: number, size: number): LeafRange[] {
  const ranges: LeafRange[] = [];
  let [from, to] = [0, size];
  while (to - from > 1) {
    const middle = from + split(to - from);
    if (leaf < middle) {
      ranges.push({ from: middle, to });
      to = middle;
    } else {
      ranges.push({ from, to: middle });
      from = middle;
    }
  }
  return ranges.reverse();
}

/** The ranges whose hashes make the consistency proof of two sizes (RFC 6962, 2.1.2), in the proof's order. */
export function consistencyRanges(oldSize: number, size: number): LeafRange[] {
  const ranges: LeafRange[] = [];
  let [from, to] = [0, size];
  if (oldSize === 0) return ranges;
  while (to !== oldSize) {
    const middle = from + split(to - from);
    if (oldSize <= middle) {
      ranges.push({ from: middle, to });
      to = middle;
    } else {
      ranges.push({ from, to: middle });
      from = middle;
    }
  }
  if (from > 0) ranges.push({ from, to });
  return ranges.reverse();
}

/** The root that an inclusion proof leads to, or null when its length does not fit. */
export function rootOfInclusion(
  leaf: Buffer,
  index: number,
  size: number,
  proof: readonly Buffer[],
): Buffer | null {
  if (!areSizes(index + 1, size)) return null;
  const ranges = inclusionRanges(index, size);
  if (ranges.length !== proof.length) return null;
  return proof.reduce(
    (hash, sibling, i) =>
      (ranges[i]?.from ?? 0) > index ? nodeHash(hash, sibling) : nodeHash(sibling, hash),
    leaf,
  );
}

/** A tree's head. */
export interface TreeHead {
  readonly size: number;
  readonly root: Buffer;
}

/** Whether the tree `newer` begins with the leaves of `older`, as the proof claims. */
export function isConsistent(older: TreeHead, newer: TreeHead, proof: readonly Buffer[]): boolean {
  if (older.size === 0) return proof.length === 0 && older.root.equals(emptyRoot);
  if (!areSizes(older.size, newer.size)) return false;
  const ranges = consistencyRanges(older.size, newer.size);
  if (ranges.length !== proof.length) return false;
  // The proof begins with the subtree that ends both trees' common part; where that is all of the old one, with its root.
  const begins = ranges[0] !== undefined && ranges[0].to === older.size;
  const [first, rest] = begins ? [proof[0], proof.slice(1)] : [older.root, proof];
  if (first === undefined) return false;
  let [before, after] = [first, first];
  for (const [i, sibling] of rest.entries()) {
    const isRight = (ranges[i + (begins ? 1 : 0)]?.from ?? 0) >= older.size;
    if (!isRight) before = nodeHash(sibling, before);
    after = isRight ? nodeHash(after, sibling) : nodeHash(sibling, after);
  }
  return before.equals(older.root) && after.equals(newer.root);
}

/** Sizes are counts of leaves, the smaller one at least 1. Beyond 2^52 the arithmetic would not be exact. */
function areSizes(smaller: number, larger: number): boolean {
  return Number.isSafeInteger(smaller) && smaller >= 1 && smaller <= larger && larger <= 2 ** 52;
}
