import { describe, expect, it } from 'vitest';
import { seededRandom } from '../../src/core/index.js';
import { surenessOf } from '../../src/fingerprint/features/sureness.js';
import {
  type CompleteTrial,
  createFold,
  defaultDefinition,
  restoreFold,
  type ScoredToken,
} from '../../src/fingerprint/index.js';

const definition = { ...defaultDefinition(0.001), logProbs: true } as const;
const random = seededRandom('sureness');

/** A one-word answer and how sure its model was: log p around −level. */
function token(level: number): ScoredToken[] {
  const logProb = -level * (0.5 + random.unit());
  return [{ logProb, top: [logProb, logProb - 1 - random.unit(), logProb - 3] }];
}

function trial(i: number, listed: ScoredToken[], ...released: ScoredToken[][]): CompleteTrial {
  const texts = released.map(() => `word ${i}`);
  const common = { kind: 'complete', suite: 'one-token', promptId: 'p', prompt: 'One word.' } as const;
  return { ...common, listed: `word ${i}`, released: texts, tokens: { listed, released } };
}

describe('surenessOf', () => {
  it('gives log-probability, entropy of what was named, and the mean', () => {
    const half = Math.log(0.5);
    const [first, entropy, mean] = surenessOf([
      { logProb: half, top: [half, half] },
      { logProb: -1, top: [] },
    ]);
    expect(first).toBe(half);
    expect(entropy).toBeCloseTo(Math.log(2), 12);
    expect(mean).toBeCloseTo((half - 1) / 2, 12);
  });

  it('is finite for whatever an API sends', () => {
    const odd = [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 3, -9999];
    for (const logProb of odd) {
      expect([...surenessOf([{ logProb, top: odd }])].every(Number.isFinite)).toBe(true);
    }
    expect([...surenessOf([])]).toEqual([0, 0, 0]);
  });
});

describe('bets on sureness', () => {
  it('tell a less sure side apart though every text is the same, and say so', () => {
    const fold = createFold(definition);
    for (let i = 0; i < 40; i += 1) fold.add(trial(i, token(0.2), token(0.8)));
    const { verdict, alarmAtTrial, findings } = fold.report();
    expect(verdict).toBe('different');
    expect(alarmAtTrial).toBeLessThan(40);
    const [finding] = findings;
    expect(finding?.feature).toBe('first-token-log-probability');
    expect(finding?.sentence).toMatch(/^Log-probability of the first token: median -0\.\d+ nats in listed/);
    expect(finding?.superiority.low).toBeGreaterThan(0.5);
  });

  it('are not made unless the definition asks for them, nor where an answer has no tokens', () => {
    const without = createFold(defaultDefinition(0.001));
    const gaps = createFold(definition);
    for (let i = 0; i < 40; i += 1) {
      without.add(trial(i, token(0.2), token(0.8)));
      gaps.add(i % 2 === 0 ? trial(i, [], token(0.8)) : trial(i, token(0.2), []));
    }
    expect(without.status().log10E).toBe(0);
    expect(gaps.status().log10E).toBe(0);
  });

  it('are fair: over the places of the listed answer the payoffs average to 1, whatever was learnt', () => {
    const fold = createFold(definition);
    for (let i = 0; i < 12; i += 1) fold.add(trial(i, token(0.2), token(0.8), token(0.8)));
    const answers = [token(0.1), token(0.5), token(2)];
    const e = (place: number): number => {
      const copy = restoreFold(definition, fold.snapshot());
      const listed = answers[place] ?? [];
      return copy.add(trial(99, listed, ...answers.filter((a) => a !== listed))).eValue;
    };
    const mean = (e(0) + e(1) + e(2)) / 3;
    expect(mean / fold.status().eValue).toBeCloseTo(1, 11);
  });

  it('stay within the level when both sides are equally sure', () => {
    let alarms = 0;
    const runs = 300;
    for (let run = 0; run < runs; run += 1) {
      const fold = createFold({ ...definition, alpha: 0.05 });
      for (let i = 0; i < 60; i += 1) fold.add(trial(i, token(0.5), token(0.5)));
      if (fold.status().alarmAtTrial !== null) alarms += 1;
    }
    // A binomial(300, 0.05) is above 32 once in some 10,000 cases.
    expect(alarms).toBeLessThanOrEqual(32);
  });
});
