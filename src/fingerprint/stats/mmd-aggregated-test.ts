import { FingerprintError } from '../errors.js';
import { hammingBlock, spectrumBlock } from '../kernels/index.js';
import { permutationPValue } from './permutation-p-value.js';
import { resamplingRandom } from './resampling-random.js';
import { fractionToNumber, type Stratum, stratifiedMmd } from './stratified-mmd.js';

/** The two samples and how they are compared. */
export interface MmdSamples {
  /** One entry for each prompt: its answers, any number of them, and as many or not on the other side. */
  readonly listed: readonly (readonly string[])[];
  readonly released: readonly (readonly string[])[];
  /** `u`: unbiased, without self-pairs (default); `v`: biased, with them. */
  readonly statistic?: 'u' | 'v';
  /** Texts are cut to this many code points; 1,000 unless told. */
  readonly length?: number;
  /** Random relabellings; 1,000 unless told. */
  readonly permutations?: number;
  /** Names the stream of relabellings; the same seed and sizes give the same ones. */
  readonly seed: string;
}

/** A kernel on texts; `gram` is the n of the n-grams. */
export interface KernelChoice {
  readonly kernel: 'hamming' | 'spectrum';
  readonly gram?: number;
}

export interface MmdAggregatedOptions extends MmdSamples {
  /** At least one. */
  readonly kernels: readonly KernelChoice[];
  /** The largest of the kernels' normalised statistics (default), or their mean. */
  readonly combine?: 'max' | 'mean';
}

export interface MmdAggregatedResult {
  /** The combined statistic, in standard deviations over the labellings. */
  readonly statistic: number;
  readonly pValue: number;
  readonly permutations: number;
  readonly prompts: number;
  readonly skippedPrompts: number;
  /** Each kernel by itself, on the same relabellings: exactly what `mmdTest` gives. Not corrected for their number. */
  readonly kernels: readonly { readonly statistic: number; readonly pValue: number }[];
}

/**
 * One test over several kernels: each kernel's MMD² is centred and scaled by its mean and standard
 * deviation over all 1 + B labellings (the data's own among them, which keeps them exchangeable), the
 * results are combined by maximum or mean, and the combination is calibrated by the same labellings:
 *
 *     Z_k(b) = (T_k(b) − mean_k) / sd_k,   M(b) = max_k Z_k(b),   p = (1 + #{b ≥ 1 : M(b) ≥ M(0)}) / (1 + B)
 *
 * so that no correction for the number of kernels is needed. Shapes and degenerate cases as in `mmdTest`;
 * a kernel whose statistic is the same for all labellings has Z = 0. With one kernel, p is that of `mmdTest`.
 *
 * Worked example: listed `[['aa', 'aa']]` against released `[['bb', 'bb']]` with both kernels (gram 1): both
 * rank the 6 labellings alike, so p is about 1/3, as for each alone.
 *
 * Source: the idea of Schrab et al., "MMD Aggregated Two-Sample Test" (JMLR 2023) and Biggs et al.,
 * "MMD-FUSE" (NeurIPS 2023), with the plain maximum.
 * @throws FingerprintError when the two lists differ in length, no kernel is given or a number is out of range
 */
export function mmdAggregatedTest(options: MmdAggregatedOptions): MmdAggregatedResult {
  const { listed, statistic = 'u', permutations = 1000, seed, kernels, combine = 'max' } = options;
  check(options, permutations);
  const strata = toStrata(options, statistic === 'u' ? 2 : 1);
  const counts = { permutations, prompts: strata.length, skippedPrompts: listed.length - strata.length };
  if (strata.length === 0) {
    return { statistic: 0, pValue: 1, ...counts, kernels: kernels.map(() => ({ statistic: 0, pValue: 1 })) };
  }
  const exact = stratifiedMmd(strata, statistic, permutations, resamplingRandom(seed));
  const values = exact.map((e) => e.numerators.map((n) => fractionToNumber(n, e.denominator)));
  const normalised = values.map(standardise);
  const combined = (normalised[0] ?? []).map((_, b) => {
    const scores = normalised.map((z) => z[b] ?? 0);
    return combine === 'max' ? Math.max(...scores) : scores.reduce((x, y) => x + y, 0) / scores.length;
  });
  return {
    statistic: combined[0] ?? 0,
    pValue: permutationPValue(combined),
    ...counts,
    kernels: exact.map((e, k) => ({
      statistic: (values[k]?.[0] ?? 0) / unitOf(options, k),
      pValue: permutationPValue(e.numerators),
    })),
  };
}

function check(options: MmdAggregatedOptions, permutations: number): void {
  const { listed, released, kernels, length = 1000 } = options;
  if (listed.length !== released.length) {
    throw new FingerprintError(
      `listed has ${listed.length} prompts and released ${released.length}; they must pair up`,
    );
  }
  const positive = (value: number): boolean => Number.isSafeInteger(value) && value >= 1;
  if (!positive(length)) throw new FingerprintError('length must be a whole number of at least 1');
  if (!positive(permutations))
    throw new FingerprintError('permutations must be a whole number of at least 1');
  if (kernels.length === 0) throw new FingerprintError('at least one kernel is needed');
  if (kernels.some((k) => !positive(k.gram ?? 3))) {
    throw new FingerprintError('gram must be a whole number of at least 1');
  }
}

function toStrata(options: MmdAggregatedOptions, atLeast: number): Stratum[] {
  const { listed, released, kernels, length = 1000 } = options;
  const strata: Stratum[] = [];
  listed.forEach((ours, p) => {
    const theirs = released[p] ?? [];
    if (Math.min(ours.length, theirs.length) < atLeast) return;
    // MMD² is symmetric in the sides, so the smaller one goes first: a permutation then sums the fewer pairs.
    const [small, large] = ours.length <= theirs.length ? [ours, theirs] : [theirs, ours];
    const texts = [...small, ...large];
    const blocks = kernels.map((k) =>
      k.kernel === 'hamming' ? hammingBlock(texts, length) : spectrumBlock(texts, length, k.gram ?? 3),
    );
    strata.push({ first: small.length, second: large.length, blocks });
  });
  return strata;
}

/** Hamming statistics are told as a share of the compared length. */
function unitOf(options: MmdAggregatedOptions, kernel: number): number {
  return options.kernels[kernel]?.kernel === 'hamming' ? (options.length ?? 1000) : 1;
}

function standardise(values: readonly number[]): number[] {
  const mean = values.reduce((a, b) => a + b, 0) / values.length;
  const variance = values.reduce((a, b) => a + (b - mean) * (b - mean), 0) / values.length;
  const deviation = Math.sqrt(variance);
  // A spread of pure rounding noise is no spread: dividing by it would blow the noise up.
  const flat = deviation <= 1e-12 * Math.abs(mean);
  return values.map((value) => (flat ? 0 : (value - mean) / deviation));
}
