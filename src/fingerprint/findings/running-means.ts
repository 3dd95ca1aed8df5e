import { exp, log } from '../math.js';
import type { NumberStore } from '../number-store.js';
import { BET_SIZES, runningMeanBound, runningMeanEvidence } from '../stats/running-mean-bound.js';

/** What one bet earns by a tie and by a win. */
const HALF_GROWTH: Float64Array = BET_SIZES.map((size) => log(1 + size / 2));
const FULL_GROWTH: Float64Array = BET_SIZES.map((size) => log(1 + size));

/**
 * Running means of observations in [0, 1], each with an anytime-valid confidence sequence that holds when the
 * means drift (see `runningMeanBound`).
 *
 * Two numbers a quantity are kept: the sum, and the tie mass Σ (1 − |2x − 1|), by which an observation counts as
 * so much of a ½ and the rest of a 0 or 1. For 0, ½ and 1 that is exact; for others (the mean over several
 * released answers) a bet's growth, concave in x, is at least that, so that the bound stays valid.
 */
export class RunningMeans {
  readonly #sum: Float64Array;
  readonly #ties: Float64Array;
  readonly #count: Float64Array;

  constructor(store: NumberStore, length: number) {
    this.#sum = store.float64('means.sum', length);
    this.#ties = store.float64('means.ties', length);
    this.#count = store.float64('means.count', 1);
  }

  get count(): number {
    return this.#count[0] ?? 0;
  }

  /** Adds one observation of every quantity; each lies in [0, 1]. */
  add(values: Float64Array): void {
    for (let i = 0; i < values.length; i += 1) {
      const value = values[i] ?? 0;
      this.#sum[i] = (this.#sum[i] ?? 0) + value;
      this.#ties[i] = (this.#ties[i] ?? 0) + 1 - Math.abs(2 * value - 1);
    }
    this.#count[0] = this.count + 1;
  }

  /** The running mean; ½ before the first observation. */
  mean(i: number): number {
    return this.count === 0 ? 0.5 : (this.#sum[i] ?? 0) / this.count;
  }

  /** Estimate and two-sided confidence sequence at level 1 − alpha. */
  interval(
    i: number,
    alpha: number,
  ): { readonly estimate: number; readonly low: number; readonly high: number } {
    const seen = this.#seen(i);
    return {
      estimate: this.mean(i),
      low: runningMeanBound(growth(seen, 'up'), seen.count, alpha / 2),
      high: 1 - runningMeanBound(growth(seen, 'down'), seen.count, alpha / 2),
    };
  }

  /** Whether that interval lies within ½ ± margin. */
  isWithin(i: number, alpha: number, margin: number): boolean {
    return isWithin(this.#seen(i), alpha, margin);
  }

  /**
   * Whether the interval is to be expected within ½ ± margin once `count` observations were made: with ties as
   * frequent as so far, and a mean that stays where it is if the interval excludes ½, else returns towards ½.
   */
  isWithinAt(count: number, i: number, alpha: number, margin: number): boolean {
    const seen = this.#seen(i);
    const mean = this.evidence(i) >= 1 / alpha ? this.mean(i) : 0.5;
    const sum = seen.sum + (count - seen.count) * mean;
    return isWithin({ count, sum, ties: (seen.ties * count) / seen.count }, alpha, margin);
  }

  /** An e-value against a running mean of ½. At 1/alpha or above, `interval` at alpha excludes ½. */
  evidence(i: number): number {
    const seen = this.#seen(i);
    const up = runningMeanEvidence(growth(seen, 'up'), seen.count, 0.5);
    const down = runningMeanEvidence(growth(seen, 'down'), seen.count, 0.5);
    return exp(Math.max(up, down)) / 2;
  }

  #seen(i: number): Seen {
    return { count: this.count, sum: this.#sum[i] ?? 0, ties: this.#ties[i] ?? 0 };
  }
}

/** What is known of the observations of one quantity. */
interface Seen {
  readonly count: number;
  readonly sum: number;
  readonly ties: number;
}

function isWithin(seen: Seen, alpha: number, margin: number): boolean {
  const least = log(2 / alpha);
  return (['up', 'down'] as const).every(
    (direction) => runningMeanEvidence(growth(seen, direction), seen.count, 0.5 - margin) >= least,
  );
}

/** What each bet on a high (`up`) or low mean has earned, as a logarithm. */
function growth({ count, sum, ties }: Seen, direction: 'up' | 'down'): Float64Array {
  const wins = (direction === 'up' ? sum : count - sum) - ties / 2;
  return HALF_GROWTH.map((half, k) => ties * half + wins * (FULL_GROWTH[k] ?? 0));
}
