import { describe, expect, it } from 'vitest';
import { RunningMeans } from '../../../src/fingerprint/findings/running-means.js';
import { NumberStore } from '../../../src/fingerprint/number-store.js';
import { runningMeanSequence } from '../../../src/fingerprint/stats/index.js';
import { uniform } from '../_util/answers.js';

/** One quantity that saw these values, as a fold keeps it. */
function meansOf(values: readonly number[]): RunningMeans {
  const means = new RunningMeans(new NumberStore(), 1);
  for (const value of values) means.add(Float64Array.of(value));
  return means;
}

/** Values of 0, ½ and 1 with this mean, `ties` of them ½. */
function wins(count: number, share: number, ties = 0.2): number[] {
  const random = uniform(count);
  return Array.from({ length: count }, () => (random() < ties ? 0.5 : random() < share ? 1 : 0));
}

/** The fewest trials, evenly won and lost and this share tied, after which the mean is known to ± 0.1. */
function trialsUntilWithin(ties: number): number {
  const means = new RunningMeans(new NumberStore(), 1);
  let trials = 0;
  let tied = 0;
  while (!means.isWithin(0, 0.05, 0.1)) {
    trials += 1;
    const tie = tied < ties * trials;
    if (tie) tied += 1;
    means.add(Float64Array.of(tie ? 0.5 : (trials - tied) % 2));
  }
  return trials;
}

describe('the running means of a fold', () => {
  it('bound what runningMeanSequence bounds, exactly for wins, losses and ties', () => {
    for (const values of [wins(15, 1, 0), wins(40, 0.8), wins(300, 0.5), wins(60, 0.1, 0.9)]) {
      const { low, high } = meansOf(values).interval(0, 0.05);
      const sequence = runningMeanSequence(values);
      expect(low).toBeCloseTo(sequence.low, 10);
      expect(high).toBeCloseTo(sequence.high, 10);
    }
  });

  it('never claim more than it from trials with several released answers', () => {
    const random = uniform(3);
    const values = Array.from({ length: 200 }, () => Math.floor(random() * 5) / 4);
    const { low, high } = meansOf(values).interval(0, 0.05);
    const sequence = runningMeanSequence(values);
    expect(low).toBeLessThan(sequence.low);
    expect(high).toBeGreaterThan(sequence.high);
    expect(high - low).toBeLessThan(0.35);
  });

  it('lie within a margin exactly when the interval does', () => {
    for (const count of [100, 280, 400, 900]) {
      const means = meansOf(wins(count, 0.52, 0.1));
      const { low, high } = means.interval(0, 0.05);
      for (const margin of [0.03, 0.08, 0.1, 0.12, 0.2]) {
        expect(means.isWithin(0, 0.05, margin)).toBe(low >= 0.5 - margin && high <= 0.5 + margin);
      }
    }
  });

  it('foresee that chance leads shrink and real ones stay', () => {
    const coins = new RunningMeans(new NumberStore(), 40);
    const biased = new RunningMeans(new NumberStore(), 40);
    const random = uniform(5);
    for (let t = 0; t < 100; t += 1) {
      coins.add(Float64Array.from({ length: 40 }, () => (random() < 0.5 ? 1 : 0)));
      biased.add(Float64Array.from({ length: 40 }, (_, i) => (random() < (i === 0 ? 0.75 : 0.5) ? 1 : 0)));
    }
    const within = (means: RunningMeans, count: number): boolean[] =>
      Array.from({ length: 40 }, (_, i) => means.isWithinAt(count, i, 0.05, 0.1));
    expect(within(coins, 100)).not.toContain(true);
    expect(within(coins, 250)).not.toContain(true);
    expect(within(coins, 800)).not.toContain(false);
    expect(within(biased, 100_000).indexOf(false)).toBe(0);
    expect(within(biased, 100_000).lastIndexOf(false)).toBe(0);
  });

  it('foresee an even stream exactly', () => {
    const even = (count: number): number[] =>
      Array.from({ length: count }, (_, t) => [0, 0.5, 1, 0.5][t % 4] ?? 0);
    const [now, later] = [meansOf(even(100)), meansOf(even(160))];
    for (const margin of [0.09, 0.095, 0.1, 0.105, 0.11]) {
      expect(now.isWithinAt(160, 0, 0.05, margin)).toBe(later.isWithin(0, 0.05, margin));
    }
  });

  it('have an e-value of 1/alpha where the interval at alpha begins to exclude one half', () => {
    for (const values of [wins(12, 1, 0), wins(30, 0.9), wins(80, 0.2)]) {
      const means = meansOf(values);
      const e = means.evidence(0);
      expect(e).toBeGreaterThan(1);
      const [wider, narrower] = [means.interval(0, 0.999 / e), means.interval(0, 1.001 / e)];
      expect(wider.low < 0.5 && wider.high > 0.5).toBe(true);
      expect(narrower.low > 0.5 || narrower.high < 0.5).toBe(true);
    }
  });

  it('know an even feature to ± 0.1 after about 300 trials, sooner with ties', () => {
    expect(trialsUntilWithin(0)).toBeGreaterThan(280);
    expect(trialsUntilWithin(0)).toBeLessThan(320);
    expect(trialsUntilWithin(0.5)).toBeLessThan(160);
  });

  it('say nothing before the first trial', () => {
    const means = meansOf([]);
    expect(means.interval(0, 0.05)).toEqual({ estimate: 0.5, low: 0, high: 1 });
    expect(means.isWithin(0, 0.05, 0.1)).toBe(false);
    expect(means.evidence(0)).toBeLessThanOrEqual(1);
  });
});
