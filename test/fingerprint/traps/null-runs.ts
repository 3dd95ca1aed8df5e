import { expect } from 'vitest';
import {
  type CompleteTrial,
  createFold,
  defaultDefinition,
  type EngineDefinition,
  extractFeatures,
  type FeatureFold,
  type TrialFeatures,
} from '../../../src/fingerprint/index.js';
import { uniform } from '../_util/answers.js';

/** The level of every trap. Large, so that few runs tell a broken guard from a sound one. */
export const ALPHA = 0.05;

/** With a margin that nothing fits: these tests don't ask for equivalence, and checking for it costs time. */
export const definition: EngineDefinition = { ...defaultDefinition(ALPHA), equivalenceMargin: 1e-6 };

/** Prints a figure under the test's name in the verbose report. */
export type Annotate = (message: string) => Promise<unknown>;

/** How many of `runs` runs alarm at most if each does with chance `alpha`; exceeded by chance once in 10,000. */
export function mostByChance(runs: number, alpha: number): number {
  let chance = (1 - alpha) ** runs;
  let below = chance;
  let count = 0;
  while (below < 1 - 1e-4) {
    chance *= ((runs - count) * alpha) / ((count + 1) * (1 - alpha));
    count += 1;
    below += chance;
  }
  return count;
}

/** How many of `runs` runs, each with random numbers of its own, end with true. */
export function count(runs: number, seed: number, run: (random: () => number) => boolean): number {
  let total = 0;
  for (let i = 0; i < runs; i += 1) if (run(uniform(seed * 100_003 + i))) total += 1;
  return total;
}

/** False alarms in `runs` null runs, by what raised them. */
export interface Shown {
  readonly runs: number;
  /** The wrong ways, each with the share of runs that shows it to be wrong; a broken guard would reach it too. */
  readonly wrong?: Readonly<Record<string, { readonly alarms: number; readonly atLeast: number }>>;
  /** Ours, and controls. */
  readonly sound: Readonly<Record<string, number>>;
}

/** Prints and asserts: what is sound within its binomial bound at alpha, the wrong ways grossly above it. */
export async function show(annotate: Annotate, { runs, wrong = {}, sound }: Shown): Promise<void> {
  const most = mostByChance(runs, ALPHA);
  const figure = (alarms: number): string =>
    `${((100 * alarms) / runs).toFixed(1)} % of ${runs} null runs alarm`;
  for (const [name, { alarms }] of Object.entries(wrong)) await annotate(`WRONG ${name}: ${figure(alarms)}`);
  for (const [name, alarms] of Object.entries(sound)) await annotate(`${name}: ${figure(alarms)}`);
  await annotate(`at a level of ${100 * ALPHA} % chance allows ${((100 * most) / runs).toFixed(1)} %`);
  for (const [name, { alarms, atLeast }] of Object.entries(wrong)) {
    expect(atLeast * runs, name).toBeGreaterThan(2 * most);
    expect(alarms, name).toBeGreaterThanOrEqual(atLeast * runs);
  }
  for (const [name, alarms] of Object.entries(sound)) expect(alarms, name).toBeLessThanOrEqual(most);
}

const SYLLABLES = 'ba do fi ku la me no pa ri su ta ve'.split(' ');

/** A short answer in many different words: features cost time per letter, validity does not depend on length. */
export function wordyAnswer(random: () => number): string {
  const pick = (): string => SYLLABLES[Math.floor(random() * SYLLABLES.length)] ?? '';
  const words = Array.from({ length: 4 + Math.floor(random() * 8) }, () => pick() + pick() + pick());
  return `${words.join(' ')}${random() < 0.2 ? '!' : '.'}`;
}

/** A model that picks each answer from a fixed list, so that features are computed once for each pair. */
export class Model {
  readonly texts: readonly string[];
  readonly #features: Map<string, TrialFeatures> = new Map();

  constructor(texts: readonly string[]) {
    this.texts = texts;
  }

  static of(seed: number, size: number): Model {
    const random = uniform(seed);
    return new Model(Array.from({ length: size }, () => wordyAnswer(random)));
  }

  draw(random: () => number): string {
    return this.texts[Math.floor(random() * this.texts.length)] ?? '';
  }

  features(listed: string, ...released: readonly string[]): TrialFeatures {
    const key = JSON.stringify([listed, released]);
    const known = this.#features.get(key);
    if (known !== undefined) return known;
    const features = extractFeatures(definition, complete(listed, ...released));
    this.#features.set(key, features);
    return features;
  }
}

/** The same trial for the style features' bets alone: 20 times as fast, for long runs. */
export function styleOnly(trial: TrialFeatures): TrialFeatures {
  return { ...trial, pairs: trial.pairs.map(() => null) };
}

export function complete(listed: string, ...released: readonly string[]): CompleteTrial {
  return { kind: 'complete', suite: 's', promptId: 'p', prompt: 'Prompt', listed, released };
}

/** Plays up to `trials` trials until the fold alarms; `next` folds one. Tells whether it did. */
export function alarms(trials: number, next: (fold: FeatureFold) => void): boolean {
  const fold = createFold(definition);
  for (let i = 0; i < trials && fold.status().alarmAtTrial === null; i += 1) next(fold);
  return fold.status().alarmAtTrial !== null;
}
