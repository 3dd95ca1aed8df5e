import { STYLE_SIZE, VECTOR_SCALE } from '../features/pair-vector.js';
import { sigmoid } from '../math.js';
import type { NumberStore } from '../number-store.js';

/** Pairs that it knows. What held before them is forgotten, and with it what held before a swap. */
const WINDOW = 64;
/** Inverse strength of the regularisation: large fits more closely. */
const FIT = 4;
const SWEEPS = 2;

/**
 * Regularised logistic regression on style differences, without intercept, so that score(−v) = −score(v). Solved
 * in its dual like the main learner (`betting/kernel-learner.ts`), with plain weights, since there are few.
 */
export class StyleLearner {
  readonly #vectors: Int8Array;
  readonly #dual: Float64Array;
  readonly #weights: Float64Array;
  readonly #total: Float64Array;

  constructor(store: NumberStore) {
    this.#vectors = store.int8('learner.vectors', WINDOW * STYLE_SIZE);
    this.#dual = store.float64('learner.dual', WINDOW);
    this.#weights = store.float64('learner.weights', STYLE_SIZE);
    this.#total = store.float64('learner.total', 1);
  }

  /** The log-odds that a pair stands as (newer, older) and not the other way round. */
  score(vector: Int8Array): number {
    let sum = 0;
    for (let i = 0; i < STYLE_SIZE; i += 1) sum += (this.#weights[i] ?? 0) * (vector[i] ?? 0);
    return sum / VECTOR_SCALE;
  }

  /** Lets go of the oldest pair and fits the window once more, the new pair first. */
  learn(vector: Int8Array): void {
    const total = this.#total[0] ?? 0;
    const slot = total % WINDOW;
    this.#shift(slot, -(this.#dual[slot] ?? 0));
    this.#vectors.set(vector, slot * STYLE_SIZE);
    this.#total[0] = total + 1;
    const size = Math.min(total + 1, WINDOW);
    for (let sweep = 0; sweep < SWEEPS; sweep += 1) {
      for (let back = 0; back < size; back += 1) this.#step((slot - back + WINDOW) % WINDOW);
    }
  }

  /** One Newton step on a pair's dual weight, towards FIT·(1 − p). */
  #step(slot: number): void {
    const vector = this.#vectors.subarray(slot * STYLE_SIZE, (slot + 1) * STYLE_SIZE);
    const miss = sigmoid(-this.score(vector));
    let squared = 0;
    for (const value of vector) squared += value * value;
    const curvature = 1 / FIT + (squared / (VECTOR_SCALE * VECTOR_SCALE)) * miss * (1 - miss);
    this.#shift(slot, (miss - (this.#dual[slot] ?? 0) / FIT) / curvature);
  }

  /** Adds to a pair's dual weight. */
  #shift(slot: number, by: number): void {
    this.#dual[slot] = (this.#dual[slot] ?? 0) + by;
    for (let i = 0; i < STYLE_SIZE; i += 1) {
      const value = this.#vectors[slot * STYLE_SIZE + i] ?? 0;
      this.#weights[i] = (this.#weights[i] ?? 0) + (by * value) / VECTOR_SCALE;
    }
  }
}
