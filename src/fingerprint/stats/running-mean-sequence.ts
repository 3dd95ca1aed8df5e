import { log } from '../math.js';
import type { ConfidenceSequence } from './confidence-sequence.js';
import { BET_SIZES, runningMeanBound } from './running-mean-bound.js';
import { type ConfidenceOptions, toUnitInterval } from './unit-interval.js';

/**
 * A confidence sequence for the **running mean** of bounded values whose conditional means may drift as they
 * like: after t values it bounds (μ_1 + … + μ_t)/t with μ_i = E[X_i | past], at all t together. Each end is a
 * {@link runningMeanBound} at alpha/2, where formula, proof and sources stand.
 *
 * Values on another range are scaled to [0, 1] and back. Earlier intervals speak of earlier running means,
 * so they are not intersected.
 *
 * Shapes: `lows` and `highs` as long as `values`. Worked example: 300 values alternating 0 and 1 give
 * 0.5 ± 0.102 at alpha 0.05. No value gives the whole range.
 * @throws FingerprintError for alpha outside 0 … 1 or a value outside the range
 */
export function runningMeanSequence(
  values: readonly number[],
  options: ConfidenceOptions = {},
): ConfidenceSequence {
  const unit = toUnitInterval(values, options);
  const { alpha = 0.05 } = options;
  const lows = new Float64Array(values.length);
  const highs = new Float64Array(values.length);
  const up = new Float64Array(BET_SIZES.length);
  const down = new Float64Array(BET_SIZES.length);
  unit.values.forEach((x, t) => {
    BET_SIZES.forEach((size, k) => {
      up[k] = (up[k] ?? 0) + log(1 + size * x);
      down[k] = (down[k] ?? 0) + log(1 + size * (1 - x));
    });
    lows[t] = unit.restore(runningMeanBound(up, t + 1, alpha / 2));
    highs[t] = unit.restore(1 - runningMeanBound(down, t + 1, alpha / 2));
  });
  return {
    estimate: unit.mean,
    low: lows.at(-1) ?? unit.restore(0),
    high: highs.at(-1) ?? unit.restore(1),
    lows,
    highs,
  };
}
