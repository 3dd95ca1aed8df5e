import { holm } from './holm.js';
import { mannWhitneyTest, type ResamplingOptions, type StratifiedValues } from './mann-whitney-test.js';
import { signFlipTest } from './sign-flip-test.js';

export interface FeatureTestOptions extends ResamplingOptions {
  /**
   * `rank` (default): Mann–Whitney within prompts, all answers. `mean`: sign flips of the differences of
   * the i-th answers of both sides; answers without a partner are left out.
   */
  readonly test?: 'rank' | 'mean';
}

export interface FeatureTest {
  readonly feature: string;
  readonly pValue: number;
  /** Holm-adjusted over all features given. */
  readonly adjusted: number;
}

/**
 * Tests each feature by itself and adjusts for their number (Holm). The result is sorted by adjusted
 * p-value, then by p-value, then by name (code units).
 *
 * Shapes: for each feature its values, by prompt, in any unit; one row for each feature comes back.
 *
 * Worked example: two features, one with listed `[[3, 4]]` and released `[[1, 2]]` (p ≈ 1/3), one all
 * equal (p = 1): adjusted about 2/3 and 1. No feature gives an empty list.
 *
 * Source: the tests' own, and Holm (Scand. J. Statist. 1979).
 * @throws FingerprintError as the tests themselves
 */
export function featureTests(
  features: ReadonlyMap<string, StratifiedValues>,
  options: FeatureTestOptions,
): FeatureTest[] {
  const names = [...features.keys()];
  const pValues = names.map((name) => {
    const values = features.get(name) ?? { listed: [], released: [] };
    const own = { ...options, seed: `${options.seed}/${name}` };
    return options.test === 'mean'
      ? signFlipTest(pairedDifferences(values), own).pValue
      : mannWhitneyTest(values, own).pValue;
  });
  const adjusted = holm(pValues);
  return names
    .map((feature, i) => ({ feature, pValue: pValues[i] ?? 1, adjusted: adjusted[i] ?? 1 }))
    .sort((a, b) => a.adjusted - b.adjusted || a.pValue - b.pValue || (a.feature < b.feature ? -1 : 1));
}

function pairedDifferences({ listed, released }: StratifiedValues): number[] {
  return listed.flatMap((ours, p) => {
    const theirs = released[p] ?? [];
    return ours.slice(0, theirs.length).map((value, i) => value - (theirs[i] ?? 0));
  });
}
