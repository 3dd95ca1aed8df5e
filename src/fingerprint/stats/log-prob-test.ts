import { FingerprintError } from '../errors.js';
import type { ResamplingOptions } from './mann-whitney-test.js';
import { permutationPValue } from './permutation-p-value.js';
import { relabel } from './relabel.js';
import { type ResamplingRandom, resamplingRandom } from './resampling-random.js';

/** The log-probabilities that one answer gave for its first token: token → natural logarithm. */
export type TokenLogProbs = ReadonlyMap<string, number>;

export interface LogProbSamples {
  /** One entry for each prompt: the answers' log-probabilities, any number of answers on either side. */
  readonly listed: readonly (readonly TokenLogProbs[])[];
  readonly released: readonly (readonly TokenLogProbs[])[];
}

export interface LogProbResult {
  /** Mean over prompts and tokens of the absolute difference of the sides' mean log-probabilities, in nats. */
  readonly statistic: number;
  readonly pValue: number;
  readonly permutations: number;
  /** Prompts with at least one answer on both sides. */
  readonly prompts: number;
}

interface LogProbStratum {
  /** answers × tokens, row by row, the smaller side first. */
  readonly matrix: Float64Array;
  readonly columnSums: Float64Array;
  readonly order: Int32Array;
  readonly first: number;
}

/**
 * Log-probability tracking: repeated calls with one short prompt, one token of output and its most
 * likely alternatives. For each prompt, over all tokens that any of its answers named,
 *
 *     T = mean over tokens v of | mean of listed log p(v) − mean of released log p(v) |
 *
 * averaged over prompts, and calibrated by relabelling the answers within each prompt. A token that an
 * answer did not name gets the smallest log-probability that this answer did name, which bounds it from above
 * and treats both sides alike. −Infinity counts as not named.
 *
 * Worked example: one prompt, listed twice {a: −1}, released twice {a: −3}: T = 2; 2 of the 6 labellings
 * reach 2, so p is about 1/3.
 *
 * Degenerate: no prompt with answers on both sides gives statistic 0, p = 1, prompts 0; one answer a
 * side gives p = 1. Statistics within 10⁻¹² (relative) count as ties.
 *
 * Source: Chauvin et al., "Log Probability Tracking of LLM APIs" (arXiv 2512.03816), for one prompt.
 * @throws FingerprintError when the lists differ in length, a value is NaN or an answer names no token
 */
export function logProbTest(samples: LogProbSamples, options: ResamplingOptions): LogProbResult {
  const { listed, released } = samples;
  const { permutations = 1000, seed } = options;
  if (listed.length !== released.length) {
    throw new FingerprintError(
      `listed has ${listed.length} prompts and released ${released.length}; they must pair up`,
    );
  }
  const strata = listed.flatMap((ours, p) => {
    const theirs = released[p] ?? [];
    return ours.length > 0 && theirs.length > 0 ? [toStratum(ours, theirs)] : [];
  });
  const statistics = permuted(strata, permutations, resamplingRandom(seed));
  const [statistic = 0] = statistics;
  return {
    statistic,
    pValue: permutationPValue(statistics, 1e-12 * statistic),
    permutations,
    prompts: strata.length,
  };
}

function permuted(
  strata: readonly LogProbStratum[],
  permutations: number,
  random: ResamplingRandom,
): number[] {
  if (strata.length === 0) return [];
  const statistics: number[] = [];
  for (let b = 0; b <= permutations; b += 1) {
    let sum = 0;
    for (const stratum of strata) {
      if (b > 0) relabel(stratum.order, stratum.first, random);
      sum += meanDifference(stratum);
    }
    statistics.push(sum / strata.length);
  }
  return statistics;
}

function meanDifference({ matrix, columnSums, order, first }: LogProbStratum): number {
  const tokens = columnSums.length;
  const second = order.length - first;
  let total = 0;
  for (let v = 0; v < tokens; v += 1) {
    let own = 0;
    for (let i = 0; i < first; i += 1) own += matrix[(order[i] ?? 0) * tokens + v] ?? 0;
    total += Math.abs(own / first - ((columnSums[v] ?? 0) - own) / second);
  }
  return total / tokens;
}

function toStratum(listed: readonly TokenLogProbs[], released: readonly TokenLogProbs[]): LogProbStratum {
  const [small, large] = listed.length <= released.length ? [listed, released] : [released, listed];
  const answers = [...small, ...large].map(finiteOnly);
  const tokens = [...new Set(answers.flatMap((answer) => [...answer.keys()]))];
  const matrix = new Float64Array(answers.length * tokens.length);
  const columnSums = new Float64Array(tokens.length);
  answers.forEach((answer, i) => {
    const floor = [...answer.values()].reduce((a, b) => Math.min(a, b));
    tokens.forEach((token, v) => {
      const value = answer.get(token) ?? floor;
      matrix[i * tokens.length + v] = value;
      columnSums[v] = (columnSums[v] ?? 0) + value;
    });
  });
  return { matrix, columnSums, order: Int32Array.from(answers.keys()), first: small.length };
}

function finiteOnly(answer: TokenLogProbs): TokenLogProbs {
  const named = [...answer].filter(([, value]) => value !== -Infinity);
  if (named.length === 0) throw new FingerprintError('an answer names no token with its log-probability');
  if (!named.every(([, value]) => Number.isFinite(value))) {
    throw new FingerprintError('a log-probability is not a number');
  }
  return new Map(named);
}
