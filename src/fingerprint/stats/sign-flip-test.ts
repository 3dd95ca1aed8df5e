import { FingerprintError } from '../errors.js';
import type { ResamplingOptions } from './mann-whitney-test.js';
import { permutationPValue } from './permutation-p-value.js';
import { resamplingRandom } from './resampling-random.js';

export interface SignFlipResult {
  /** The mean of listed − released. */
  readonly mean: number;
  /** Two-sided, (1 + #{|T*| ≥ |T|}) / (1 + permutations). */
  readonly pValue: number;
  readonly permutations: number;
}

/**
 * Paired permutation test of the mean difference: if the two answers of each pair are exchangeable, each
 * difference is as likely to have either sign. T = |Σ dᵢ| against |Σ ±dᵢ| for random signs.
 *
 * Shapes and units: one difference, listed − released, for each pair; `mean` is in their unit.
 *
 * Worked example: `[1, 2, 3]` has T = 6; 2 of the 8 sign patterns reach 6, so p is about 1/4.
 *
 * Degenerate: no difference, or only zeros, gives mean 0 and p = 1. Sums within 10⁻¹² of Σ|dᵢ| of T count
 * as ties, so that the order of adding cannot break them.
 *
 * Source: Fisher, "The Design of Experiments" (1935), section 21.
 * @throws FingerprintError for a difference that is not finite
 */
export function signFlipTest(differences: readonly number[], options: ResamplingOptions): SignFlipResult {
  const { permutations = 1000, seed } = options;
  if (!differences.every(Number.isFinite)) throw new FingerprintError('a difference is not finite');
  const random = resamplingRandom(seed);
  const sum = differences.reduce((a, b) => a + b, 0);
  const scale = differences.reduce((a, b) => a + Math.abs(b), 0);
  const sizes = [Math.abs(sum)];
  for (let b = 0; b < permutations; b += 1) {
    let signs = 0;
    let flipped = 0;
    for (let i = 0; i < differences.length; i += 1) {
      signs = (i & 31) === 0 ? random.uint32() : signs >>> 1;
      const difference = differences[i] ?? 0;
      flipped += (signs & 1) === 1 ? difference : -difference;
    }
    sizes.push(Math.abs(flipped));
  }
  return {
    mean: differences.length === 0 ? 0 : sum / differences.length,
    pValue: permutationPValue(sizes, 1e-12 * scale),
    permutations,
  };
}
