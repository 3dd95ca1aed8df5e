import { LEXICAL_SIZE, type PairVector, STYLE_SIZE, VECTOR_SCALE } from '../features/pair-vector.js';
import type { NumberStore } from '../number-store.js';

/** How many past trials learners go back to. Bounds the work per trial and the state. */
export const WINDOW = 128;

const UNIT = 1 / (VECTOR_SCALE * VECTOR_SCALE);

/** Inner products of a vector with every vector of the window, by slot. */
export interface Similarities {
  readonly lexical: Float64Array;
  readonly style: Float64Array;
}

/** The last {@link WINDOW} pair vectors and their inner products, which are exact (whole numbers). */
export class VectorWindow {
  readonly #lexical: Int8Array;
  readonly #style: Int8Array;
  readonly #gramLexical: Float64Array = new Float64Array(WINDOW * WINDOW);
  readonly #gramStyle: Float64Array = new Float64Array(WINDOW * WINDOW);
  readonly #total: Float64Array;

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

  /** Recomputes the inner products, which are not saved, after the vectors were restored. */
  restored(): void {
    for (let slot = 0; slot < this.size; slot += 1) {
      const lexical = this.#lexical.slice(slot * LEXICAL_SIZE, (slot + 1) * LEXICAL_SIZE);
      const style = this.#style.slice(slot * STYLE_SIZE, (slot + 1) * STYLE_SIZE);
      this.#setGram(slot, this.similarities({ lexical, style }));
    }
  }

  similarities(vector: PairVector): Similarities {
    const lexical = new Float64Array(WINDOW);
    const style = new Float64Array(WINDOW);
    for (let slot = 0; slot < this.size; slot += 1) {
      lexical[slot] = UNIT * dot(this.#lexical, slot * LEXICAL_SIZE, vector.lexical);
      style[slot] = UNIT * dot(this.#style, slot * STYLE_SIZE, vector.style);
    }
    return { lexical, style };
  }

  /** Puts a vector into slot {@link next}; `similarities` are its own. */
  push(vector: PairVector, similarities: Similarities): void {
    const slot = this.next;
    this.#lexical.set(vector.lexical, slot * LEXICAL_SIZE);
    this.#style.set(vector.style, slot * STYLE_SIZE);
    similarities.lexical[slot] = UNIT * dot(vector.lexical, 0, vector.lexical);
    similarities.style[slot] = UNIT * dot(vector.style, 0, vector.style);
    this.#setGram(slot, similarities);
    this.#total[0] = (this.#total[0] ?? 0) + 1;
  }

  #setGram(slot: number, { lexical, style }: Similarities): void {
    for (let other = 0; other < WINDOW; other += 1) {
      const [a, b] = [slot * WINDOW + other, other * WINDOW + slot];
      this.#gramLexical[a] = this.#gramLexical[b] = lexical[other] ?? 0;
      this.#gramStyle[a] = this.#gramStyle[b] = style[other] ?? 0;
    }
  }

  /** Adds `factor` times the vector in `slot` to the two arrays. */
  addVector(slot: number, factor: number, lexical: Float64Array, style: Float64Array): void {
    const unit = factor / VECTOR_SCALE;
    for (let i = 0; i < LEXICAL_SIZE; i += 1) {
      lexical[i] = (lexical[i] ?? 0) + unit * (this.#lexical[slot * LEXICAL_SIZE + i] ?? 0);
    }
    for (let i = 0; i < STYLE_SIZE; i += 1) {
      style[i] = (style[i] ?? 0) + unit * (this.#style[slot * STYLE_SIZE + i] ?? 0);
    }
  }

  /** Writes lexical + styleFactor·style inner products of all slots into `out` (WINDOW × WINDOW). */
  kernel(styleFactor: number, out: Float64Array): void {
    for (let i = 0; i < out.length; i += 1) {
      out[i] = (this.#gramLexical[i] ?? 0) + styleFactor * (this.#gramStyle[i] ?? 0);
    }
  }
}

function dot(window: Int8Array, start: number, vector: Int8Array): number {
  let sum = 0;
  for (let i = 0; i < vector.length; i += 1) sum += (window[start + i] ?? 0) * (vector[i] ?? 0);
  return sum;
}
