import { sigmoid } from '../math.js';
import type { NumberStore } from '../number-store.js';

/** What a score may be multiplied by to become a logit. Zero stands for "the scores tell nothing". */
const SCALES: readonly number[] = [0, 0.3, 0.7, 1.5, 3];
const GREATEST_LOGIT = 4;
/** The chance, at each trial, that from now on another scale is the right one. */
const SWITCHING = 0.01;

/**
 * Bets on scores at several scales at once, each with the weight that its past bets have earned it. At every
 * trial a small share of all weight is dealt out anew (fixed share; Herbster and Warmuth 1998,
 * doi:10.1023/A:1007424614876): after months of sameness, in which zero has won nearly all of it, a few
 * good scores suffice for the others to take over.
 */
export class SwitchingScale {
  readonly #weights: Float64Array;

  constructor(store: NumberStore, name: string) {
    this.#weights = store.float64(name, SCALES.length);
    this.#weights.fill(1 / SCALES.length);
  }

  /** The payoff of a score, `payoff` being that of a logit. */
  payoff(score: number, payoff: (logit: number) => number): number {
    // Gains, not payoffs: the weights sum to 1 only up to rounding, and no gain must give exactly 1.
    let gain = 0;
    SCALES.forEach((scale, k) => {
      gain += (this.#weights[k] ?? 0) * (payoff(logitOf(scale, score)) - 1);
    });
    return 1 + gain;
  }

  /** The smallest payoff that any score could have. Known before the trial. */
  smallest(payoff: (logit: number) => number): number {
    return this.payoff(-Infinity, payoff);
  }

  /** Learns from a score that was given before its outcome was known. */
  learn(score: number): void {
    const earned = SCALES.map((scale, k) => (this.#weights[k] ?? 0) * sigmoid(logitOf(scale, score)));
    const total = earned.reduce((sum, weight) => sum + weight, 0);
    earned.forEach((weight, k) => {
      this.#weights[k] = ((1 - SWITCHING) * weight) / total + SWITCHING / SCALES.length;
    });
  }
}

function logitOf(scale: number, score: number): number {
  return scale === 0 ? 0 : Math.max(-GREATEST_LOGIT, Math.min(GREATEST_LOGIT, scale * score));
}
