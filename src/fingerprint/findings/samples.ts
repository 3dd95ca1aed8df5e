import { mix, spread } from '../features/characters.js';
import type { NumberStore } from '../number-store.js';
import type { TrialFeatures } from '../trial-features.js';
import type { FeatureSummary, FindingExample } from '../types.js';

/** Trials whose style values are kept for medians and shares. */
const KEPT = 128;
/** Of these, trials whose excerpts are kept as examples. */
const KEPT_EXAMPLES = 32;

/**
 * A bounded sample of trials for what is shown to people (Vitter's algorithm R: each trial is kept with
 * equal probability). Which ones is decided by the trial's number alone, so that replay shows the same.
 */
export class TrialSamples {
  readonly #features: number;
  readonly #listed: Float64Array;
  readonly #released: Float64Array;
  readonly #total: Float64Array;
  #examples: (FindingExample | null)[] = [];

  constructor(store: NumberStore, features: number) {
    this.#features = features;
    this.#listed = store.float64('samples.listed', KEPT * features);
    this.#released = store.float64('samples.released', KEPT * features);
    this.#total = store.float64('samples.total', 1);
  }

  add(trial: TrialFeatures): void {
    const index = this.#total[0] ?? 0;
    this.#total[0] = index + 1;
    const slot = index < KEPT ? index : spread(mix(index, 0x7a)) % (index + 1);
    if (slot >= KEPT) return;
    const released = trial.released[0];
    if (released === undefined) return;
    this.#listed.set(trial.listed.style, slot * this.#features);
    this.#released.set(released.style, slot * this.#features);
    if (slot < KEPT_EXAMPLES) this.#examples[slot] = trial.example;
  }

  summary(feature: number, side: 'listed' | 'released'): FeatureSummary {
    const array = side === 'listed' ? this.#listed : this.#released;
    const size = Math.min(this.#total[0] ?? 0, KEPT);
    const values = new Float64Array(size);
    let sum = 0;
    let present = 0;
    for (let slot = 0; slot < size; slot += 1) {
      const value = array[slot * this.#features + feature] ?? 0;
      values[slot] = value;
      sum += value;
      if (value !== 0) present += 1;
    }
    values.sort();
    const middle = size >> 1;
    const upper = values[middle] ?? 0;
    const median = size % 2 === 1 ? upper : ((values[middle - 1] ?? upper) + upper) / 2;
    return { mean: size === 0 ? 0 : sum / size, median, presence: size === 0 ? 0 : present / size };
  }

  /** Up to two kept pairs in which the feature differs most in the direction of `sign` (+1: listed more). */
  examples(feature: number, sign: number): FindingExample[] {
    const ranked: { readonly example: FindingExample; readonly size: number }[] = [];
    this.#examples.forEach((example, slot) => {
      const at = slot * this.#features + feature;
      const size = sign * ((this.#listed[at] ?? 0) - (this.#released[at] ?? 0));
      if (example !== null && size > 0) ranked.push({ example, size });
    });
    return ranked
      .sort((a, b) => b.size - a.size)
      .slice(0, 2)
      .map(({ example }) => example);
  }

  saveExamples(): (FindingExample | null)[] {
    return [...this.#examples];
  }

  loadExamples(examples: readonly (FindingExample | null)[]): void {
    this.#examples = [...examples];
  }
}
