import { deviationBound } from '../findings/running-means.js';
import type { ConfidenceSequence } from './confidence-sequence.js';
import { type ConfidenceOptions, toUnitInterval } from './unit-interval.js';

/**
 * An empirical-Bernstein confidence sequence for the **running mean** of bounded values whose conditional
 * means may drift as they like: after t values it bounds (μ_1 + … + μ_t)/t with μ_i = E[X_i | past].
 *
 * With X̂_i the mean of the values before i (and of one ½) and V_t = Σ (X_i − X̂_i)², each
 * exp(λ Σ(X_i − μ_i) − ψ(λ) V_t) is a supermartingale for 0 ≤ λ < 1. So is a fixed mixture of them; where
 * it reaches 2/α, by Ville's inequality, ends the interval, on either side:
 *
 *     mean ± s/t,   Σ_k w_k · exp(λ_k s − ψ(λ_k) V_t) = 2/α
 *
 * Values on another range are scaled to [0, 1] and back. Earlier intervals speak of earlier running means,
 * so they are not intersected.
 *
 * Shapes: `lows` and `highs` as long as `values`. Worked example: 300 values alternating 0 and 1 give
 * 0.5 ± 0.112 at alpha 0.05. No value gives the whole range.
 *
 * Source: Howard, Ramdas, McAuliffe and Sekhon, "Time-uniform, nonparametric, nonasymptotic confidence
 * sequences" (Annals of Statistics 2021), theorem 4, with a discrete mixture as the boundary.
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
  let sum = 0;
  let variance = 0;
  unit.values.forEach((x, t) => {
    const deviation = x - (sum + 0.5) / (t + 1);
    variance += deviation * deviation;
    sum += x;
    const reach = deviationBound(variance, alpha / 2);
    lows[t] = unit.restore(Math.max(0, (sum - reach) / (t + 1)));
    highs[t] = unit.restore(Math.min(1, (sum + reach) / (t + 1)));
  });
  return {
    estimate: unit.mean,
    low: lows.at(-1) ?? unit.restore(0),
    high: highs.at(-1) ?? unit.restore(1),
    lows,
    highs,
  };
}
