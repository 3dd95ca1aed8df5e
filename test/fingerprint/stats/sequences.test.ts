import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { confidenceSequence, runningMeanSequence } from '../../../src/fingerprint/stats/index.js';
import { resamplingRandom } from '../../../src/fingerprint/stats/resampling-random.js';
import { unit } from './calibration.js';

interface Case {
  name: string;
  values: number[];
  betting: [number, number];
  running: [number, number];
}

const cases = JSON.parse(
  readFileSync(new URL('./fixtures/sequences.json', import.meta.url), 'utf8'),
) as Case[];

/** The share of runs in which the interval ever misses what it should hold. */
function missRate(
  runs: number,
  sequence: typeof confidenceSequence,
  draw: () => { values: number[]; truth: (t: number) => number },
): number {
  let misses = 0;
  for (let run = 0; run < runs; run += 1) {
    const { values, truth } = draw();
    const { lows, highs } = sequence(values, { alpha: 0.1 });
    if (values.some((_, t) => truth(t) < (lows[t] ?? 0) || truth(t) > (highs[t] ?? 1))) misses += 1;
  }
  return misses / runs;
}

function constantMean(seed: string): () => { values: number[]; truth: () => number } {
  const random = resamplingRandom(seed);
  return () => ({
    values: Array.from({ length: 300 }, () => (unit(random) < 0.3 ? 1 : unit(random) < 0.5 ? 0.5 : 0)),
    truth: () => 0.3 + 0.7 * 0.5 * 0.5,
  });
}

/** The mean goes from 0.2 to 0.8: what a model that is retrained meanwhile does. */
function driftingMean(seed: string): () => { values: number[]; truth: (t: number) => number } {
  const random = resamplingRandom(seed);
  const mean = (t: number): number => (t < 150 ? 0.2 : 0.8);
  return () => ({
    values: Array.from({ length: 300 }, (_, t) => (unit(random) < mean(t) ? 1 : 0)),
    truth: (t) => (t < 150 ? 0.2 : 0.8 - (0.6 * 150) / (t + 1)),
  });
}

describe('confidence sequences', () => {
  it.each(cases)('match an independent implementation: $name', ({ values, betting, running }) => {
    const own = confidenceSequence(values);
    expect([own.low, own.high]).toEqual(betting);
    const mean = runningMeanSequence(values);
    expect(mean.low).toBeCloseTo(running[0], 9);
    expect(mean.high).toBeCloseTo(running[1], 9);
    expect(own.lows).toHaveLength(values.length);
    expect(mean.highs).toHaveLength(values.length);
  });

  it('hold at all times together under a constant mean', () => {
    expect(missRate(300, confidenceSequence, constantMean('betting'))).toBeLessThanOrEqual(0.1);
    expect(missRate(300, runningMeanSequence, constantMean('running'))).toBeLessThanOrEqual(0.1);
  });

  it('part where the mean drifts: the running mean stays covered, the betting sequence loses it', () => {
    expect(missRate(200, runningMeanSequence, driftingMean('drift'))).toBeLessThanOrEqual(0.1);
    expect(missRate(200, confidenceSequence, driftingMean('drift'))).toBeGreaterThan(0.5);
  });

  it('scale to another range and start from all of it', () => {
    const values = cases[1]?.values ?? [];
    const scaled = values.map((x) => 20 * x - 10);
    for (const sequence of [confidenceSequence, runningMeanSequence]) {
      const plain = sequence(values);
      const wide = sequence(scaled, { range: [-10, 10] });
      expect(wide.low).toBeCloseTo(20 * plain.low - 10, 9);
      expect(wide.high).toBeCloseTo(20 * plain.high - 10, 9);
      expect(sequence([])).toMatchObject({ estimate: 0.5, low: 0, high: 1 });
      expect(() => sequence([2])).toThrow(/outside/);
      expect(() => sequence([NaN])).toThrow(/outside/);
      expect(() => sequence([0], { alpha: 0 })).toThrow(/alpha/);
      expect(() => sequence([0], { range: [1, 1] })).toThrow(/range/);
    }
  });

  it('do not overflow on long certain streams', () => {
    const ones = new Array<number>(5000).fill(1);
    const betting = confidenceSequence(ones);
    expect(betting.low).toBeGreaterThan(0.99);
    expect(betting.high).toBe(1);
    expect(runningMeanSequence(ones).low).toBeGreaterThan(0.99);
  });
});
