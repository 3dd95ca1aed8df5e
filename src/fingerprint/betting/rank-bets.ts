import type { NumberStore } from '../number-store.js';
import { hedged, type PairBets } from './payoff.js';

/**
 * One bet per feature on which answer has more of it, with the Krichevsky–Trofimov estimate
 * q = (wins + ½)/(decided + 1) of the chance that it is the listed one. Pays 2q or 2(1−q); a tie pays 1
 * and teaches nothing.
 */
export class RankBets {
  readonly #wins: Float64Array;
  readonly #losses: Float64Array;
  readonly #first: number;
  readonly count: number;

  /** @param first where the features begin in the answers' values; `name` is that of the state in `store` */
  constructor(
    store: NumberStore,
    features: number,
    { name = 'rank', first = 0 }: { readonly name?: string; readonly first?: number } = {},
  ) {
    this.count = features;
    this.#first = first;
    this.#wins = store.float64(`${name}.wins`, features);
    this.#losses = store.float64(`${name}.losses`, features);
  }

  /** Writes each feature's smallest possible payoff. */
  smallest(out: Float64Array, at: number): void {
    for (let f = 0; f < this.count; f += 1) {
      const q = this.#chance(f);
      out[at + f] = hedged(2 * Math.min(q, 1 - q) - 1);
    }
  }

  /** Adds each feature's payoff for one pair, times `share`. */
  addPayoffs(pair: PairBets, share: number, out: Float64Array, at: number): void {
    for (let f = 0; f < this.count; f += 1) {
      const [a, b] = this.#values(pair, f);
      const edge = a === b ? 0 : 2 * this.#chance(f) - 1;
      out[at + f] = (out[at + f] ?? 0) + share * hedged(a > b ? edge : -edge);
    }
  }

  learn(pair: PairBets, share: number): void {
    for (let f = 0; f < this.count; f += 1) {
      const [a, b] = this.#values(pair, f);
      if (a > b) this.#wins[f] = (this.#wins[f] ?? 0) + share;
      else if (a < b) this.#losses[f] = (this.#losses[f] ?? 0) + share;
    }
  }

  #values(pair: PairBets, f: number): readonly [number, number] {
    return [pair.listed[this.#first + f] ?? 0, pair.released[this.#first + f] ?? 0];
  }

  #chance(f: number): number {
    const wins = this.#wins[f] ?? 0;
    return (wins + 0.5) / (wins + (this.#losses[f] ?? 0) + 1);
  }
}
