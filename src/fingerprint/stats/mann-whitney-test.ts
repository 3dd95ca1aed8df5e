import { FingerprintError } from '../errors.js';
import { popCount } from '../kernels/index.js';
import { permutationPValue } from './permutation-p-value.js';
import { relabel } from './relabel.js';
import { type ResamplingRandom, resamplingRandom } from './resampling-random.js';

/** One number for each answer: an entry for each prompt, any number of answers on either side. */
export interface StratifiedValues {
  readonly listed: readonly (readonly number[])[];
  readonly released: readonly (readonly number[])[];
}

export interface ResamplingOptions {
  /** Random relabellings; 1,000 unless told. */
  readonly permutations?: number;
  /** Names the stream of relabellings. */
  readonly seed: string;
}

export interface MannWhitneyResult {
  /** Share of the within-prompt pairs in which listed > released, ties counting half; ½ when there are none. */
  readonly superiority: number;
  /** Σ over prompts of 2U − nm: more than 0 when listed answers lie higher. A whole number. */
  readonly statistic: number;
  /** Two-sided, (1 + #{|T*| ≥ |T|}) / (1 + permutations). */
  readonly pValue: number;
  readonly permutations: number;
}

interface RankedStratum {
  /** Twice the mid-ranks, whole numbers, the smaller side's first. */
  readonly ranks: Float64Array;
  readonly order: Int32Array;
  readonly first: number;
  /** 1 when the first rows are listed answers, else −1. */
  readonly sign: number;
}

/**
 * Mann–Whitney rank test within prompts: for each prompt U = #{listed > released} + ½ #{ties} over its
 * n·m pairs, from mid-ranks; T = Σ (2U − nm), two-sided, calibrated by relabelling within each prompt. So
 * it is exact with ties and with unequal sizes, and needs no normal approximation. With one prompt it is
 * the classical test.
 *
 * Shapes: `listed[p]` and `released[p]` are the values of prompt p; only their order matters, so any unit will do.
 *
 * Worked example: listed `[[3, 4]]`, released `[[1, 2]]`: U = 4, superiority 1, T = 4; 2 of the 6
 * labellings reach |T| = 4, so p is about 1/3.
 *
 * Degenerate: a prompt with an empty side adds nothing; no pair at all, or all values equal, gives
 * superiority ½, statistic 0, p = 1.
 *
 * Source: Mann and Whitney (Ann. Math. Statist. 1947); summed over strata as van Elteren (1960), unweighted.
 * @throws FingerprintError when the two lists differ in length or a value is NaN
 */
export function mannWhitneyTest(values: StratifiedValues, options: ResamplingOptions): MannWhitneyResult {
  const { permutations = 1000, seed } = options;
  const { listed, released } = values;
  if (listed.length !== released.length) {
    throw new FingerprintError(
      `listed has ${listed.length} prompts and released ${released.length}; they must pair up`,
    );
  }
  let pairs = 0;
  const all = listed.flatMap((ours, p) => {
    const theirs = released[p] ?? [];
    pairs += ours.length * theirs.length;
    return ours.length > 0 && theirs.length > 0 ? [ranked(ours, theirs)] : [];
  });
  const statistic = total(all);
  // One answer a side, the commonest shape by far, is a coin that shows ±1, or 0 when tied.
  const strata = all.filter(({ ranks }) => ranks.length > 2);
  const coins = all.filter(({ ranks }) => ranks.length === 2 && ranks[0] !== ranks[1]).length;
  const random = resamplingRandom(seed);
  const sizes = [Math.abs(statistic)];
  for (let b = 0; b < permutations; b += 1) {
    for (const { order, first } of strata) relabel(order, first, random);
    sizes.push(Math.abs(total(strata) + 2 * heads(coins, random) - coins));
  }
  return {
    superiority: pairs === 0 ? 0.5 : 0.5 + statistic / (2 * pairs),
    statistic,
    pValue: permutationPValue(sizes),
    permutations,
  };
}

function heads(coins: number, random: ResamplingRandom): number {
  let count = 0;
  for (let left = coins; left > 0; left -= 32) {
    count += popCount(random.uint32() >>> Math.max(0, 32 - left));
  }
  return count;
}

function ranked(listed: readonly number[], released: readonly number[]): RankedStratum {
  const listedFirst = listed.length <= released.length;
  const values = listedFirst ? [...listed, ...released] : [...released, ...listed];
  if (values.some((value) => Number.isNaN(value))) throw new FingerprintError('a value is not a number');
  return {
    ranks: doubledMidRanks(values),
    order: Int32Array.from(values.keys()),
    first: Math.min(listed.length, released.length),
    sign: listedFirst ? 1 : -1,
  };
}

function doubledMidRanks(values: readonly number[]): Float64Array {
  const order = [...values.keys()].sort((a, b) => compare(values[a] ?? 0, values[b] ?? 0));
  const ranks = new Float64Array(values.length);
  let start = 0;
  while (start < order.length) {
    let end = start + 1;
    const value = values[order[start] ?? 0];
    while (end < order.length && values[order[end] ?? 0] === value) end += 1;
    // Ranks start+1 … end share their mean.
    for (let k = start; k < end; k += 1) ranks[order[k] ?? 0] = start + 1 + end;
    start = end;
  }
  return ranks;
}

/** Not a difference: two infinities of one sign would give NaN. */
function compare(a: number, b: number): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

function total(strata: readonly RankedStratum[]): number {
  let sum = 0;
  for (const { ranks, order, first, sign } of strata) {
    let own = -first * (ranks.length + 1);
    for (let i = 0; i < first; i += 1) own += ranks[order[i] ?? 0] ?? 0;
    sum += sign * own;
  }
  return sum;
}
