import { codePoints } from './code-points.js';

/**
 * The n-gram spectrum kernel of the N answers to one prompt: an N × N symmetric matrix, row by row, of
 * whole numbers
 *
 *     K[i][j] = Σ_g count(g in text i) · count(g in text j)
 *
 * over all runs g of `gram` code points (default 3) within the first `length` code points of a text.
 * A text shorter than `gram` has no n-gram and 0 in common with every text, itself included.
 * Source: Leslie, Eskin and Noble, "The spectrum kernel" (PSB 2002).
 *
 * `spectrumBlock(['abab', 'abc'], 10, 2)` is `[5,2, 2,2]`: "ab" twice and "ba" once against "ab", "bc".
 *
 * N-grams are looked up whole, not by a hash of them, so no two different ones are confused.
 */
export function spectrumBlock(texts: readonly string[], length: number, gram = 3): Float64Array {
  const n = texts.length;
  const rows = texts.map((text) => codePoints(text, length));
  const block = new Float64Array(n * n);
  for (const holders of gramHolders(rows, gram).values()) {
    for (let a = 0; a < holders.length; a += 2) {
      const row = (holders[a] ?? 0) * n;
      const count = holders[a + 1] ?? 0;
      for (let b = 0; b <= a; b += 2) {
        const at = row + (holders[b] ?? 0);
        block[at] = (block[at] ?? 0) + count * (holders[b + 1] ?? 0);
      }
    }
  }
  // Holders stand in rising order, so only the lower triangle is filled.
  for (let i = 0; i < n; i += 1) for (let j = 0; j < i; j += 1) block[j * n + i] = block[i * n + j] ?? 0;
  return block;
}

/** For each n-gram the texts that hold it and how often: [text, count, text, count, …]. */
function gramHolders(rows: readonly Uint32Array[], gram: number): Map<number, number[]> {
  let prefixes = gram === 1 ? rows.map((row) => new Uint32Array(row.length)) : rows;
  for (let order = 2; order < gram; order += 1) prefixes = numbered(rows, prefixes, order);
  const holders = new Map<number, number[]>();
  rows.forEach((row, text) => {
    for (let p = 0; p + gram <= row.length; p += 1) {
      const key = keyOf(prefixes[text]?.[p] ?? 0, row[p + gram - 1] ?? 0);
      const entry = holders.get(key);
      if (entry === undefined) holders.set(key, [text, 1]);
      else if (entry[entry.length - 2] === text) entry[entry.length - 1] = (entry[entry.length - 1] ?? 0) + 1;
      else entry.push(text, 1);
    }
  });
  return holders;
}

/** Numbers the runs of `order` code points 0, 1, 2, …, given numbers for the runs one shorter. */
function numbered(
  rows: readonly Uint32Array[],
  prefixes: readonly Uint32Array[],
  order: number,
): Uint32Array[] {
  const numbers = new Map<number, number>();
  return rows.map((row, text) => {
    const prefix = prefixes[text] ?? row;
    const out = new Uint32Array(Math.max(0, row.length - order + 1));
    for (let p = 0; p < out.length; p += 1) {
      const key = keyOf(prefix[p] ?? 0, row[p + order - 1] ?? 0);
      let id = numbers.get(key);
      if (id === undefined) {
        id = numbers.size;
        numbers.set(key, id);
      }
      out[p] = id;
    }
    return out;
  });
}

/** A run as one whole number below 2⁵³: the number of all but its last code point, and that code point. */
function keyOf(prefix: number, last: number): number {
  return prefix * 0x11_0000 + last;
}
