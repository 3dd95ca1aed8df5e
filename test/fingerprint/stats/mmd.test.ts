import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { FingerprintError } from '../../../src/fingerprint/errors.js';
import { mmdAggregatedTest, mmdTest } from '../../../src/fingerprint/stats/index.js';
import { resamplingRandom } from '../../../src/fingerprint/stats/resampling-random.js';
import { expectCalibrated, expectNearExact, randomText } from './calibration.js';

interface Case {
  name: string;
  listed: string[][];
  released: string[][];
  length: number;
  kernel: 'hamming' | 'spectrum';
  gram: number;
  statistic: 'u' | 'v';
  value: number;
  prompts: number;
  exactP?: number;
}

const cases = JSON.parse(readFileSync(new URL('./fixtures/mmd.json', import.meta.url), 'utf8')) as Case[];
const words = ['the', 'a', 'model', 'answers', 'well', 'great', 'no', 'yes', 'question', '😀'];
const kernels = [{ kernel: 'hamming' }, { kernel: 'spectrum', gram: 2 }] as const;

describe('mmdTest', () => {
  it.each(cases)('matches the definition: $name, $kernel $gram, $statistic', (c) => {
    const result = mmdTest({ ...c, permutations: 2000, seed: 'fixture' });
    expect(Math.abs(result.statistic - c.value)).toBeLessThanOrEqual(1e-10);
    expect(result.prompts).toBe(c.prompts);
    expect(result.skippedPrompts).toBe(c.listed.length - c.prompts);
    if (c.exactP !== undefined) expectNearExact(result.pValue, c.exactP, 2000);
    // The sides are interchangeable.
    const swapped = mmdTest({ ...c, listed: c.released, released: c.listed, permutations: 50, seed: 's' });
    expect(Math.abs(swapped.statistic - c.value)).toBeLessThanOrEqual(1e-10);
  });

  it('gives one p-value for U and V when all sizes are equal', () => {
    const random = resamplingRandom('equal sizes');
    for (let run = 0; run < 25; run += 1) {
      const side = (count: number): string[][] =>
        Array.from({ length: 3 }, () => Array.from({ length: 3 }, () => randomText(random, words, count)));
      const data = { listed: side(2), released: side(3), permutations: 200, seed: `${run}`, length: 20 };
      for (const kernel of ['hamming', 'spectrum'] as const) {
        const u = mmdTest({ ...data, kernel, statistic: 'u' });
        const v = mmdTest({ ...data, kernel, statistic: 'v' });
        expect(u.pValue).toBe(v.pValue);
      }
    }
  });

  it('keeps its level under the null with unequal sizes, for both statistics and kernels', () => {
    for (const kernel of ['hamming', 'spectrum'] as const) {
      for (const statistic of ['u', 'v'] as const) {
        expectCalibrated(
          400,
          (random, run) => {
            const side = (sizes: number[]): string[][] =>
              sizes.map((k, p) => Array.from({ length: k }, () => randomText(random, words, 6 + p)));
            return mmdTest({
              listed: side([2, 5, 4]),
              released: side([6, 3, 2]),
              kernel,
              statistic,
              length: 60,
              permutations: 79,
              seed: `${run}`,
            }).pValue;
          },
          { exact: true },
        );
      }
    }
  });

  it('finds a difference, and only within prompts', () => {
    const random = resamplingRandom('power');
    const side = (vocabulary: string[]): string[][] =>
      Array.from({ length: 6 }, () => Array.from({ length: 5 }, () => randomText(random, vocabulary, 12)));
    const options = {
      kernel: 'spectrum',
      statistic: 'u',
      length: 100,
      permutations: 500,
      seed: 'x',
    } as const;
    expect(mmdTest({ listed: side(words), released: side(words.slice(3)), ...options }).pValue).toBe(1 / 501);
    // Prompts that differ from each other are no difference between the sides.
    const answers = words.map((word) => [`${word}!`, `${word}!`, `${word}!`]);
    expect(mmdTest({ listed: answers, released: answers, ...options }).pValue).toBe(1);
  });

  it('gives the documented answers in degenerate cases', () => {
    const options = { kernel: 'hamming', statistic: 'u', length: 2, permutations: 300, seed: 'x' } as const;
    expect(mmdTest({ listed: [['aa', 'aa']], released: [['bb', 'bb']], ...options }).statistic).toBe(2);
    const none = { statistic: 0, pValue: 1, prompts: 0, permutations: 300 };
    expect(mmdTest({ listed: [], released: [], ...options })).toEqual({ ...none, skippedPrompts: 0 });
    expect(mmdTest({ listed: [['a']], released: [['b', 'c']], ...options })).toEqual({
      ...none,
      skippedPrompts: 1,
    });
    expect(mmdTest({ listed: [['a']], released: [['b']], ...options, statistic: 'v' }).pValue).toBe(1);
    expect(mmdTest({ listed: [['a', 'a']], released: [['a', 'a', 'a']], ...options }).pValue).toBe(1);
    expect(mmdTest({ listed: [['', '']], released: [['', '']], ...options }).statistic).toBe(0);
  });

  it('names what is wrong with its arguments', () => {
    const options = { kernel: 'hamming', statistic: 'u', length: 2, permutations: 3, seed: 'x' } as const;
    expect(() => mmdTest({ listed: [[]], released: [], ...options })).toThrow(FingerprintError);
    expect(() => mmdTest({ listed: [], released: [], ...options, length: 0 })).toThrow(/length/);
    expect(() => mmdTest({ listed: [], released: [], ...options, permutations: 1.5 })).toThrow(
      /permutations/,
    );
    expect(() => mmdTest({ listed: [], released: [], ...options, gram: 0 })).toThrow(/gram/);
    expect(() => mmdAggregatedTest({ listed: [], released: [], ...options, kernels: [] })).toThrow(/kernel/);
  });

  it('does not change from one version or platform to the next', () => {
    const data = { listed: [['ab', 'ba', 'aa']], released: [['bb', 'ab', 'b']], length: 2, seed: 'pinned' };
    const run = mmdTest({ ...data, kernel: 'hamming', statistic: 'u', permutations: 999 });
    expect(run).toEqual({
      statistic: 0,
      pValue: 0.51,
      permutations: 999,
      prompts: 1,
      skippedPrompts: 0,
    });
  });
});

describe('mmdAggregatedTest', () => {
  it.each(['max', 'mean'] as const)('keeps its level under the null with unequal sizes (%s)', (combine) => {
    expectCalibrated(
      400,
      (random, run) => {
        const side = (sizes: number[]): string[][] =>
          sizes.map((k) => Array.from({ length: k }, () => randomText(random, words, 7)));
        const data = { listed: side([2, 5]), released: side([6, 3]), length: 50, permutations: 79 };
        return mmdAggregatedTest({ ...data, kernels, combine, seed: `${run}` }).pValue;
      },
      { exact: true },
    );
  });

  it('reports each kernel exactly as mmdTest does, and is mmdTest with one kernel', () => {
    const { listed, released, length } = cases[6] ?? { listed: [], released: [], length: 1 };
    const data = { listed, released, length, permutations: 200, seed: 'same', statistic: 'u' } as const;
    const both = mmdAggregatedTest({ ...data, kernels });
    const singles = kernels.map((k) => mmdTest({ ...data, ...k }));
    expect(both.kernels).toEqual(singles.map(({ statistic, pValue }) => ({ statistic, pValue })));
    const one = mmdAggregatedTest({ ...data, kernels: [kernels[1]] });
    expect(one.pValue).toBe(singles[1]?.pValue);
  });

  it('takes the better of two kernels without a correction, and stays flat where there is nothing', () => {
    const data = { listed: [['aa', 'aa', 'aa']], released: [['bb', 'bb', 'bb']], length: 2, seed: 'x' };
    const both = mmdAggregatedTest({ ...data, kernels, permutations: 400 });
    expectNearExact(both.pValue, 2 / 20, 400);
    const same = { ...data, released: data.listed };
    expect(mmdAggregatedTest({ ...same, kernels })).toMatchObject({ statistic: 0, pValue: 1 });
  });
});
