import { log } from '../math.js';
import { type ConfidenceOptions, toUnitInterval } from './unit-interval.js';

/** A sequence of intervals, one after each value, all of which hold together with probability ≥ 1 − alpha. */
export interface ConfidenceSequence {
  /** The mean of all values; the middle of the range when there are none. */
  readonly estimate: number;
  /** The last interval. */
  readonly low: number;
  readonly high: number;
  /** The interval after each value. */
  readonly lows: Float64Array;
  readonly highs: Float64Array;
}

const GRID = 1000;
/** No bet risks more than this share of the capital, so that it never runs out. */
const MOST_STAKED = 0.5;

/**
 * A betting confidence sequence ("hedged capital") for the mean μ of bounded values whose conditional
 * mean given the past is **constant**: E[X_t | X_1 … X_{t−1}] = μ for all t. When a mean drifts, use
 * {@link runningMeanSequence}: this one then covers nothing and may even become empty (low > high).
 *
 * For each candidate m (a grid of 1,001), two gamblers bet on values above and below m:
 *
 *     K⁺_t = Π (1 + min(λ_i, c/m)(X_i − m)),   K⁻_t = Π (1 − min(λ_i, c/(1−m))(X_i − m)),   c = ½
 *     λ_t = √( 2 ln(2/α) / (σ²_{t−1} · t · ln(1+t)) ),   σ² the running variance, started at ¼
 *
 * m is out for good once ½K⁺ or ½K⁻ reaches 1/α (Ville's inequality). K⁺ falls and K⁻ rises in m, so what
 * a grid point excludes, it excludes for everything beyond it: the grid widens the interval by at most
 * 1/1000 of the range and never makes it wrong.
 *
 * Shapes and units: `lows` and `highs` as long as `values` and in their unit. Time: proportional to values × grid.
 * Worked example: 100 ones give 0.93 to 1 at alpha 0.05. No value gives the whole range.
 *
 * Source: Waudby-Smith and Ramdas, "Estimating means of bounded random variables by betting" (JRSSB
 * 2024), theorem 3.
 * @throws FingerprintError for alpha outside 0 … 1 or a value outside the range
 */
export function confidenceSequence(
  values: readonly number[],
  options: ConfidenceOptions = {},
): ConfidenceSequence {
  const { alpha = 0.05 } = options;
  const unit = toUnitInterval(values, options);
  const above = new Float64Array(GRID + 1).fill(1);
  const below = new Float64Array(GRID + 1).fill(1);
  const lows = new Float64Array(values.length);
  const highs = new Float64Array(values.length);
  const stake = stakes(alpha);
  let low = 0;
  let high = GRID;
  unit.values.forEach((x, t) => {
    const lambda = stake(x);
    for (let g = low + 1; g <= GRID; g += 1) {
      const m = g / GRID;
      above[g] = (above[g] ?? 0) * (1 + Math.min(lambda, MOST_STAKED / m) * (x - m));
    }
    for (let g = high - 1; g >= 0; g -= 1) {
      const m = g / GRID;
      below[g] = (below[g] ?? 0) * (1 - Math.min(lambda, MOST_STAKED / (1 - m)) * (x - m));
    }
    while (low < GRID && (above[low + 1] ?? 0) * alpha >= 2) low += 1;
    while (high > 0 && (below[high - 1] ?? 0) * alpha >= 2) high -= 1;
    lows[t] = unit.restore(low / GRID);
    highs[t] = unit.restore(high / GRID);
  });
  return {
    estimate: unit.mean,
    low: lows.at(-1) ?? unit.restore(0),
    high: highs.at(-1) ?? unit.restore(1),
    lows,
    highs,
  };
}

/** Gives λ for each next value, from the values before it only. */
function stakes(alpha: number): (value: number) => number {
  const budget = 2 * log(2 / alpha);
  let count = 0;
  let sum = 0.5;
  let squares = 0.25;
  return (value) => {
    count += 1;
    const lambda = Math.sqrt(budget / ((squares / count) * count * log(1 + count)));
    sum += value;
    const deviation = value - sum / (count + 1);
    squares += deviation * deviation;
    return lambda;
  };
}
