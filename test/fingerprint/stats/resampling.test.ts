import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import {
  eBH,
  featureTests,
  holm,
  logProbTest,
  mannWhitneyTest,
  signFlipTest,
  wordLogOdds,
} from '../../../src/fingerprint/stats/index.js';
import { permutationPValue } from '../../../src/fingerprint/stats/permutation-p-value.js';
import { resamplingRandom } from '../../../src/fingerprint/stats/resampling-random.js';
import { expectCalibrated, expectNearExact, unit } from './calibration.js';

interface Fixtures {
  mannWhitney: {
    listed: number[][];
    released: number[][];
    statistic: number;
    superiority: number;
    exactP: number;
  }[];
  signFlip: { differences: number[]; mean: number; exactP: number };
  logProb: {
    listed: Record<string, number>[][];
    released: Record<string, number>[][];
    statistic: number;
    exactP: number;
  };
  words: { word: string; listed: number; released: number; logOdds: number; z: number }[];
  holm: { p: number[]; adjusted: number[] };
  eBH: { e: number[]; q: number; rejected: boolean[] };
  stream: { seed: string; words: number[] };
}

const fixtures = JSON.parse(
  readFileSync(new URL('./fixtures/tests.json', import.meta.url), 'utf8'),
) as Fixtures;
const toMaps = (side: Record<string, number>[][]): Map<string, number>[][] =>
  side.map((answers) => answers.map((answer) => new Map(Object.entries(answer))));

describe('resamplingRandom', () => {
  it('is sfc32 from SHA-256 of the seed, and draws evenly below a bound', () => {
    const { seed, words } = fixtures.stream;
    const random = resamplingRandom(seed);
    expect(words.map(() => random.uint32())).toEqual(words);
    const counts = [0, 0, 0, 0, 0];
    for (let i = 0; i < 5000; i += 1) counts[random.below(5)]! += 1;
    for (const count of counts) expect(Math.abs(count - 1000)).toBeLessThan(110);
    expect(random.below(1)).toBe(0);
  });
});

describe('permutationPValue', () => {
  it('counts ties and near-ties as reached and is never 0', () => {
    expect(permutationPValue([3, 1, 3, 2])).toBe(0.5);
    expect(permutationPValue([9n, 1n, 2n])).toBe(1 / 3);
    expect(permutationPValue([1, 1 - 1e-15, 0], 1e-12)).toBe(2 / 3);
    expect(permutationPValue([])).toBe(1);
  });
});

describe('mannWhitneyTest', () => {
  it('matches SciPy and the enumeration of all labellings', () => {
    for (const c of fixtures.mannWhitney) {
      const result = mannWhitneyTest(c, { permutations: 4000, seed: 'fixture' });
      expect(result.statistic).toBe(c.statistic);
      expect(result.superiority).toBeCloseTo(c.superiority, 12);
      expectNearExact(result.pValue, c.exactP, 4000);
      const swapped = mannWhitneyTest({ listed: c.released, released: c.listed }, { seed: 's' });
      expect(swapped.statistic).toBe(-c.statistic);
    }
  });

  it('keeps its level under the null with ties, skew and unequal sizes', () => {
    expectCalibrated(
      600,
      (random, run) => {
        const side = (sizes: number[]): number[][] =>
          sizes.map((k, p) => Array.from({ length: k }, () => Math.floor(p + 30 * unit(random) ** 4)));
        const values = { listed: side([3, 8, 2]), released: side([9, 2, 6]) };
        return mannWhitneyTest(values, { permutations: 79, seed: `${run}` }).pValue;
      },
      { exact: true },
    );
  });

  it('gives the documented answers in degenerate cases', () => {
    const options = { permutations: 600, seed: 'x' };
    const worked = mannWhitneyTest({ listed: [[3, 4]], released: [[1, 2]] }, options);
    expect(worked).toMatchObject({ superiority: 1, statistic: 4 });
    expectNearExact(worked.pValue, 1 / 3, 600);
    const nothing = { superiority: 0.5, statistic: 0, pValue: 1 };
    expect(mannWhitneyTest({ listed: [], released: [] }, options)).toMatchObject(nothing);
    expect(mannWhitneyTest({ listed: [[1]], released: [[]] }, options)).toMatchObject(nothing);
    expect(mannWhitneyTest({ listed: [[7, 7]], released: [[7]] }, options)).toMatchObject(nothing);
    const infinite = { listed: [[Infinity, Infinity]], released: [[-Infinity, 0]] };
    expect(mannWhitneyTest(infinite, options)).toMatchObject({ superiority: 1 });
    expect(() => mannWhitneyTest({ listed: [[NaN]], released: [[1]] }, options)).toThrow(/not a number/);
    expect(() => mannWhitneyTest({ listed: [[1]], released: [] }, options)).toThrow(/pair up/);
  });
});

describe('signFlipTest', () => {
  it('matches the exact test of SciPy, whatever the order of adding', () => {
    const { differences, mean, exactP } = fixtures.signFlip;
    for (const order of [differences, differences.toReversed(), differences.toSorted((a, b) => a - b)]) {
      const result = signFlipTest(order, { permutations: 6000, seed: 'fixture' });
      expect(result.mean).toBeCloseTo(mean, 12);
      expectNearExact(result.pValue, exactP, 6000);
    }
  });

  it('keeps its level under a skewed null', () => {
    expectCalibrated(
      600,
      (random, run) => {
        const pairs = Array.from({ length: 40 }, () => unit(random) ** 5 - unit(random) ** 5);
        return signFlipTest(pairs, { permutations: 79, seed: `${run}` }).pValue;
      },
      { exact: true },
    );
  });

  it('gives the documented answers in degenerate cases', () => {
    const options = { permutations: 800, seed: 'x' };
    expectNearExact(signFlipTest([1, 2, 3], options).pValue, 1 / 4, 800);
    expect(signFlipTest([], options)).toMatchObject({ mean: 0, pValue: 1 });
    expect(signFlipTest([0, 0], options)).toMatchObject({ mean: 0, pValue: 1 });
    expect(() => signFlipTest([Infinity], options)).toThrow(/finite/);
  });
});

describe('logProbTest', () => {
  const listed = toMaps(fixtures.logProb.listed);
  const released = toMaps(fixtures.logProb.released);

  it('matches the definition and the enumeration of all labellings', () => {
    const result = logProbTest({ listed, released }, { permutations: 4000, seed: 'fixture' });
    expect(Math.abs(result.statistic - fixtures.logProb.statistic)).toBeLessThan(1e-10);
    expectNearExact(result.pValue, fixtures.logProb.exactP, 4000);
    const swapped = logProbTest({ listed: released, released: listed }, { seed: 's' });
    expect(Math.abs(swapped.statistic - fixtures.logProb.statistic)).toBeLessThan(1e-10);
  });

  it('keeps its level under the null with unequal sizes and tokens that come and go', () => {
    expectCalibrated(
      500,
      (random, run) => {
        const answer = (): Map<string, number> =>
          new Map(
            ['a', 'b', 'c', 'd', 'e']
              .map((token, i): [string, number] => [token, -i - unit(random)])
              .toSorted((x, y) => y[1] + unit(random) - x[1] - unit(random))
              .slice(0, 3),
          );
        const side = (sizes: number[]): Map<string, number>[][] =>
          sizes.map((k) => Array.from({ length: k }, answer));
        const samples = { listed: side([2, 4]), released: side([7, 3]) };
        return logProbTest(samples, { permutations: 79, seed: `${run}` }).pValue;
      },
      { exact: true },
    );
  });

  it('gives the documented answers in degenerate cases', () => {
    const map = (a: number): Map<string, number> => new Map([['a', a]]);
    const options = { permutations: 600, seed: 'x' };
    const worked = logProbTest({ listed: [[map(-1), map(-1)]], released: [[map(-3), map(-3)]] }, options);
    expect(worked.statistic).toBe(2);
    expectNearExact(worked.pValue, 1 / 3, 600);
    const nothing = { statistic: 0, pValue: 1, prompts: 0 };
    expect(logProbTest({ listed: [[]], released: [[map(-1)]] }, options)).toMatchObject(nothing);
    expect(logProbTest({ listed: [[map(-1)]], released: [[map(-2)]] }, options).pValue).toBe(1);
    const absent = new Map([
      ['a', -1],
      ['b', -Infinity],
    ]);
    expect(logProbTest({ listed: [[absent]], released: [[map(-1)]] }, options).statistic).toBe(0);
    expect(() => logProbTest({ listed: [[new Map()]], released: [[absent]] }, options)).toThrow(/no token/);
    expect(() => logProbTest({ listed: [[map(NaN)]], released: [[absent]] }, options)).toThrow(
      /not a number/,
    );
    expect(() => logProbTest({ listed: [], released: [[]] }, options)).toThrow(/pair up/);
  });
});

describe('holm, eBH and featureTests', () => {
  it('match their definitions', () => {
    const { p, adjusted } = fixtures.holm;
    holm(p).forEach((value, i) => {
      expect(value).toBeCloseTo(adjusted[i] ?? -1, 12);
    });
    expect(eBH(fixtures.eBH.e, fixtures.eBH.q)).toEqual(fixtures.eBH.rejected);
    expect(holm([0.01, 0.04, 0.03])).toEqual([0.03, 0.06, 0.06]);
    expect(eBH([20, 1, 50], 0.1)).toEqual([true, false, true]);
  });

  it('handle empty, equal and impossible input', () => {
    expect(holm([])).toEqual([]);
    expect(() => holm([1.2])).toThrow(/between 0 and 1/);
    expect(eBH([], 0.05)).toEqual([]);
    expect(eBH([Infinity, 0], 0.05)).toEqual([true, false]);
    expect(eBH([40, 40], 0.05)).toEqual([true, true]);
    expect(eBH([39, 19.9], 0.05)).toEqual([false, false]);
    expect(() => eBH([NaN], 0.05)).toThrow(/at least 0/);
    expect(() => eBH([1], 1)).toThrow(/between 0 and 1/);
  });

  it('keep the false discoveries of eBH at q with dependent e-values', () => {
    const random = resamplingRandom('false discoveries');
    let proportions = 0;
    for (let run = 0; run < 2000; run += 1) {
      // Null e-values 20·1{U ≤ 1/20} that share U, and two strong true ones.
      const shared = unit(random) <= 0.05 ? 20 : 0;
      const rejected = eBH([shared, shared, 60, 60, shared], 0.2);
      const found = rejected.filter(Boolean).length;
      if (found > 0) proportions += [0, 1, 4].filter((i) => rejected[i]).length / found;
    }
    expect(proportions / 2000).toBeLessThanOrEqual(0.2);
    expect(proportions).toBeGreaterThan(0);
  });

  it('test each feature, adjust for their number and sort', () => {
    const same = { listed: [[5, 5]], released: [[5, 5]] };
    const apart = { listed: [[7, 8, 9, 9]], released: [[1, 2, 3, 4]] };
    const features = new Map([
      ['same', same],
      ['apart', apart],
      ['alike', same],
    ]);
    for (const test of ['rank', 'mean'] as const) {
      const result = featureTests(features, { permutations: 999, seed: 'x', test });
      expect(result.map((r) => r.feature)).toEqual(['apart', 'alike', 'same']);
      expectNearExact(result[0]?.pValue ?? 0, test === 'rank' ? 2 / 70 : 2 / 16, 999);
      expect(result[0]?.adjusted).toBeCloseTo(3 * (result[0]?.pValue ?? 0), 12);
    }
    expect(featureTests(new Map(), { seed: 'x' })).toEqual([]);
  });
});

describe('wordLogOdds', () => {
  it('matches the formula of Monroe et al.', () => {
    const listed = new Map(fixtures.words.map((w) => [w.word, w.listed]));
    const released = new Map(fixtures.words.map((w) => [w.word, w.released]));
    const result = wordLogOdds(listed, released);
    expect(result.map((w) => w.word)).toEqual(
      fixtures.words.toSorted((a, b) => Math.abs(b.z) - Math.abs(a.z)).map((w) => w.word),
    );
    for (const expected of fixtures.words) {
      const own = result.find((w) => w.word === expected.word);
      expect(own?.z).toBeCloseTo(expected.z, 10);
      expect(own?.logOdds).toBeCloseTo(expected.logOdds, 10);
    }
    expect(wordLogOdds(released, listed)[0]?.z).toBeCloseTo(-(result[0]?.z ?? 0), 12);
  });

  it('has about standard normal z under the null with unequal sizes', () => {
    const random = resamplingRandom('words');
    const z: number[] = [];
    for (let run = 0; run < 150; run += 1) {
      const count = (words: number): Map<string, number> => {
        const counts = new Map<string, number>();
        for (let i = 0; i < words; i += 1) {
          const word = `w${Math.floor(12 * unit(random) ** 2)}`;
          counts.set(word, (counts.get(word) ?? 0) + 1);
        }
        return counts;
      };
      z.push(...wordLogOdds(count(2500), count(900), { priorWords: 10 }).map((w) => w.z));
    }
    const beyond = z.filter((value) => Math.abs(value) > 1.96).length / z.length;
    expect(beyond).toBeGreaterThan(0.02);
    expect(beyond).toBeLessThan(0.07);
  });

  it('gives the documented answers in degenerate cases', () => {
    const [first, second] = wordLogOdds(
      new Map([
        ['b', 1],
        ['a', 2],
      ]),
      new Map([
        ['b', 2],
        ['a', 1],
        ['never', 0],
      ]),
      { priorWords: 2 },
    );
    expect(first).toMatchObject({ word: 'a', listed: 2, released: 1 });
    expect(first?.logOdds).toBeCloseTo(0.811, 3);
    expect(first?.z).toBeCloseTo(0.888, 3);
    expect(second?.word).toBe('b');
    expect(wordLogOdds(new Map(), new Map())).toEqual([]);
    expect(wordLogOdds(new Map([['only', 9]]), new Map())).toEqual([
      { word: 'only', z: 0, logOdds: 0, listed: 9, released: 0 },
    ]);
    for (const w of wordLogOdds(new Map([['a', 5]]), new Map([['b', 5]]))) expect(w.z).not.toBeNaN();
    expect(() => wordLogOdds(new Map([['a', -1]]), new Map())).toThrow(/count/);
    expect(() => wordLogOdds(new Map(), new Map(), { priorWords: 0 })).toThrow(/priorWords/);
  });
});
