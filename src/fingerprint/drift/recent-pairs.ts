import { STYLE_FEATURES } from '../features/style.js';
import { summarise } from '../findings/samples.js';
import { findingSentence } from '../findings/sentences.js';
import type { NumberStore } from '../number-store.js';
import type { FeatureSummary } from '../types.js';

/** Pairs kept to describe a change. */
const KEPT = 64;
const WIDTH: number = STYLE_FEATURES.length;
const MOST_FINDINGS = 8;
const FEWEST_FINDINGS = 3;
/** A lead of three standard deviations, squared. Below it a sentence says that it may be chance. */
const CLEAR = 9;
const NAMES = { listed: 'later', released: 'earlier', trials: 'pairs' } as const;

/** One habit that moved, in the pairs that raised the alarm. It describes; what is proven is the change as a whole. */
export interface DriftFinding {
  /** Stable id of the feature, e.g. `emoji`. */
  readonly feature: string;
  /** For people: "Later answers are 2.9 times as long (median 410 words against 141)." */
  readonly sentence: string;
  /** How often the later answer had more of it, ties counting half: above ½ it rose. */
  readonly superiority: number;
  readonly before: FeatureSummary;
  readonly after: FeatureSummary;
  readonly unit: string;
}

/** The last pairs, and since when the evidence has been rising. */
export class RecentPairs {
  readonly #newer: Float32Array;
  readonly #older: Float32Array;
  /** Pairs so far, pairs since the evidence was lowest, and how low it was. */
  readonly #numbers: Float64Array;

  constructor(store: NumberStore) {
    this.#newer = store.float32('recent.newer', KEPT * WIDTH);
    this.#older = store.float32('recent.older', KEPT * WIDTH);
    this.#numbers = store.float64('recent.numbers', 3);
  }

  /** Adds a pair; `logE` is the evidence after it. */
  add(newer: Float32Array, older: Float32Array, logE: number): void {
    const [total = 0, rising = 0, lowest = 0] = this.#numbers;
    this.#newer.set(newer, (total % KEPT) * WIDTH);
    this.#older.set(older, (total % KEPT) * WIDTH);
    this.#numbers.set([total + 1, logE <= lowest ? 0 : rising + 1, Math.min(lowest, logE)]);
  }

  /** The habits that moved most while the evidence rose, clearest first; one of each group. */
  findings(): DriftFinding[] {
    const [total = 0, rising = 0] = this.#numbers;
    const count = Math.min(rising, total, KEPT);
    const slots = Array.from({ length: count }, (_, back) => (total - 1 - back) % KEPT);
    const ranked = STYLE_FEATURES.map((feature, f) => ({ feature, ...this.#lead(f, slots) }))
      .filter((row) => row.lead > 0)
      .sort((a, b) => b.lead - a.lead);
    return ranked
      .filter((row, i) => ranked.findIndex((r) => r.feature.group === row.feature.group) === i)
      .filter((row, i) => i < FEWEST_FINDINGS || row.lead >= CLEAR)
      .slice(0, MOST_FINDINGS)
      .map(({ feature, lead, superiority }) => {
        const f = STYLE_FEATURES.indexOf(feature);
        const before = summarise(this.#values(this.#older, f, slots));
        const after = summarise(this.#values(this.#newer, f, slots));
        const sentence = findingSentence(feature, after, before, superiority, lead >= CLEAR, NAMES);
        return { feature: feature.id, sentence, superiority, before, after, unit: feature.unit };
      });
  }

  /** (wins − losses)²/(wins + losses): a squared standard normal where nothing moved. */
  #lead(f: number, slots: readonly number[]): { readonly lead: number; readonly superiority: number } {
    const [newer, older] = [this.#values(this.#newer, f, slots), this.#values(this.#older, f, slots)];
    const wins = newer.filter((value, i) => value > (older[i] ?? 0)).length;
    const losses = newer.filter((value, i) => value < (older[i] ?? 0)).length;
    const decided = wins + losses;
    const net = wins - losses;
    return {
      lead: decided === 0 ? 0 : (net * net) / decided,
      superiority: slots.length === 0 ? 0.5 : 0.5 + net / (2 * slots.length),
    };
  }

  #values(of: Float32Array, f: number, slots: readonly number[]): Float64Array {
    return Float64Array.from(slots, (slot) => of[slot * WIDTH + f] ?? 0);
  }
}
