import { LEXICAL_SIZE, type PairVector, STYLE_SIZE, VECTOR_SCALE } from '../features/pair-vector.js';
import { sigmoid } from '../math.js';
import type { NumberStore } from '../number-store.js';
import { type VectorWindow, WINDOW } from './window.js';

/** Inverse strength of the regularisation: large fits more closely. */
const FIT = 10;
const SWEEPS = 2;

/**
 * Regularised logistic regression on pair vectors without intercept, so that score(−v) = −score(v). It is
 * solved in its dual by coordinate-wise Newton steps over the window (Yu, Huang and Lin 2011,
 * doi:10.1007/s10994-010-5221-8): with the inner products at hand, every trial of the window is revisited
 * for the price of a few thousand additions. What leaves the window is frozen into plain weights that
 * fade; with a memory of 0 it is forgotten at once, and with it whatever held before a model was swapped.
 */
export class KernelLearner {
  readonly #window: VectorWindow;
  readonly #memory: number;
  readonly #dual: Float64Array;
  /** Scores of the window's trials now, and the part of them that is due to frozen weights. */
  readonly #scores: Float64Array;
  readonly #frozenScores: Float64Array;
  /** Empty without memory. */
  readonly #frozenLexical: Float32Array;
  readonly #frozenStyle: Float32Array;

  /**
   * @param name of its state in `store`
   * @param memory what is left, after one more trial, of the weight of trials that have left the window
   */
  constructor(store: NumberStore, window: VectorWindow, name: string, memory: number) {
    this.#window = window;
    this.#memory = memory;
    this.#dual = store.float64(`${name}.dual`, WINDOW);
    this.#scores = store.float64(`${name}.scores`, WINDOW);
    this.#frozenScores = store.float64(`${name}.frozen-scores`, WINDOW);
    this.#frozenLexical = store.float32(`${name}.frozen-lexical`, memory === 0 ? 0 : LEXICAL_SIZE);
    this.#frozenStyle = store.float32(`${name}.frozen-style`, memory === 0 ? 0 : STYLE_SIZE);
  }

  /** The log-odds that a pair stands as (listed, released) and not the other way round. */
  score(vector: PairVector, similarities: Float64Array): number {
    let sum = 0;
    for (let slot = 0; slot < this.#window.size; slot += 1) {
      sum += (this.#dual[slot] ?? 0) * (similarities[slot] ?? 0);
    }
    return sum + this.#frozenScore(vector);
  }

  /** Lets go of the trial that is about to be overwritten: freezes or forgets its weight. */
  release(slot: number): void {
    if (this.#window.size < WINDOW) return;
    const weight = this.#dual[slot] ?? 0;
    const kept = this.#memory === 0 ? 0 : weight;
    for (let other = 0; other < WINDOW; other += 1) {
      const before = this.#frozenScores[other] ?? 0;
      const similarity = this.#window.similarity(slot, other);
      const after = this.#memory * before + kept * similarity;
      this.#scores[other] = (this.#scores[other] ?? 0) - weight * similarity + after - before;
      this.#frozenScores[other] = after;
    }
    if (kept !== 0) this.#window.fade(slot, this.#memory, kept, this.#frozenLexical, this.#frozenStyle);
    this.#dual[slot] = 0;
  }

  /** Fits all of the window once more, with the vector that has just come into `slot`. */
  learn(vector: PairVector, slot: number): void {
    const frozen = this.#frozenScore(vector);
    this.#frozenScores[slot] = frozen;
    let score = frozen;
    for (let other = 0; other < this.#window.size; other += 1) {
      score += (this.#dual[other] ?? 0) * this.#window.similarity(slot, other);
    }
    this.#scores[slot] = score;
    const size = this.#window.size;
    for (let sweep = 0; sweep < SWEEPS; sweep += 1) {
      for (let back = 0; back < size; back += 1) this.#step((slot - back + WINDOW) % WINDOW, size);
    }
  }

  #frozenScore(vector: PairVector): number {
    return inner(this.#frozenLexical, vector.lexical) + inner(this.#frozenStyle, vector.style);
  }

  /** One Newton step on the trial in `slot`: its dual weight moves towards FIT·(1 − p). */
  #step(slot: number, size: number): void {
    const miss = sigmoid(-(this.#scores[slot] ?? 0));
    const gradient = (this.#dual[slot] ?? 0) / FIT - miss;
    const curvature = 1 / FIT + this.#window.similarity(slot, slot) * miss * (1 - miss);
    const step = -gradient / curvature;
    this.#dual[slot] = (this.#dual[slot] ?? 0) + step;
    for (let other = 0; other < size; other += 1) {
      this.#scores[other] = (this.#scores[other] ?? 0) + step * this.#window.similarity(slot, other);
    }
  }
}

function inner(weights: Float32Array, vector: Int8Array): number {
  let sum = 0;
  for (let i = 0; i < weights.length; i += 1) sum += (weights[i] ?? 0) * (vector[i] ?? 0);
  return sum / VECTOR_SCALE;
}
