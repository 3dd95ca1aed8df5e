import { canonicalText } from '../../core/index.js';
import { mix, spread } from '../features/characters.js';
import { splitLines } from '../features/lines.js';
import { styleOf } from '../features/style.js';
import { tokenize } from '../features/tokens.js';
import type { NumberStore } from '../number-store.js';
import type { TrialFeatures } from '../trial-features.js';
import type { FeatureSummary, FindingExample } from '../types.js';

/** Trials whose style values are kept for medians and shares. */
const KEPT = 128;
/** Of these, trials whose excerpts are kept as examples. */
const KEPT_EXAMPLES = 32;

/** The style features of what is shown of a pair. */
interface ExcerptStyle {
  readonly listed: Float64Array;
  readonly released: Float64Array;
}

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
  readonly #excerpts = new WeakMap<FindingExample, ExcerptStyle>();

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
    const values = Float64Array.from(
      { length: size },
      (_, slot) => array[slot * this.#features + feature] ?? 0,
    );
    return summarise(values);
  }

  /**
   * Up to two kept pairs in which the feature differs in the direction of `sign` (+1: listed more): those whose
   * excerpts show it come first, then those whose whole answers differ most.
   */
  examples(feature: number, sign: number): FindingExample[] {
    const ranked: { readonly example: FindingExample; readonly size: number; readonly shown: number }[] = [];
    this.#examples.forEach((example, slot) => {
      const at = slot * this.#features + feature;
      const size = sign * ((this.#listed[at] ?? 0) - (this.#released[at] ?? 0));
      if (example === null || size <= 0) return;
      const { listed, released } = this.#excerptStyle(example);
      const shown = sign * ((listed[feature] ?? 0) - (released[feature] ?? 0)) > 0 ? 1 : 0;
      ranked.push({ example, size, shown });
    });
    return ranked
      .sort((a, b) => b.shown - a.shown || b.size - a.size)
      .slice(0, 2)
      .map(({ example }) => example);
  }

  #excerptStyle(example: FindingExample): ExcerptStyle {
    const known = this.#excerpts.get(example);
    if (known !== undefined) return known;
    const style = { listed: styleOfText(example.listed), released: styleOfText(example.released) };
    this.#excerpts.set(example, style);
    return style;
  }

  saveExamples(): (FindingExample | null)[] {
    return [...this.#examples];
  }

  loadExamples(examples: readonly (FindingExample | null)[]): void {
    this.#examples = [...examples];
  }
}

/** Mean, median and presence of one feature's values, which it sorts. Zeros without any. */
export function summarise(values: Float64Array): FeatureSummary {
  const size = values.length;
  let sum = 0;
  let present = 0;
  for (const value of values) {
    sum += value;
    if (value !== 0) present += 1;
  }
  values.sort();
  const middle = size >> 1;
  const upper = values[middle] ?? 0;
  const median = size % 2 === 1 ? upper : ((values[middle - 1] ?? upper) + upper) / 2;
  return { mean: size === 0 ? 0 : sum / size, median, presence: size === 0 ? 0 : present / size };
}

function styleOfText(excerpt: string): Float64Array {
  const text = canonicalText(excerpt);
  return styleOf(text, tokenize(text), splitLines(text));
}
