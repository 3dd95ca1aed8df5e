import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  consistencyRanges,
  emptyRoot,
  growingTree,
  inclusionRanges,
  isConsistent,
  type LeafRange,
  lastLeaf,
  leafHash,
  nodeHash,
  rangeHash,
  rootOfInclusion,
  subtreesOf,
} from '../../src/evidence/merkle.js';
import fixtures from './fixtures/signed-notes.json' with { type: 'json' };

const sha256 = (...parts: (Buffer | string)[]): Buffer => {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(part);
  return hash.digest();
};
const hex = (hashes: readonly Buffer[]): string[] => hashes.map((hash) => hash.toString('hex'));

/** MTH, PATH and PROOF as RFC 6962 defines them, word for word, over leaf hashes. */
const splitOf = (n: number): number => 2 ** Math.ceil(Math.log2(n) - 1);
function mth(leaves: readonly Buffer[]): Buffer {
  if (leaves.length === 0) return sha256('');
  if (leaves.length === 1) return leaves[0] as Buffer;
  const k = splitOf(leaves.length);
  return sha256('\u0001', mth(leaves.slice(0, k)), mth(leaves.slice(k)));
}
function path(m: number, leaves: readonly Buffer[]): Buffer[] {
  if (leaves.length === 1) return [];
  const k = splitOf(leaves.length);
  return m < k
    ? [...path(m, leaves.slice(0, k)), mth(leaves.slice(k))]
    : [...path(m - k, leaves.slice(k)), mth(leaves.slice(0, k))];
}
function subproof(m: number, leaves: readonly Buffer[], isWhole: boolean): Buffer[] {
  if (m === leaves.length) return isWhole ? [] : [mth(leaves)];
  const k = splitOf(leaves.length);
  return m <= k
    ? [...subproof(m, leaves.slice(0, k), isWhole), mth(leaves.slice(k))]
    : [...subproof(m - k, leaves.slice(k), false), mth(leaves.slice(0, k))];
}

const leavesOf = (n: number, name = 'leaf'): Buffer[] =>
  Array.from({ length: n }, (_, i) => leafHash(`${name} ${i}`));

/** For each leaf, the hashes of the subtrees that it completes, as a store keeps them. */
function stored(leaves: readonly Buffer[]): Buffer[][] {
  const tree = growingTree(0, []);
  return leaves.map((leaf) => tree.add(leaf));
}

function hashesOf(range: LeafRange, nodes: readonly Buffer[][]): Buffer[] {
  return subtreesOf(range).map((one) => nodes[lastLeaf(one)]?.[one.level] as Buffer);
}

function proofOf(ranges: readonly LeafRange[], nodes: readonly Buffer[][]): Buffer[] {
  return ranges.map((range) => rangeHash(hashesOf(range, nodes)));
}

describe('the published vectors', () => {
  // Inputs and roots of the tree of eight leaves that Certificate Transparency's implementations are tested with.
  const inputs = [
    '',
    '00',
    '10',
    '2021',
    '3031',
    '40414243',
    '5051525354555657',
    '606162636465666768696a6b6c6d6e6f',
  ];
  const roots = [
    '6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d',
    'fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125',
    'aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77',
    'd37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7',
    '4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4',
    '76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef',
    'ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c',
    '5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328',
  ];
  // Inputs are bytes, not all of them text.
  const leaves = inputs.map((input) => sha256('\u0000', Buffer.from(input, 'hex')));

  it('has their roots', () => {
    expect(emptyRoot.toString('hex')).toBe(
      'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855',
    );
    const tree = growingTree(0, []);
    for (const [i, leaf] of leaves.entries()) {
      tree.add(leaf);
      expect(tree.root().toString('hex')).toBe(roots[i]);
    }
    expect(leafHash('').equals(leaves[0] as Buffer)).toBe(true);
  });

  it('has their proofs', () => {
    const nodes = stored(leaves);
    expect(hex(proofOf(inclusionRanges(0, 8), nodes))).toEqual([
      '96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7',
      '5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e',
      '6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4',
    ]);
    expect(hex(proofOf(inclusionRanges(1, 5), nodes))).toEqual([
      '6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d',
      '5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e',
      'bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b',
    ]);
    expect(hex(proofOf(consistencyRanges(6, 8), nodes))).toEqual([
      '0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a',
      'ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0',
      'd37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7',
    ]);
  });

  it('agrees with the Go implementation in stored hashes, roots and proofs', () => {
    const nodes = stored(leavesOf(70));
    expect(hex(nodes.flat())).toEqual(fixtures.stored);
    for (const [i, root] of fixtures.roots.entries())
      expect(rangeHash(hashesOf({ from: 0, to: i + 1 }, nodes)).toString('hex')).toBe(root);
    for (const { index, size, hashes } of fixtures.inclusion)
      expect(hex(proofOf(inclusionRanges(index, size), nodes))).toEqual(hashes);
    for (const { index, size, hashes } of fixtures.consistency)
      expect(hex(proofOf(consistencyRanges(index, size), nodes))).toEqual(hashes);
  });
});

describe('against the definition', () => {
  it('gives and accepts the same proofs at every size up to 70', () => {
    const leaves = leavesOf(70);
    const nodes = stored(leaves);
    const roots = leaves.map((_, i) => mth(leaves.slice(0, i + 1)));
    for (let size = 1; size <= 70; size += 1) {
      const root = roots[size - 1] as Buffer;
      for (let i = 0; i < size; i += 1) {
        const proof = proofOf(inclusionRanges(i, size), nodes);
        expect(hex(proof)).toEqual(hex(path(i, leaves.slice(0, size))));
        expect(rootOfInclusion(leaves[i] as Buffer, i, size, proof)?.equals(root)).toBe(true);
        const old = { size: i + 1, root: roots[i] as Buffer };
        const growth = proofOf(consistencyRanges(i + 1, size), nodes);
        expect(hex(growth)).toEqual(hex(subproof(i + 1, leaves.slice(0, size), true)));
        expect(isConsistent(old, { size, root }, growth)).toBe(true);
      }
    }
  });

  it('does so at random large sizes, whatever sizes it grew through', () => {
    const leaves = leavesOf(3000);
    const nodes = stored(leaves);
    fc.assert(
      fc.property(fc.integer({ min: 71, max: 3000 }), fc.nat(), fc.nat(), (size, a, b) => {
        const [index, middle] = [a % size, 1 + (b % size)];
        const root = mth(leaves.slice(0, size));
        const grown = growingTree(middle, hashesOf({ from: 0, to: middle }, nodes));
        const added = leaves.slice(middle, size).flatMap((leaf) => grown.add(leaf));
        expect(hex(added)).toEqual(hex(nodes.slice(middle, size).flat()));
        expect(grown.root().equals(root)).toBe(true);
        const proof = proofOf(inclusionRanges(index, size), nodes);
        expect(hex(proof)).toEqual(hex(path(index, leaves.slice(0, size))));
        expect(proof.length).toBeLessThanOrEqual(Math.ceil(Math.log2(size)));
        const old = { size: middle, root: mth(leaves.slice(0, middle)) };
        const growth = proofOf(consistencyRanges(middle, size), nodes);
        expect(hex(growth)).toEqual(hex(subproof(middle, leaves.slice(0, size), true)));
        expect(isConsistent(old, { size, root }, growth)).toBe(true);
      }),
      { numRuns: 25 },
    );
  });
});

describe('false proofs', () => {
  const leaves = leavesOf(40);
  const nodes = stored(leaves);
  const head = (size: number): { size: number; root: Buffer } => ({ size, root: mth(leaves.slice(0, size)) });
  const flip = (hash: Buffer, bit: number): Buffer => {
    const changed = Buffer.from(hash);
    changed[(bit >> 3) % 32] = (changed[(bit >> 3) % 32] as number) ^ (1 << (bit & 7));
    return changed;
  };

  it('are refused: another bit, leaf, place, size, order or length', () => {
    fc.assert(
      fc.property(fc.integer({ min: 2, max: 40 }), fc.nat(), fc.nat(), (size, a, bit) => {
        const index = a % size;
        const leaf = leaves[index] as Buffer;
        const proof = proofOf(inclusionRanges(index, size), nodes);
        const { root } = head(size);
        const accepts = (l: Buffer, i: number, n: number, p: Buffer[]): boolean =>
          rootOfInclusion(l, i, n, p)?.equals(root) === true;
        expect(accepts(leaf, index, size, proof)).toBe(true);
        const at = bit % proof.length;
        expect(accepts(leaf, index, size, proof.with(at, flip(proof[at] as Buffer, bit)))).toBe(false);
        expect(accepts(flip(leaf, bit), index, size, proof)).toBe(false);
        for (const other of [index + 1, index - 1, index + size, -1, 0.5, Number.NaN])
          expect(accepts(leaf, other, size, proof)).toBe(false);
        expect(accepts(leaf, index, size, proof.slice(1))).toBe(false);
        expect(accepts(leaf, index, size, [...proof, root])).toBe(false);
        expect(accepts(leaf, index, index, proof)).toBe(false);
      }),
    );
    expect(rootOfInclusion(leaves[0] as Buffer, 0, 2 ** 60, [])).toBeNull();
  });

  it('of consistency are refused too', () => {
    fc.assert(
      fc.property(fc.integer({ min: 2, max: 40 }), fc.nat(), fc.nat(), (size, a, bit) => {
        const old = 1 + (a % (size - 1));
        const proof = proofOf(consistencyRanges(old, size), nodes);
        expect(isConsistent(head(old), head(size), proof)).toBe(true);
        const at = bit % proof.length;
        expect(isConsistent(head(old), head(size), proof.with(at, flip(proof[at] as Buffer, bit)))).toBe(
          false,
        );
        expect(isConsistent(head(old), { ...head(size), root: flip(head(size).root, bit) }, proof)).toBe(
          false,
        );
        expect(isConsistent({ ...head(old), root: flip(head(old).root, bit) }, head(size), proof)).toBe(
          false,
        );
        expect(isConsistent(head(size), head(old), proof)).toBe(false);
        expect(isConsistent(head(old), head(size), proof.slice(1))).toBe(false);
        expect(isConsistent(head(old), head(size), [...proof, head(old).root])).toBe(false);
        const forked = mth([...leaves.slice(0, old - 1), leafHash('forked'), ...leaves.slice(old, size)]);
        expect(isConsistent(head(old), { size, root: forked }, proof)).toBe(false);
      }),
    );
    expect(isConsistent({ size: 0, root: emptyRoot }, head(3), [])).toBe(true);
    expect(isConsistent({ size: 0, root: head(1).root }, head(3), [])).toBe(false);
    expect(isConsistent(head(3), head(3), [])).toBe(true);
    expect(isConsistent(head(3), { size: 3, root: head(4).root }, [])).toBe(false);
    expect(isConsistent({ size: Number.NaN, root: emptyRoot }, head(3), [])).toBe(false);
  });

  it('can not make a node pass for a leaf', () => {
    const [left, right] = leaves as [Buffer, Buffer];
    expect(leafHash(Buffer.concat([left, right]).toString('latin1')).equals(nodeHash(left, right))).toBe(
      false,
    );
  });
});
