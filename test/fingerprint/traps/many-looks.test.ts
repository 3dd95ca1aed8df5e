import { describe, it } from 'vitest';
import { Mixture } from '../../../src/fingerprint/betting/mixture.js';
import { RankBets } from '../../../src/fingerprint/betting/rank-bets.js';
import { eBH, epochAlpha } from '../../../src/fingerprint/index.js';
import { NumberStore } from '../../../src/fingerprint/number-store.js';
import { ALPHA, count, show } from './null-runs.js';

const RUNS = 500;
const TRIALS = 100;

/** The engine's style bets and their mixture, on numbers that are the same on both sides: 100 times as fast as texts. */
class StyleBets {
  readonly #bets: RankBets;
  readonly #mixture: Mixture;
  /** Each feature's bets by themselves. */
  readonly #alone: readonly Mixture[];
  readonly #payoffs: Float64Array;

  constructor(features: number) {
    const store = new NumberStore();
    this.#bets = new RankBets(store, features);
    this.#mixture = new Mixture(store, new Float64Array(features).fill(1 / features));
    this.#alone = Array.from({ length: features }, () => new Mixture(new NumberStore(), Float64Array.of(1)));
    this.#payoffs = new Float64Array(features);
  }

  play(random: () => number): void {
    const values = (): Float64Array => this.#payoffs.map(() => random());
    const pair = { listed: values(), released: values() };
    this.#payoffs.fill(0);
    this.#bets.addPayoffs(pair, 1, this.#payoffs, 0);
    this.#mixture.bet(this.#payoffs);
    this.#alone.forEach((mixture, f) => {
      mixture.bet(this.#payoffs.subarray(f, f + 1));
    });
    this.#bets.learn(pair, 1);
  }

  /** The e-value of the mixture, whose weights were fixed before. */
  eValue(): number {
    return Math.exp(this.#mixture.logE());
  }

  /** The e-value of each single feature. */
  each(): number[] {
    return this.#alone.map((mixture) => Math.exp(mixture.logE()));
  }
}

/** Whether anything in `looks` ever says true in a run of null trials; one count a look. */
function everAlarms<K extends string>(
  seed: number,
  start: () => { readonly next: (random: () => number) => void; readonly looks: Record<K, () => boolean> },
): Record<K, number> {
  const totals: Partial<Record<K, number>> = {};
  count(RUNS, seed, (random) => {
    const { next, looks } = start();
    const open = new Set(Object.keys(looks) as K[]);
    for (const name of open) totals[name] ??= 0;
    for (let t = 0; t < TRIALS; t += 1) {
      next(random);
      for (const name of open) {
        if (!looks[name]()) continue;
        totals[name] = (totals[name] ?? 0) + 1;
        open.delete(name);
      }
    }
    return true;
  });
  return totals as Record<K, number>;
}

/*
 * Twenty features that vary on their own, each a configuration that one could have chosen. A mixture that took the
 * largest e-value instead of the mean would alarm like the wrong way.
 */
describe('trap 6: the best of 20 configurations', () => {
  it('alarming when any of 20 crosses alarms in a quarter of runs or more; their mixture, or an epoch each, keeps to alpha', async ({
    annotate,
  }) => {
    const alarmed = everAlarms(6, () => {
      const bets = new StyleBets(20);
      const crossed = (e: number, alpha: number): boolean => e * alpha >= 1;
      return {
        next: (random) => bets.play(random),
        looks: {
          any: () => bets.each().some((e) => crossed(e, ALPHA)),
          mixture: () => crossed(bets.eValue(), ALPHA),
          epochs: () => bets.each().some((e, k) => crossed(e, epochAlpha(ALPHA, k + 1))),
        },
      };
    });
    await show(annotate, {
      runs: RUNS,
      wrong: { 'the best of 20': { alarms: alarmed.any, atLeast: 0.25 } },
      sound: {
        'ours, a mixture with weights fixed before': alarmed.mixture,
        'ours, another configuration opens epoch k with level 6α/(π²k²)': alarmed.epochs,
      },
    });
  });
});

describe('trap 7: peak values pooled', () => {
  it('multiplying ten watchers’ running maxima alarms in most runs; current values multiplied, averaged or in e-BH keep to alpha', async ({
    annotate,
  }) => {
    const product = (values: readonly number[]): number => values.reduce((a, b) => a * b, 1);
    const alarmed = everAlarms(7, () => {
      const watchers = Array.from({ length: 10 }, () => new StyleBets(2));
      const peaks = watchers.map(() => 1);
      let now: readonly number[] = peaks;
      return {
        next: (random) => {
          for (const watcher of watchers) watcher.play(random);
          now = watchers.map((watcher) => watcher.eValue());
          now.forEach((e, w) => {
            peaks[w] = Math.max(peaks[w] ?? 1, e);
          });
        },
        looks: {
          peaks: () => product(peaks) * ALPHA >= 1,
          product: () => product(now) * ALPHA >= 1,
          mean: () => now.reduce((a, b) => a + b, 0) * ALPHA >= now.length,
          eBH: () => eBH(now, ALPHA).includes(true),
        },
      };
    });
    await show(annotate, {
      runs: RUNS,
      wrong: { 'the product of the peaks': { alarms: alarmed.peaks, atLeast: 0.4 } },
      sound: {
        'ours, the product of current values': alarmed.product,
        'ours, their mean': alarmed.mean,
        'ours, e-BH on current values': alarmed.eBH,
      },
    });
  });
});
