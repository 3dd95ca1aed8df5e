import { LEXICAL_SIZE, type PairVector, STYLE_SIZE, VECTOR_SCALE } from '../features/pair-vector.js';
import type { NumberStore } from '../number-store.js';

/** How many past trials the learner revisits. Bounds the work per trial and the state. */
export const WINDOW = 32;

const UNIT = 1 / (VECTOR_SCALE * VECTOR_SCALE);

/** The last {@link WINDOW} pair vectors and their inner products, which are exact (whole numbers). */
export class VectorWindow {
  readonly #lexical: Int8Array;
  readonly #style: Int8Array;
  readonly #total: Float64Array;
  readonly #gram: Float64Array = new Float64Array(WINDOW * WINDOW);

  constructor(store: NumberStore) {
    this.#lexical = store.int8('window.lexical', WINDOW * LEXICAL_SIZE);
    this.#style = store.int8('window.style', WINDOW * STYLE_SIZE);
    this.#total = store.float64('window.total', 1);
  }

  /** Vectors held, at most {@link WINDOW}. */
  get size(): number {
    return Math.min(this.#total[0] ?? 0, WINDOW);
  }

  /** The slot that the next vector takes; while the window is full it holds the oldest one. */
  get next(): number {
    return (this.#total[0] ?? 0) % WINDOW;
  }

  /** The inner product of the vectors in two slots. */
  similarity(slot: number, other: number): number {
    return this.#gram[slot * WINDOW + other] ?? 0;
  }

  /** The inner products of a vector with every vector of the window, by slot. */
  similarities(vector: PairVector): Float64Array {
    const out = new Float64Array(WINDOW);
    const lexical = nonZeros(vector.lexical);
    const style = nonZeros(vector.style);
    for (let slot = 0; slot < this.size; slot += 1) {
      const sum = dot(this.#lexical, slot * LEXICAL_SIZE, vector.lexical, lexical);
      out[slot] = UNIT * (sum + dot(this.#style, slot * STYLE_SIZE, vector.style, style));
    }
    return out;
  }

  /** Puts a vector into slot {@link next}; `similarities` are its own. */
  push(vector: PairVector, similarities: Float64Array): void {
    const slot = this.next;
    this.#lexical.set(vector.lexical, slot * LEXICAL_SIZE);
    this.#style.set(vector.style, slot * STYLE_SIZE);
    this.#total[0] = (this.#total[0] ?? 0) + 1;
    const itself = squared(vector.lexical) + squared(vector.style);
    this.#setGram(slot, similarities, UNIT * itself);
  }

  #setGram(slot: number, similarities: Float64Array, itself: number): void {
    for (let other = 0; other < WINDOW; other += 1) {
      const value = similarities[other] ?? 0;
      this.#gram[slot * WINDOW + other] = value;
      this.#gram[other * WINDOW + slot] = value;
    }
    this.#gram[slot * WINDOW + slot] = itself;
  }

  /** Recomputes the inner products, which are not saved, after the vectors were restored. */
  restored(): void {
    for (let slot = 0; slot < this.size; slot += 1) {
      const lexical = this.#lexical.slice(slot * LEXICAL_SIZE, (slot + 1) * LEXICAL_SIZE);
      const style = this.#style.slice(slot * STYLE_SIZE, (slot + 1) * STYLE_SIZE);
      const similarities = this.similarities({ lexical, style });
      this.#setGram(slot, similarities, similarities[slot] ?? 0);
    }
  }

  /** Multiplies the weights by `memory`, then adds `factor` times the vector in `slot`. */
  fade(slot: number, memory: number, factor: number, lexical: Float32Array, style: Float32Array): void {
    const unit = factor / VECTOR_SCALE;
    for (let i = 0; i < LEXICAL_SIZE; i += 1) {
      lexical[i] = memory * (lexical[i] ?? 0) + unit * (this.#lexical[slot * LEXICAL_SIZE + i] ?? 0);
    }
    for (let i = 0; i < STYLE_SIZE; i += 1) {
      style[i] = memory * (style[i] ?? 0) + unit * (this.#style[slot * STYLE_SIZE + i] ?? 0);
    }
  }
}

/** The indices of the entries that are not zero: a few hundred to a few thousand of {@link LEXICAL_SIZE}. */
function nonZeros(vector: Int8Array): Uint16Array {
  const out = new Uint16Array(vector.length);
  let count = 0;
  for (let i = 0; i < vector.length; i += 1) {
    if (vector[i] !== 0) {
      out[count] = i;
      count += 1;
    }
  }
  return out.subarray(0, count);
}

function squared(vector: Int8Array): number {
  return dot(vector, 0, vector, nonZeros(vector));
}

function dot(window: Int8Array, start: number, vector: Int8Array, at: Uint16Array): number {
  let sum = 0;
  for (let k = 0; k < at.length; k += 1) {
    const i = at[k] ?? 0;
    sum += (window[start + i] ?? 0) * (vector[i] ?? 0);
  }
  return sum;
}
