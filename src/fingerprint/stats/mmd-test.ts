import { type MmdAggregatedOptions, type MmdSamples, mmdAggregatedTest } from './mmd-aggregated-test.js';

/** What {@link mmdTest} takes. */
export interface MmdOptions extends MmdSamples {
  readonly kernel: 'hamming' | 'spectrum';
  /** The n of the spectrum kernel's n-grams; 3 unless told. */
  readonly gram?: number;
}

/** What {@link mmdTest} found. */
export interface MmdResult {
  /** Mean over the prompts of MMD². Hamming: in shares of `length`; spectrum: in products of n-gram counts. */
  readonly statistic: number;
  /** (1 + #{T* ≥ T}) / (1 + permutations); never 0. */
  readonly pValue: number;
  readonly permutations: number;
  /** Prompts that entered the statistic. */
  readonly prompts: number;
  /** Prompts with too few answers on a side: fewer than 2 for `u`, fewer than 1 for `v`. */
  readonly skippedPrompts: number;
}

/**
 * Prompt-stratified MMD² two-sample test of the answers of two sides, permuting within each prompt.
 *
 *     T = mean over prompts p of MMD²(listed[p], released[p])
 *     U: mean K over pairs within listed + the same within released − 2 · mean K across
 *     V: the same with each text also paired with itself
 *     p = (1 + #{b : T*_b ≥ T}) / (1 + B)
 *
 * The test is exact: if the answers of a prompt are exchangeable, P(p ≤ a) ≤ a for every a. The kernel
 * across prompts is zero, so only blocks within prompts are computed, once. Statistics are compared as
 * whole numbers over a common denominator; ties count as ≥.
 *
 * Shapes and units: `listed[p]` and `released[p]` are the answers to prompt p. Hamming counts the positions,
 * in code points, of the first `length` at which two texts agree; spectrum multiplies how often each run of
 * `gram` code points stands in both. The unit of T is told at {@link MmdResult}.
 *
 * Worked example: one prompt, listed `['aa', 'aa']`, released `['bb', 'bb']`, Hamming, length 2, U:
 * within both sides K is 2 of 2, across 0, so T = 1 + 1 − 0 = 2. Of the 6 labellings 2 reach that, so p is
 * about 1/3.
 *
 * Degenerate: no prompt with enough answers gives statistic 0, pValue 1, prompts 0. All texts equal
 * gives p = 1. One answer a side gives p = 1 under `v` (both labellings tie). When both sides have the
 * same number of answers, the same in every prompt, U and V rank the labellings alike and give the same p.
 *
 * Source: Gretton et al., "A Kernel Two-Sample Test" (JMLR 2012); Gao, Liang and Guestrin, "Model
 * Equality Testing" (arXiv 2410.20247), from whose code it differs: permutation within prompts, p never
 * 0, padding is no agreement.
 * @throws FingerprintError when the two lists differ in length or a number is out of range
 */
export function mmdTest(options: MmdOptions): MmdResult {
  const { kernel, gram, ...samples } = options;
  const aggregated: MmdAggregatedOptions = { ...samples, kernels: [{ kernel, gram: gram ?? 3 }] };
  const { kernels, permutations, prompts, skippedPrompts } = mmdAggregatedTest(aggregated);
  return {
    statistic: kernels[0]?.statistic ?? 0,
    pValue: kernels[0]?.pValue ?? 1,
    permutations,
    prompts,
    skippedPrompts,
  };
}
