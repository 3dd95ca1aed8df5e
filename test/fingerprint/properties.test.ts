import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Mixture } from '../../src/fingerprint/betting/mixture.js';
import { hedged } from '../../src/fingerprint/betting/payoff.js';
import { STYLE_FEATURES } from '../../src/fingerprint/features/style.js';
import {
  type CompleteTrial,
  createFold,
  defaultDefinition,
  extractFeatures,
  type FeatureFold,
  type FoldSnapshot,
  restoreFold,
  type Side,
  type TrialRecord,
} from '../../src/fingerprint/index.js';
import { NumberStore } from '../../src/fingerprint/number-store.js';
import { answer, TUNED, trial, uniform } from './_util/answers.js';
import { answerText, completeTrial, monotonousText, trialRecord } from './_util/arbitraries.js';

const definition = defaultDefinition(0.001);

/** Through JSON, as a store keeps it. */
function saved(fold: FeatureFold): FoldSnapshot {
  return JSON.parse(JSON.stringify(fold.snapshot())) as FoldSnapshot;
}

function folded(trials: readonly TrialRecord[]): FeatureFold {
  const fold = createFold(definition);
  for (const record of trials) fold.add(record);
  return fold;
}

function logE(fold: FeatureFold): number {
  return fold.status().log10E * Math.LN10;
}

function orders<T>(items: readonly T[]): T[][] {
  if (items.length === 0) return [[]];
  return items.flatMap((item, i) => orders(items.filter((_, j) => j !== i)).map((rest) => [item, ...rest]));
}

/** The mean, over every order of a trial's answers, of what one more trial multiplies the e-value by. */
function meanPayoff(fold: FeatureFold, answers: readonly string[]): number {
  const snapshot = fold.snapshot();
  const before = logE(fold);
  const payoffs = orders(answers).map(([listed = '', ...released]) => {
    const next = restoreFold(definition, snapshot);
    next.add(trial(0, listed, ...released));
    return Math.exp(logE(next) - before);
  });
  return payoffs.reduce((sum, payoff) => sum + payoff, 0) / payoffs.length;
}

describe('exchangeability', () => {
  it('whatever was folded, the bets on all orders of any 2 to 4 answers average to 1', () => {
    fc.assert(
      fc.property(
        fc.array(trialRecord, { maxLength: 10 }),
        fc.array(answerText, { minLength: 2, maxLength: 4 }),
        (past, answers) => {
          expect(meanPayoff(folded(past), answers)).toBeCloseTo(1, 11);
        },
      ),
      { numRuns: 20 },
    );
  });

  it('also once the learner has let go of its oldest trials and bets high', () => {
    const random = uniform(11);
    const fold = createFold(definition);
    for (let i = 0; i < 60; i += 1) fold.add(trial(i, answer(random, TUNED), answer(random)));
    const next = [answer(random, TUNED), answer(random), ''];
    for (const count of [2, 3]) expect(meanPayoff(fold, next.slice(0, count))).toBeCloseTo(1, 11);
  });

  it('a missing answer costs at least what any answer could have cost', () => {
    const missing = { kind: 'void', suite: 's', promptId: 'p', side: 'listed', reason: 'timeout' } as const;
    fc.assert(
      fc.property(fc.array(trialRecord, { maxLength: 10 }), completeTrial, (past, next) => {
        const snapshot = folded(past).snapshot();
        const logEWith = (record: TrialRecord): number => {
          const fold = restoreFold(definition, snapshot);
          fold.add(record);
          return logE(fold);
        };
        expect(logEWith({ ...missing, cause: 'content' })).toBeLessThanOrEqual(logEWith(next) + 1e-12);
        expect(logEWith({ ...missing, cause: 'free' })).toBe(logE(folded(past)));
      }),
      { numRuns: 20 },
    );
  });
});

describe('folding', () => {
  it('gives the same bits in one go, in parts through JSON, and from features', () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(trialRecord, fc.boolean()), { minLength: 1, maxLength: 20 }),
        (records) => {
          const whole = createFold(definition);
          let parts = createFold(definition);
          for (const [record, split] of records) {
            if (split) parts = restoreFold(definition, saved(parts));
            const status =
              record.kind === 'complete'
                ? parts.addFeatures(extractFeatures(definition, record))
                : parts.add(record);
            expect(status).toEqual(whole.add(record));
          }
          expect(parts.report()).toEqual(whole.report());
          expect(parts.snapshot()).toEqual(whole.snapshot());
        },
      ),
      { numRuns: 15 },
    );
  });

  it('reaches the same evidence at every level', () => {
    const random = uniform(12);
    const strict = createFold(definition);
    const lax = createFold(defaultDefinition(0.2));
    for (let i = 0; i < 20; i += 1) {
      const next = trial(i, answer(random, TUNED), answer(random));
      expect(lax.add(next).log10E).toBe(strict.add(next).log10E);
    }
    expect(lax.status().alarmAtTrial).toBeLessThan(strict.status().alarmAtTrial ?? Infinity);
  });
});

function swap(record: TrialRecord): TrialRecord {
  const sides = { listed: 'released', released: 'listed' } as const satisfies Record<Side, Side>;
  if (record.kind === 'void') return { ...record, side: record.side && sides[record.side] };
  return { ...record, listed: record.released[0] ?? '', released: [record.listed] };
}

// Scores are odd (no intercept) and each rank bet on "more" mirrors one on "less", so which side carries which
// name is worth nothing. With m > 1 there is no such symmetry to ask for.
describe('swapping the two sides of every trial with m = 1', () => {
  const single = (record: TrialRecord): TrialRecord =>
    record.kind === 'void' ? record : { ...record, released: record.released.slice(0, 1) };

  it('leaves the evidence as it is', () => {
    fc.assert(
      fc.property(fc.array(trialRecord.map(single), { minLength: 1, maxLength: 20 }), (records) => {
        const [one, other] = [createFold(definition), createFold(definition)];
        for (const record of records) {
          const [a, b] = [one.add(record), other.add(swap(record))];
          expect(b.log10E).toBeCloseTo(a.log10E, 11);
          expect(b.verdict).toBe(a.verdict);
        }
      }),
      { numRuns: 15 },
    );
  });

  it('mirrors the findings', () => {
    const random = uniform(13);
    const trials = Array.from({ length: 60 }, (_, i) =>
      trial(i, `${answer(random, TUNED)} Splendid!`, answer(random)),
    );
    const [one, other] = [folded(trials).report(), folded(trials.map(swap)).report()];
    expect(one.alarmAtTrial).not.toBeNull();
    expect(other).toMatchObject({ alarmAtTrial: one.alarmAtTrial, severity: one.severity });
    const mirrored = new Map(other.findings.map((finding) => [finding.feature, finding]));
    for (const { feature, superiority, listed, released } of one.findings) {
      const mirror = mirrored.get(feature);
      expect(mirror, feature).toMatchObject({ listed: released, released: listed });
      expect(mirror?.superiority.estimate).toBeCloseTo(1 - superiority.estimate, 12);
      expect(mirror?.superiority.low).toBeCloseTo(1 - superiority.high, 12);
    }
    const sides = (words: typeof one.words): string[] => words.map(({ word, side }) => `${word} ${side}`);
    expect(one.words.length).toBeGreaterThan(0);
    expect(
      sides(other.words.map((w) => ({ ...w, side: w.side === 'listed' ? 'released' : 'listed' }))).sort(),
    ).toEqual(sides(one.words).sort());
  });
});

describe('features of hostile texts', () => {
  const uncut = { ...definition, compareLength: null };
  /** Features that count words per 100 words, and shares: no text exceeds these. */
  const most: Readonly<Record<string, number>> = {
    'word-variety': 1,
    'ends-open': 1,
    capitalised: 100,
    'all-capitals': 100,
    contractions: 100,
    'non-latin': 100,
    'first-person': 100,
    'second-person': 100,
    enthusiasm: 100,
    hedging: 100,
    ordering: 100,
  };

  it('are finite and in their range, and swapping the answers only changes the pair’s signs', () => {
    fc.assert(
      fc.property(fc.oneof(monotonousText, answerText), fc.oneof(monotonousText, answerText), (a, b) => {
        const features = extractFeatures(uncut, trial(0, a, b));
        for (const [side, text] of [
          [features.listed, a],
          [features.released[0], b],
        ] as const) {
          // NFC can take up to three times the units of what it is given.
          const units = 3 * text.length;
          side?.style.forEach((value, f) => {
            const id = STYLE_FEATURES[f]?.id ?? 'other-language';
            const range = most[id] ?? (id === 'other-language' ? 1 : 100 * Math.max(1, units));
            if (!(value >= 0 && value <= range)) expect.fail(`${id} is ${value}`);
          });
          for (const [word, count] of side?.words ?? []) {
            if (!(word.length > 0 && word.length <= 40 && count >= 1)) expect.fail(`${word}: ${count}`);
          }
        }
        const there = features.pairs[0];
        const back = extractFeatures(uncut, trial(0, b, a)).pairs[0];
        for (const part of ['lexical', 'style'] as const) {
          expect(back?.[part].map((v) => -v)).toEqual(there?.[part]);
        }
      }),
      { numRuns: 40 },
    );
  });

  it('leave wealth finite and whole', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(monotonousText, answerText), { minLength: 1, maxLength: 5 }), (pairs) => {
        const trials = pairs.map(([a, b], i): CompleteTrial => trial(i, a, b, a));
        const fold = folded(trials);
        expect(Number.isFinite(fold.status().log10E)).toBe(true);
        expect(restoreFold(definition, saved(fold)).report()).toEqual(fold.report());
      }),
      { numRuns: 20 },
    );
  });
});

describe('a million trials', () => {
  const MILLION = 1_000_000;
  const prior = Float64Array.of(0.5, 0.25, 0.25);
  const [lowest, highest] = [hedged(-1), hedged(1)];

  it('at the extreme payoffs, wealth stays a number of logarithmic size and is never negative', () => {
    const mixture = new Mixture(new NumberStore(), prior);
    const bets = (payoffs: readonly number[]): void => {
      const all = Float64Array.from(payoffs);
      for (let i = 0; i < MILLION; i += 1) mixture.bet(all);
    };
    bets([highest, lowest, 1.0001]);
    // Between half and all of the winner's money was in play all the time; a million roundings cost 1e-5.
    const most = Math.log(0.5) + MILLION * Math.log(highest) + 1e-4;
    expect(mixture.logE()).toBeLessThan(most);
    expect(mixture.logE()).toBeGreaterThan(most - Math.LN2);
    bets([lowest, lowest, lowest]);
    // All wealth is gone but for what waits for a later start.
    expect(mixture.logE()).toBeGreaterThan(-10);
    expect(mixture.logE()).toBeLessThan(0);
  });

  it('an e-value past the largest double is Infinity, and the fold goes on', () => {
    const fold = createFold(definition);
    for (let i = 0; i < 1_060; i += 1) fold.add(trial(i, 'Sure! 🎉', 'No.'));
    expect(fold.status()).toMatchObject({ eValue: Infinity, verdict: 'different', trials: 1_060 });
    expect(fold.status().log10E).toBeLessThan(1_060 * Math.log10(highest));
    const copy = restoreFold(definition, saved(fold));
    expect(copy.add(trial(0, 'No.', 'Sure! 🎉'))).toEqual(fold.add(trial(0, 'No.', 'Sure! 🎉')));
    expect(copy.report()).toEqual(fold.report());
  });
});
