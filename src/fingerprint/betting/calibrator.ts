import { sigmoid } from '../math.js';
import type { NumberStore } from '../number-store.js';

/** The scale before any trial, and the standard deviation of the normal prior around it. */
const PRIOR_SCALE = 2;
const PRIOR_SPREAD = 1;
/** Past scores that the scale is fitted to. */
const ROWS = 256;
const GREATEST_LOGIT = 6;

/**
 * Turns the learner's scores into honest logits: a logistic regression with one weight, the scale, on the
 * scores that the learner gave *before* it saw the outcome, refitted by one Newton step per trial. Where
 * the scores prove worthless the scale goes to zero, and the bets with it.
 */
export class Calibrator {
  readonly #scores: Float64Array;
  /** The scale, the number of scores so far, and the limit of the next logit. */
  readonly #numbers: Float64Array;

  constructor(store: NumberStore) {
    this.#scores = store.float64('calibrator.scores', ROWS);
    this.#numbers = store.float64('calibrator.numbers', 3);
    this.#numbers.set([PRIOR_SCALE, 0, 1]);
  }

  /** No logit of the next trial will be larger than this in absolute value. Known before the trial. */
  get limit(): number {
    return this.#numbers[2] ?? 0;
  }

  logit(score: number): number {
    return Math.max(-this.limit, Math.min(this.limit, (this.#numbers[0] ?? 0) * score));
  }

  /** Learns from a score that was given before its outcome was known. */
  learn(score: number): void {
    const [scale = 0, total = 0] = this.#numbers;
    const wanted = 1.5 * Math.abs(scale * score);
    this.#numbers[2] = Math.min(GREATEST_LOGIT, Math.max(1, wanted, 0.97 * this.limit));
    this.#scores[total % ROWS] = score;
    this.#numbers[1] = total + 1;
    const precision = 1 / (PRIOR_SPREAD * PRIOR_SPREAD);
    let gradient = precision * (PRIOR_SCALE - scale);
    let curvature = precision;
    for (let row = 0; row < Math.min(total + 1, ROWS); row += 1) {
      const x = this.#scores[row] ?? 0;
      const miss = sigmoid(-scale * x);
      gradient += miss * x;
      curvature += miss * (1 - miss) * x * x;
    }
    this.#numbers[0] = scale + gradient / curvature;
  }
}
