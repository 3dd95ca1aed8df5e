import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type AnswerRecord,
  compare,
  finishComparison,
  prepareComparison,
  runOrder,
} from '../../../src/fingerprint/compare/index.js';
import { pairRecords } from '../../../src/fingerprint/compare/pair-records.js';
import { type ResamplingRandom, resamplingRandom } from '../../../src/fingerprint/stats/resampling-random.js';
import { randomText } from '../stats/calibration.js';

const plain = 'the a of to and it is not so then well plain short long word text case part'.split(' ');
const lively = [...plain, 'great!', '**bold**', '😀', 'absolutely', 'wonderful!', 'great!', '😀'];

function records(
  random: ResamplingRandom,
  vocabulary: readonly string[],
  prompts: number,
  samples = 1,
): AnswerRecord[] {
  return Array.from({ length: prompts * samples }, (_, i) => ({
    prompt_id: `p${i % prompts}`,
    prompt: `prompt ${i % prompts}`,
    response: randomText(random, vocabulary, 20 + random.below(20)),
  }));
}

function record(id: string, response: string, prompt = `prompt ${id}`): AnswerRecord {
  return { prompt_id: id, prompt, response };
}

describe('pairRecords', () => {
  it('pairs sample i with sample i and counts everything it leaves out', () => {
    const { trials, prompts, counts } = pairRecords(
      [record('b', 'b1'), record('a', 'a1'), record('b', 'b2'), record('only', 'x'), record('odd', 'y')],
      [record('a', 'A1'), record('b', 'B1'), record('a', 'A2'), record('odd', 'z', 'another prompt')],
    );
    expect(trials.map((t) => [t.promptId, t.listed, ...t.released])).toEqual([
      ['a', 'a1', 'A1'],
      ['b', 'b1', 'B1'],
    ]);
    expect(counts).toEqual({ unpaired: 5, repeated: 0, promptMismatches: 1 });
    expect(prompts).toEqual([
      { listed: ['a1'], released: ['A1'] },
      { listed: ['b1'], released: ['B1'] },
    ]);
  });

  it('leaves out repeated answers by a rule that is blind to the sides', () => {
    const answer = fc.constantFrom('x', 'x\n', 'y', 'z', '');
    const pair = fc.record({ id: fc.constantFrom('p', 'q'), a: answer, b: answer, swap: fc.boolean() });
    fc.assert(
      fc.property(fc.array(pair, { maxLength: 12 }), (pairs) => {
        const sides = (swap: boolean): ReturnType<typeof pairRecords> =>
          pairRecords(
            pairs.map((p) => record(p.id, swap && p.swap ? p.b : p.a)),
            pairs.map((p) => record(p.id, swap && p.swap ? p.a : p.b)),
          );
        const kept = (result: ReturnType<typeof pairRecords>): string[][] =>
          result.trials.map((t) => [t.promptId, ...[t.listed, ...t.released].sort()]);
        expect(kept(sides(true))).toEqual(kept(sides(false)));
        const { trials, counts } = sides(false);
        expect(trials.length + counts.repeated).toBe(pairs.length);
      }),
    );
  });

  it('knows a prompt by its canonical text, whatever its id', () => {
    const { prompts, counts } = pairRecords(
      [record('a', 'one', 'same'), record('b', 'one', 'same\n')],
      [record('a', 'two', 'same  '), record('b', 'three', 'same')],
    );
    expect(counts).toEqual({ unpaired: 0, repeated: 1, promptMismatches: 0 });
    expect(prompts).toEqual([{ listed: ['one'], released: ['two'] }]);
  });
});

describe('compare', () => {
  it('tests no copies: frozen answers leave one pair a prompt, too few for a permutation', () => {
    const frozen = (side: string): AnswerRecord[] =>
      Array.from({ length: 60 }, (_, i) => record(`p${i % 12}`, `${side} answer ${i % 12}`));
    const options = { seed: 'frozen', alpha: 0.05, orders: 2, permutations: 100 };
    const result = compare({ listed: frozen('one'), released: frozen('other'), ...options });
    expect(result).toMatchObject({ trials: 12, repeated: 48 });
    expect(result.fixedSample.mmdHamming).toBeNull();
  });

  it('finds a difference, and reports one verdict for any order of the lines', () => {
    const random = resamplingRandom('different');
    const listed = records(random, lively, 50, 2);
    const released = records(random, plain, 50, 2);
    const options = { seed: 'hash', alpha: 0.01, orders: 3, permutations: 100 };
    const result = compare({ listed, released, ...options });
    expect(result).toMatchObject({ verdict: 'different', severity: 'material', trials: 100, limitTrials: 7 });
    expect(result.alarmAtTrial).toBeGreaterThanOrEqual(7);
    expect(result.alarmAtTrial).toBeLessThan(60);
    expect(result.log10E).toBeGreaterThan(2);
    expect(result.findings[0]?.sentence).toMatch(/\w/);
    expect(result.words.some((w) => w.side === 'listed' && w.word === 'wonderful')).toBe(true);
    expect(result.fixedSample.mmdSpectrum).toMatchObject({ pValue: 1 / 101, prompts: 50 });
    expect(result.fixedSample.features[0]?.adjusted).toBeLessThan(0.15);
    expect(result.curve).toHaveLength(100);
    expect(result.sentence).toMatch(/^The two sides give distinguishable answers/);
    // Another order of the lines that keeps each prompt's samples in order.
    const byPrompt = (side: AnswerRecord[]): AnswerRecord[] =>
      side.toSorted((a, b) => b.prompt_id.localeCompare(a.prompt_id));
    expect(compare({ listed: byPrompt(listed), released: byPrompt(released), ...options })).toEqual(result);
  });

  it('averages the final e-values of its orders, in parts or in one go, here or in a worker', () => {
    const random = resamplingRandom('parts');
    const input = {
      listed: records(random, lively, 30),
      released: records(random, plain, 30),
      seed: 's',
      orders: 4,
      permutations: 50,
    };
    const comparison = prepareComparison(input);
    const outcomes = [0, 1, 2, 3].map((order) => runOrder(structuredClone(comparison), order));
    const result = finishComparison(comparison, structuredClone(outcomes));
    expect(result).toEqual(compare(input));
    const mean = outcomes.reduce((sum, o) => sum + o.report.eValue, 0) / 4;
    expect(result.eValue / mean).toBeCloseTo(1, 9);
    expect(new Set(outcomes.map((o) => o.report.log10E)).size).toBeGreaterThan(1);
    expect(() => finishComparison(comparison, outcomes.slice(1))).toThrow(/4 outcomes/);
  });

  it('stays quiet on two samples of one source', () => {
    const random = resamplingRandom('same');
    for (let run = 0; run < 4; run += 1) {
      const result = compare({
        listed: records(random, lively, 40),
        released: records(random, lively, 40),
        seed: `${run}`,
        alpha: 0.01,
        orders: 3,
        permutations: 50,
      });
      expect(result.verdict).not.toBe('different');
      expect(result.severity).toBeNull();
    }
  });

  it('does not take frozen answers to repeated prompts for evidence, where betting on each would alarm', () => {
    const random = resamplingRandom('frozen');
    let wrong = 0;
    for (let run = 0; run < 6; run += 1) {
      const frozen = (): AnswerRecord[] => {
        const once = records(random, lively, 8);
        return Array.from({ length: 15 }, () => once).flat();
      };
      const [listed, released] = [frozen(), frozen()];
      const options = { seed: `${run}`, alpha: 0.01, orders: 1, permutations: 20 };
      const ours = compare({ listed, released, ...options });
      expect(ours).toMatchObject({ trials: 8, voidTrials: 112, repeated: 112, alarmAtTrial: null });
      const apart = (side: AnswerRecord[]): AnswerRecord[] =>
        side.map((r, i) => ({ ...r, prompt_id: `${i}`, prompt: `${r.prompt} ${i}` }));
      if (compare({ listed: apart(listed), released: apart(released), ...options }).verdict === 'different') {
        wrong += 1;
      }
    }
    expect(wrong).toBe(6);
  });

  it('answers without a pair, says so, and refuses impossible options', () => {
    const nothing = compare({ listed: [record('a', 'x')], released: [], seed: 's' });
    expect(nothing).toMatchObject({
      verdict: 'undecided',
      trials: 0,
      unpaired: 1,
      alarmAtTrial: null,
      findings: [],
      curve: [],
    });
    expect(nothing.eValue).toBeCloseTo(1, 12);
    expect(nothing.fixedSample.mmdHamming).toBeNull();
    expect(nothing.sentence).toMatch(/no prompt that both sides answered/);
    expect(() => compare({ listed: [], released: [], seed: 's', orders: 0 })).toThrow(/orders/);
    expect(() => compare({ listed: [], released: [], seed: 's', alpha: 1 })).toThrow(/alpha/);
  });

  it('reports its progress evenly up to the end', () => {
    const random = resamplingRandom('progress');
    const seen: [number, number][] = [];
    compare(
      { listed: records(random, plain, 5), released: records(random, plain, 5), seed: 's', orders: 2 },
      (done, total) => seen.push([done, total]),
    );
    expect(seen.map(([done]) => done)).toEqual(Array.from({ length: 15 }, (_, i) => i + 1));
    expect(seen.every(([, total]) => total === 15)).toBe(true);
  });
});
