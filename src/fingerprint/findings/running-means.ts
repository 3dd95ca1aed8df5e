import { exp, log } from '../math.js';
import type { NumberStore } from '../number-store.js';

/**
 * Running means of observations in [0, 1], each with an anytime-valid confidence sequence.
 *
 * Empirical Bernstein (Howard, Ramdas, McAuliffe, Sekhon 2021, Annals of Statistics 49(2), theorem 4):
 * with S = Σ(Xᵢ − E[Xᵢ | past]) and V = Σ(Xᵢ − X̂ᵢ)², X̂ᵢ any prediction from the past (here the running
 * mean), exp(λS − ψ(λ)V) is a supermartingale for every λ in [0, 1), ψ(λ) = −ln(1−λ) − λ. A fixed mixture
 * over λ is one too, and Ville's inequality bounds S at all times at once. The mean of the conditional
 * means is covered even when they drift.
 */
export class RunningMeans {
  readonly #sum: Float64Array;
  readonly #variance: Float64Array;
  readonly #count: Float64Array;

  constructor(store: NumberStore, length: number) {
    this.#sum = store.float64('means.sum', length);
    this.#variance = store.float64('means.variance', length);
    this.#count = store.float64('means.count', 1);
  }

  get count(): number {
    return this.#count[0] ?? 0;
  }

  /** Adds one observation of every quantity; each lies in [0, 1]. */
  add(values: Float64Array): void {
    const n = this.count;
    for (let i = 0; i < values.length; i += 1) {
      const value = values[i] ?? 0;
      const error = value - (0.5 + (this.#sum[i] ?? 0)) / (1 + n);
      this.#sum[i] = (this.#sum[i] ?? 0) + value;
      this.#variance[i] = (this.#variance[i] ?? 0) + error * error;
    }
    this.#count[0] = n + 1;
  }

  /** The running mean; ½ before the first observation. */
  mean(i: number): number {
    return this.count === 0 ? 0.5 : (this.#sum[i] ?? 0) / this.count;
  }

  /** Estimate and two-sided confidence sequence at level 1 − alpha, cut to [0, 1]. */
  interval(
    i: number,
    alpha: number,
  ): { readonly estimate: number; readonly low: number; readonly high: number } {
    const estimate = this.mean(i);
    if (this.count === 0) return { estimate, low: 0, high: 1 };
    const width = deviationBound(this.#variance[i] ?? 0, alpha / 2) / this.count;
    return { estimate, low: Math.max(0, estimate - width), high: Math.min(1, estimate + width) };
  }

  /** The half-width that is to be expected once `count` observations were made, at today's variance. */
  expectedWidth(i: number, alpha: number, count: number): number {
    if (this.count === 0) return 1;
    return deviationBound(((this.#variance[i] ?? 0) * count) / this.count, alpha / 2) / count;
  }
}

const GRID = 16;
const LAMBDAS: Float64Array = lambdas();
const PSIS: Float64Array = LAMBDAS.map((l) => -log(1 - l) - l);

/** 0.95·0.7^k: the best λ for sums of variances from about 1 to a million. */
function lambdas(): Float64Array {
  const grid = new Float64Array(GRID);
  let lambda = 0.95;
  for (let k = 0; k < GRID; k += 1) {
    grid[k] = lambda;
    lambda *= 0.7;
  }
  return grid;
}

/**
 * The s at which the mixture over λ reaches 1/alpha: S stays below it at all times with probability
 * ≥ 1 − alpha. Newton from above on a convex function, so that every iterate is a valid bound.
 */
export function deviationBound(variance: number, alpha: number): number {
  const target = log(GRID / alpha);
  let s = Infinity;
  for (let k = 0; k < GRID; k += 1) {
    s = Math.min(s, (target + (PSIS[k] ?? 0) * variance) / (LAMBDAS[k] ?? 1));
  }
  for (let round = 0; round < 5; round += 1) {
    let highest = -Infinity;
    for (let k = 0; k < GRID; k += 1) {
      highest = Math.max(highest, (LAMBDAS[k] ?? 0) * s - (PSIS[k] ?? 0) * variance);
    }
    let value = 0;
    let slope = 0;
    for (let k = 0; k < GRID; k += 1) {
      const term = exp((LAMBDAS[k] ?? 0) * s - (PSIS[k] ?? 0) * variance - highest);
      value += term;
      slope += term * (LAMBDAS[k] ?? 0);
    }
    s -= ((highest + log(value) - target) * value) / slope;
  }
  return s;
}
