import { relabel } from './relabel.js';
import type { ResamplingRandom } from './resampling-random.js';

/** The answers to one prompt, the side with fewer answers first, and their kernel matrices. */
export interface Stratum {
  /** Answers of the smaller side (rows 0 … first−1) and of the other one. */
  readonly first: number;
  readonly second: number;
  /** One (first+second)² symmetric matrix of whole numbers for each kernel. */
  readonly blocks: readonly Float64Array[];
}

/** MMD² of the data (index 0) and of each permutation, as exact fractions `numerators[b] / denominator`. */
export interface ExactMmd {
  readonly numerators: readonly bigint[];
  readonly denominator: bigint;
}

/** A stratum prepared for permuting; `order[0 … first−1]` are the rows that play the first side. */
interface Prepared {
  readonly first: number;
  readonly size: number;
  readonly order: Int32Array;
  readonly group: number;
  readonly kernels: readonly { values: Float64Array; rowSums: Float64Array; diagonal: Float64Array }[];
}

/** Sums over all strata of one pair of sizes: pairs within the first side, its row sums, its diagonal. */
interface Sums {
  pairs: number;
  rows: number;
  diagonal: number;
}

/** What a group's sums weigh, over the common denominator; `fixed` is the part that no permutation changes. */
interface Weights {
  readonly pairs: bigint;
  readonly rows: bigint;
  readonly diagonal: bigint;
  readonly total: bigint;
  readonly diagonalTotal: bigint;
}

/**
 * The mean over prompts of MMD² between the two sides, for the data and for `permutations` random
 * relabellings within each prompt; one result for each kernel, all on the same relabellings.
 *
 * With A, B the kernel sums over unordered pairs within a side, C over pairs across, a, b over the
 * diagonal, n and m answers:
 *
 *     U: 2A/(n(n−1)) + 2B/(m(m−1)) − 2C/(nm)        V: (2A+a)/n² + (2B+b)/m² − 2C/(nm)
 *
 * A permutation sums only A, a and the first side's row sums R: C = R − 2A and B = total − A − C.
 * Everything stays in whole numbers over one common denominator, so equal statistics compare equal.
 * Needs first ≥ 2 in each stratum for `u`, first ≥ 1 for `v`.
 */
export function stratifiedMmd(
  strata: readonly Stratum[],
  statistic: 'u' | 'v',
  permutations: number,
  random: ResamplingRandom,
): ExactMmd[] {
  const { groups, prepared } = prepare(strata);
  const { weights, denominator } = weighGroups(groups, statistic, strata.length);
  const kernels = strata[0]?.blocks.length ?? 0;
  const fixed = Array.from({ length: kernels }, (_, k) => fixedPart(prepared, weights, k));
  const numerators: bigint[][] = fixed.map(() => []);
  for (let b = 0; b <= permutations; b += 1) {
    const sums = fixed.map(() => weights.map((): Sums => ({ pairs: 0, rows: 0, diagonal: 0 })));
    for (const stratum of prepared) {
      if (b > 0) relabel(stratum.order, stratum.first, random);
      addSums(stratum, sums);
    }
    sums.forEach((ofKernel, k) => {
      let numerator = fixed[k] ?? 0n;
      ofKernel.forEach((s, g) => {
        const w = weights[g];
        if (w === undefined) return;
        numerator += w.pairs * BigInt(s.pairs) + w.rows * BigInt(s.rows) + w.diagonal * BigInt(s.diagonal);
      });
      numerators[k]?.push(numerator);
    });
  }
  return numerators.map((list) => ({ numerators: list, denominator }));
}

/** An exact fraction as the nearest number below it, to 2⁻⁶⁴; equal fractions give equal numbers. */
export function fractionToNumber(numerator: bigint, denominator: bigint): number {
  return Number((numerator << 64n) / denominator) / 0x1_0000_0000 / 0x1_0000_0000;
}

function prepare(strata: readonly Stratum[]): { groups: [number, number][]; prepared: Prepared[] } {
  const groups: [number, number][] = [];
  const indexOf = new Map<string, number>();
  const prepared = strata.map((stratum): Prepared => {
    const key = `${stratum.first},${stratum.second}`;
    const group = indexOf.get(key) ?? groups.length;
    if (group === groups.length) {
      groups.push([stratum.first, stratum.second]);
      indexOf.set(key, group);
    }
    const size = stratum.first + stratum.second;
    const order = Int32Array.from({ length: size }, (_, i) => i);
    return { first: stratum.first, size, order, group, kernels: stratum.blocks.map((b) => margins(b, size)) };
  });
  return { groups, prepared };
}

function margins(values: Float64Array, size: number): Prepared['kernels'][number] {
  const diagonal = Float64Array.from({ length: size }, (_, i) => values[i * size + i] ?? 0);
  const rowSums = diagonal.map((own, i) => {
    let sum = -own;
    for (let j = 0; j < size; j += 1) sum += values[i * size + j] ?? 0;
    return sum;
  });
  return { values, rowSums, diagonal };
}

function weighGroups(
  groups: readonly [number, number][],
  statistic: 'u' | 'v',
  strata: number,
): { weights: Weights[]; denominator: bigint } {
  const sizes = groups.map(([n, m]) => {
    const [first, second] = [BigInt(n), BigInt(m)];
    return statistic === 'u'
      ? { within: first * (first - 1n), other: second * (second - 1n), across: first * second }
      : { within: first * first, other: second * second, across: first * second };
  });
  const common = sizes.flatMap((s) => [s.within, s.other, s.across]).reduce(leastCommonMultiple, 1n);
  const weights = sizes.map(({ within, other, across }): Weights => {
    const [w, o, x] = [common / within, common / other, common / across];
    const own = statistic === 'v' ? 1n : 0n;
    return {
      pairs: 2n * w + 2n * o + 4n * x,
      rows: -2n * o - 2n * x,
      diagonal: own * (w - o),
      total: 2n * o,
      diagonalTotal: own * o,
    };
  });
  return { weights, denominator: common * BigInt(strata) };
}

function fixedPart(prepared: readonly Prepared[], weights: readonly Weights[], kernel: number): bigint {
  let fixed = 0n;
  for (const stratum of prepared) {
    const w = weights[stratum.group];
    const margin = stratum.kernels[kernel];
    if (w === undefined || margin === undefined) continue;
    const offDiagonal = margin.rowSums.reduce((a, b) => a + b, 0) / 2;
    const diagonal = margin.diagonal.reduce((a, b) => a + b, 0);
    fixed += w.total * BigInt(offDiagonal) + w.diagonalTotal * BigInt(diagonal);
  }
  return fixed;
}

function addSums(stratum: Prepared, sums: Sums[][]): void {
  const { order, size, first } = stratum;
  for (let k = 0; k < stratum.kernels.length; k += 1) {
    const kernel = stratum.kernels[k];
    const into = sums[k]?.[stratum.group];
    if (kernel === undefined || into === undefined) continue;
    const { values, rowSums, diagonal } = kernel;
    let pairs = 0;
    for (let i = 0; i < first; i += 1) {
      const row = order[i] ?? 0;
      const base = row * size;
      into.rows += rowSums[row] ?? 0;
      into.diagonal += diagonal[row] ?? 0;
      for (let j = 0; j < i; j += 1) pairs += values[base + (order[j] ?? 0)] ?? 0;
    }
    into.pairs += pairs;
  }
}

function leastCommonMultiple(a: bigint, b: bigint): bigint {
  let [x, y] = [a, b];
  while (y !== 0n) [x, y] = [y, x % y];
  return (a / x) * b;
}
