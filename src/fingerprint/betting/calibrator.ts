import { sigmoid } from '../math.js';
import type { NumberStore } from '../number-store.js';

export interface CalibratorSettings {
  /** Weight of each learner before any trial. */
  readonly prior: readonly number[];
  /** Standard deviation of the normal prior around it. */
  readonly spread: number;
}

/** Past scores that a calibrator is fitted to. */
const ROWS = 256;
const GREATEST_LOGIT = 6;

/**
 * Turns the learners' scores into one honest logit: a logistic regression on the scores that the learners
 * gave *before* they saw the outcome, with a normal prior, refitted by one Newton step per trial. Where the
 * scores proved worthless their weights go to zero and the bets with them.
 */
export class Calibrator {
  readonly #settings: CalibratorSettings;
  readonly #rows: Float64Array;
  readonly #weights: Float64Array;
  readonly #total: Float64Array;
  readonly #limit: Float64Array;

  constructor(store: NumberStore, name: string, settings: CalibratorSettings) {
    const inputs = settings.prior.length;
    this.#settings = settings;
    this.#rows = store.float64(`${name}.rows`, ROWS * inputs);
    this.#weights = store.float64(`${name}.weights`, inputs);
    this.#total = store.float64(`${name}.total`, 1);
    this.#limit = store.float64(`${name}.limit`, 1);
    this.#weights.set(settings.prior);
    this.#limit[0] = 1;
  }

  /** No logit of the next trial will be larger than this in absolute value. Known before the trial. */
  get limit(): number {
    return this.#limit[0] ?? 0;
  }

  logit(scores: Float64Array): number {
    return Math.max(-this.limit, Math.min(this.limit, this.#raw(scores)));
  }

  /** Learns from a trial's scores, given before its outcome was known. */
  learn(scores: Float64Array): void {
    const inputs = this.#weights.length;
    const wanted = 1.5 * Math.abs(this.#raw(scores));
    this.#limit[0] = Math.min(GREATEST_LOGIT, Math.max(1, wanted, 0.97 * this.limit));
    this.#rows.set(scores, ((this.#total[0] ?? 0) % ROWS) * inputs);
    this.#total[0] = (this.#total[0] ?? 0) + 1;
    this.#refit();
  }

  #raw(scores: Float64Array): number {
    let sum = 0;
    for (let i = 0; i < this.#weights.length; i += 1) sum += (this.#weights[i] ?? 0) * (scores[i] ?? 0);
    return sum;
  }

  #refit(): void {
    const inputs = this.#weights.length;
    const precision = 1 / (this.#settings.spread * this.#settings.spread);
    const gradient = this.#weights.map((w, i) => precision * ((this.#settings.prior[i] ?? 0) - w));
    const hessian = new Float64Array(inputs * inputs);
    for (let i = 0; i < inputs; i += 1) hessian[i * inputs + i] = precision;
    const rows = Math.min(this.#total[0] ?? 0, ROWS);
    for (let r = 0; r < rows; r += 1) {
      const row = this.#rows.subarray(r * inputs, (r + 1) * inputs);
      const miss = sigmoid(-this.#raw(row));
      for (let i = 0; i < inputs; i += 1) {
        const x = row[i] ?? 0;
        gradient[i] = (gradient[i] ?? 0) + miss * x;
        for (let j = 0; j < inputs; j += 1) {
          const at = i * inputs + j;
          hessian[at] = (hessian[at] ?? 0) + miss * (1 - miss) * x * (row[j] ?? 0);
        }
      }
    }
    const step = solve(hessian, gradient);
    for (let i = 0; i < inputs; i += 1) this.#weights[i] = (this.#weights[i] ?? 0) + (step[i] ?? 0);
  }
}

/** Solves H·x = g for a positive definite H (row-major), by elimination without pivoting. */
function solve(matrix: Float64Array, vector: Float64Array): Float64Array {
  const n = vector.length;
  const x = Float64Array.from(vector);
  for (let i = 0; i < n; i += 1) {
    for (let k = i + 1; k < n; k += 1) {
      const factor = (matrix[k * n + i] ?? 0) / (matrix[i * n + i] ?? 1);
      for (let j = i; j < n; j += 1) {
        matrix[k * n + j] = (matrix[k * n + j] ?? 0) - factor * (matrix[i * n + j] ?? 0);
      }
      x[k] = (x[k] ?? 0) - factor * (x[i] ?? 0);
    }
  }
  for (let i = n - 1; i >= 0; i -= 1) {
    for (let j = i + 1; j < n; j += 1) x[i] = (x[i] ?? 0) - (matrix[i * n + j] ?? 0) * (x[j] ?? 0);
    x[i] = (x[i] ?? 0) / (matrix[i * n + i] ?? 1);
  }
  return x;
}
