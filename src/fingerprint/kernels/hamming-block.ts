import { codePoints } from './code-points.js';
import { popCount } from './pop-count.js';

/**
 * The Hamming kernel of the N answers to one prompt: an N × N symmetric matrix, row by row, of whole
 * numbers
 *
 *     K[i][j] = #{ p < length : both texts have a p-th code point, and the same one }
 *
 * Positions past the end of either text never agree, so K[i][i] is the (cut) length of text i and two
 * empty texts have 0 in common. Divided by `length` it is the kernel of Gao, Liang and Guestrin, "Model
 * Equality Testing" (arXiv 2410.20247), whose published code counts shared padding as agreement.
 *
 * `hammingBlock(['abc', 'abd', 'a'], 10)` is `[3,2,1, 2,3,1, 1,1,1]`.
 *
 * Texts are held as bit planes (bit b of the symbols at 32 positions in one word), so that a pair costs
 * (planes × words) exclusive-ors instead of one comparison a position.
 */
export function hammingBlock(texts: readonly string[], length: number): Float64Array {
  const n = texts.length;
  const rows = texts.map((text) => codePoints(text, length));
  const lengths = Uint32Array.from(rows, (row) => row.length);
  const { planes, words, bits } = bitPlanes(rows);
  const block = new Float64Array(n * n);
  const rowSize = planes * words;
  for (let i = 0; i < n; i += 1) {
    block[i * n + i] = lengths[i] ?? 0;
    for (let j = 0; j < i; j += 1) {
      const shared = Math.min(lengths[i] ?? 0, lengths[j] ?? 0);
      const equal = agreements(bits, i * rowSize, j * rowSize, planes, shared);
      block[i * n + j] = equal;
      block[j * n + i] = equal;
    }
  }
  return block;
}

interface BitPlanes {
  readonly planes: number;
  readonly words: number;
  /** Word w, plane b of text i stands at (i·words + w)·planes + b. */
  readonly bits: Int32Array;
}

function bitPlanes(rows: readonly Uint32Array[]): BitPlanes {
  const shifts = varyingBits(rows);
  const planes = shifts.length;
  const words = rows.reduce((most, row) => Math.max(most, (row.length + 31) >>> 5), 0);
  const bits = new Int32Array(rows.length * words * planes);
  let at = 0;
  for (const row of rows) {
    for (let start = 0; start < words * 32; start += 32) {
      const end = Math.min(start + 32, row.length);
      for (let k = 0; k < planes; k += 1) {
        const shift = shifts[k] ?? 0;
        let word = 0;
        for (let p = start; p < end; p += 1) word |= (((row[p] ?? 0) >>> shift) & 1) << p;
        bits[at] = word;
        at += 1;
      }
    }
  }
  return { planes, words, bits };
}

/** The bits in which any two code points of the block differ: 6 or 7 of the 21 for English text. */
function varyingBits(rows: readonly Uint32Array[]): Int32Array {
  let some = 0;
  let every = -1;
  for (const row of rows) {
    for (let p = 0; p < row.length; p += 1) {
      some |= row[p] ?? 0;
      every &= row[p] ?? 0;
    }
  }
  const varying = some & ~every;
  return Int32Array.from({ length: 21 }, (_, bit) => bit).filter((bit) => (varying >>> bit) & 1);
}

function agreements(bits: Int32Array, a: number, b: number, planes: number, shared: number): number {
  let count = 0;
  for (let p = 0; p < shared; p += 32, a += planes, b += planes) {
    let differ = 0;
    for (let k = 0; k < planes; k += 1) differ |= (bits[a + k] ?? 0) ^ (bits[b + k] ?? 0);
    let equal = ~differ;
    if (shared - p < 32) equal &= (1 << (shared - p)) - 1;
    count += popCount(equal);
  }
  return count;
}
