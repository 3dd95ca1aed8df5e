import { expect } from 'vitest';
import { type ResamplingRandom, resamplingRandom } from '../../../src/fingerprint/stats/resampling-random.js';

/**
 * Runs a test on `runs` data sets drawn from the null and checks that the share of p ≤ a keeps to a, at
 * several a: at most 3.5 binomial standard deviations above and, for a test whose ties are few, below.
 */
export function expectCalibrated(
  runs: number,
  pValue: (random: ResamplingRandom, run: number) => number,
  options: { readonly exact: boolean },
): void {
  const random = resamplingRandom('null data');
  const pValues = Array.from({ length: runs }, (_, run) => pValue(random, run));
  for (const a of [0.05, 0.1, 0.25, 0.5]) {
    const hits = pValues.filter((p) => p <= a).length;
    const slack = 3.5 * Math.sqrt(runs * a * (1 - a));
    expect(hits, `p ≤ ${a}`).toBeLessThanOrEqual(a * runs + slack);
    if (options.exact) expect(hits, `p ≤ ${a}`).toBeGreaterThanOrEqual(a * runs - slack);
  }
}

/** Whether a p-value from `permutations` random labellings agrees with the exact one, to 4 standard errors. */
export function expectNearExact(pValue: number, exact: number, permutations: number): void {
  const error = Math.sqrt((exact * (1 - exact)) / permutations);
  expect(Math.abs(pValue - exact)).toBeLessThanOrEqual(4 * error + 2 / permutations);
}

/** A uniform number of [0, 1). */
export function unit(random: ResamplingRandom): number {
  return random.uint32() / 0x1_0000_0000;
}

export function randomText(random: ResamplingRandom, words: readonly string[], count: number): string {
  return Array.from({ length: count }, () => words[random.below(words.length)]).join(' ');
}
