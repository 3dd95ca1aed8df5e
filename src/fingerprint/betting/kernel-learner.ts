import { LEXICAL_SIZE, type PairVector, STYLE_SIZE, VECTOR_SCALE } from '../features/pair-vector.js';
import { sigmoid } from '../math.js';
import type { NumberStore } from '../number-store.js';
import { type Similarities, type VectorWindow, WINDOW } from './window.js';

export interface LearnerSettings {
  /** Weight of the style features beside the hashed ones. */
  readonly style: number;
  /** Inverse strength of the regularisation: large fits more closely. */
  readonly fit: number;
}

const SWEEPS = 2;

/**
 * Regularised logistic regression on pair vectors without intercept, so that score(−v) = −score(v). It is
 * solved in its dual by coordinate-wise Newton steps over the window (Yu, Huang and Lin 2011,
 * doi:10.1007/s10994-010-5221-8): with the inner products at hand, every trial of the window is revisited
 * for the price of a few thousand additions. What leaves the window is frozen into plain weights.
 */
export class KernelLearner {
  readonly #settings: LearnerSettings;
  readonly #window: VectorWindow;
  readonly #dual: Float64Array;
  readonly #scores: Float64Array;
  readonly #oldLexical: Float64Array;
  readonly #oldStyle: Float64Array;
  readonly #kernel: Float64Array = new Float64Array(WINDOW * WINDOW);

  constructor(store: NumberStore, name: string, window: VectorWindow, settings: LearnerSettings) {
    this.#settings = settings;
    this.#window = window;
    this.#dual = store.float64(`${name}.dual`, WINDOW);
    this.#scores = store.float64(`${name}.scores`, WINDOW);
    this.#oldLexical = store.float64(`${name}.old-lexical`, LEXICAL_SIZE);
    this.#oldStyle = store.float64(`${name}.old-style`, STYLE_SIZE);
  }

  /** The log-odds that a pair stands as (listed, released) and not the other way round. */
  score(vector: PairVector, similarities: Similarities): number {
    let sum = 0;
    for (let slot = 0; slot < this.#window.size; slot += 1) {
      const k = (similarities.lexical[slot] ?? 0) + this.#settings.style * (similarities.style[slot] ?? 0);
      sum += (this.#dual[slot] ?? 0) * k;
    }
    return (
      sum +
      inner(this.#oldLexical, vector.lexical) +
      this.#settings.style * inner(this.#oldStyle, vector.style)
    );
  }

  /** Call before the window takes a new vector: freezes the one that leaves. */
  release(): void {
    if (this.#window.size < WINDOW) return;
    const slot = this.#window.next;
    this.#window.addVector(slot, this.#dual[slot] ?? 0, this.#oldLexical, this.#oldStyle);
    this.#dual[slot] = 0;
  }

  /** Call after the window took a vector in `slot` that this learner had scored. */
  learn(slot: number, score: number): void {
    const kernel = this.#kernel;
    this.#window.kernel(this.#settings.style, kernel);
    this.#scores[slot] = score;
    const size = this.#window.size;
    for (let sweep = 0; sweep < SWEEPS; sweep += 1) {
      for (let back = 0; back < size; back += 1) this.#step((slot - back + WINDOW) % WINDOW, size, kernel);
    }
  }

  /** One Newton step on the trial in `slot`: its dual weight moves towards fit·(1 − p). */
  #step(slot: number, size: number, kernel: Float64Array): void {
    const row = slot * WINDOW;
    const miss = sigmoid(-(this.#scores[slot] ?? 0));
    const gradient = (this.#dual[slot] ?? 0) / this.#settings.fit - miss;
    const curvature = 1 / this.#settings.fit + (kernel[row + slot] ?? 0) * miss * (1 - miss);
    const step = -gradient / curvature;
    this.#dual[slot] = (this.#dual[slot] ?? 0) + step;
    for (let other = 0; other < size; other += 1) {
      this.#scores[other] = (this.#scores[other] ?? 0) + step * (kernel[row + other] ?? 0);
    }
  }
}

function inner(weights: Float64Array, vector: Int8Array): number {
  let sum = 0;
  for (let i = 0; i < vector.length; i += 1) sum += (weights[i] ?? 0) * (vector[i] ?? 0);
  return sum / VECTOR_SCALE;
}
