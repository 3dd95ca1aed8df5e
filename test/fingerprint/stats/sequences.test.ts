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

/** The next value of a stream and its mean, given what came before: t values and their sum. */
type Draw = (uniform: () => number, t: number, sum: number) => { mean: number; value: number };

function coin(mean: (t: number, sum: number) => number): Draw {
  return (uniform, t, sum) => ({ mean: mean(t, sum), value: uniform() < mean(t, sum) ? 1 : 0 });
}

const constant: Draw = (uniform) => {
  const u = uniform();
  return { mean: 0.475, value: u < 0.3 ? 1 : u < 0.65 ? 0.5 : 0 };
};

const drifting: Record<string, Draw> = {
  'half at 0.1, then half at 0.9': coin((t) => (t < 150 ? 0.1 : 0.9)),
  'half at 0.9, then never': coin((t) => (t < 150 ? 0.9 : 0)),
  'in turns 0.1 and 0.9': coin((t) => (t % 2 === 0 ? 0.1 : 0.9)),
  'following the past': coin((t, sum) => (sum > t / 2 ? 0.9 : 0.1)),
  'against the past': coin((t, sum) => (sum > t / 2 ? 0.1 : 0.9)),
  skewed: (uniform, t) => {
    const scale = t % 100 < 50 ? 1 : 0.2;
    return { mean: scale / 8, value: scale * uniform() ** 7 };
  },
  'nearly always tied': (uniform, t) => {
    const u = uniform();
    const high = t < 200 ? 0.05 : 0.01;
    return { mean: 0.5 + high / 2 - 0.01, value: u < high ? 1 : u < high + 0.02 ? 0 : 0.5 };
  },
};

/** In how many of `runs` streams of 300 values the interval at alpha 0.1 ever misses the mean of the means. */
function misses(runs: number, sequence: typeof confidenceSequence, draw: Draw): number {
  const random = resamplingRandom('streams');
  const uniform = (): number => unit(random);
  let missed = 0;
  for (let run = 0; run < runs; run += 1) {
    const values: number[] = [];
    const truths: number[] = [];
    let [sum, means] = [0, 0];
    for (let t = 0; t < 300; t += 1) {
      const { mean, value } = draw(uniform, t, sum);
      values.push(value);
      sum += value;
      means += mean;
      truths.push(means / (t + 1));
    }
    const { lows, highs } = sequence(values, { alpha: 0.1 });
    if (truths.some((truth, t) => truth < (lows[t] ?? 0) || truth > (highs[t] ?? 1))) missed += 1;
  }
  return missed;
}

/** As many of `runs` as an event of probability 0.1 reaches once in a thousand times. */
function mostMisses(runs: number): number {
  return 0.1 * runs + 3.09 * Math.sqrt(runs * 0.09);
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
    expect(misses(100, confidenceSequence, constant)).toBeLessThanOrEqual(mostMisses(100));
    expect(misses(100, runningMeanSequence, constant)).toBeLessThanOrEqual(mostMisses(100));
  });

  it.each(Object.entries(drifting))('of the running mean hold when the means drift: %s', (_, draw) => {
    expect(misses(100, runningMeanSequence, draw)).toBeLessThanOrEqual(mostMisses(100));
  });

  it('of a constant mean do not', () => {
    const draw = drifting['half at 0.1, then half at 0.9'] ?? constant;
    expect(misses(60, confidenceSequence, draw)).toBeGreaterThan(30);
  });

  it('are certain early: 15 of 15 lie above 0.65 at a level shared among several', () => {
    const ones = new Array<number>(15).fill(1);
    expect(runningMeanSequence(ones).low).toBeGreaterThan(0.74);
    expect(runningMeanSequence(ones, { alpha: 0.01 }).low).toBeGreaterThan(0.66);
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
