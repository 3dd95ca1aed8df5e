import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  createFold,
  defaultDefinition,
  extractFeatures,
  FingerprintError,
  type FoldSnapshot,
  restoreFold,
} from '../../src/fingerprint/index.js';
import { answer, PLAIN, TUNED, trial, uniform } from './_util/answers.js';

const definition = defaultDefinition(0.001);

describe('the fold', () => {
  it('finds a tuned variant in few trials and says what differs', () => {
    const random = uniform(1);
    const fold = createFold(definition);
    let alarm: number | null = null;
    for (let i = 0; i < 60; i += 1) {
      alarm = fold.add(trial(i, answer(random, TUNED), answer(random, PLAIN))).alarmAtTrial;
    }
    expect(alarm).toBeLessThan(30);
    const report = fold.report();
    expect(report).toMatchObject({ verdict: 'different', severity: 'material', trials: 60, limitTrials: 10 });
    const sentences = report.findings.map((f) => f.sentence).join('\n');
    expect(sentences).toMatch(/Emoji in \d+ % of listed answers, 0 % of released ones\./);
    expect(sentences).toMatch(/Listed answers are [\d.]+ times as long \(median \d+ \w+ against \d+\)\./);
    const emoji = report.findings.find((f) => f.feature === 'emoji');
    expect(emoji?.material).toBe(true);
    expect(emoji?.examples).toHaveLength(2);
    expect(emoji?.examples[0]?.listed).toContain('🎉');
  });

  it('pays exactly 1 for texts that are canonically the same', () => {
    const random = uniform(2);
    const fold = createFold(definition);
    for (let i = 0; i < 30; i += 1) fold.add(trial(i, answer(random, TUNED), answer(random, PLAIN)));
    const before = fold.status().log10E;
    for (let i = 0; i < 5; i += 1) {
      const text = answer(random);
      fold.add(trial(100 + i, `\r\n${text}  \n`, text));
    }
    expect(fold.status().log10E).toBe(before);
  });

  it('cuts both answers before it looks at them', () => {
    const random = uniform(3);
    const short = createFold({ ...definition, compareLength: 40 });
    for (let i = 0; i < 40; i += 1) {
      const start = answer(random).replaceAll(/\s+/g, ' ').padEnd(60, 'x').slice(0, 40);
      short.add(trial(i, start + answer(random, TUNED), start));
    }
    expect(short.status()).toMatchObject({ trials: 40, verdict: 'equivalent' });
    expect(short.status().log10E).toBeCloseTo(0, 14);
  });

  it('bets fairly: over the two orders of a trial the payoffs average to 1, whatever was learnt', () => {
    const random = uniform(4);
    const state = createFold(definition);
    for (let i = 0; i < 25; i += 1) {
      const snapshot = state.snapshot();
      const [a, b] = [answer(random, TUNED), answer(random, PLAIN)];
      const base = state.status().eValue;
      const one = restoreFold(definition, snapshot).add(trial(i, a, b)).eValue / base;
      const other = restoreFold(definition, snapshot).add(trial(i, b, a)).eValue / base;
      expect((one + other) / 2).toBeCloseTo(1, 12);
      state.add(trial(i, a, b));
    }
  });

  it('bets fairly with m = 3: over the four places of the listed answer the payoffs average to 1', () => {
    const random = uniform(5);
    const state = createFold(definition);
    for (let i = 0; i < 12; i += 1) {
      const snapshot = state.snapshot();
      const answers = [TUNED, PLAIN, PLAIN, TUNED].map((persona) => answer(random, persona));
      const base = state.status().eValue;
      const payoffs = answers.map((listed, k) => {
        const released = answers.filter((_, j) => j !== k);
        return restoreFold(definition, snapshot).add(trial(i, listed, ...released)).eValue / base;
      });
      expect(payoffs.reduce((sum, p) => sum + p, 0) / 4).toBeCloseTo(1, 12);
      state.add(trial(i, answers[0] ?? '', ...answers.slice(1, 2 + (i % 3))));
    }
  });

  it('goes on from a snapshot to the same bits', () => {
    const random = uniform(6);
    const trials = Array.from({ length: 160 }, (_, i) =>
      i % 17 === 5
        ? ({
            kind: 'void',
            suite: 's',
            promptId: `p${i}`,
            cause: 'free',
            side: null,
            reason: 'timeout',
          } as const)
        : trial(
            i,
            answer(random, { ...PLAIN, sentences: 7 }),
            answer(random),
            ...(i % 5 === 0 ? [answer(random)] : []),
          ),
    );
    const whole = createFold(definition);
    let parts = createFold(definition);
    trials.forEach((t, i) => {
      whole.add(t);
      parts.add(t);
      if (i % 40 === 3 || i === 150)
        parts = restoreFold(definition, JSON.parse(JSON.stringify(parts.snapshot())) as FoldSnapshot);
    });
    expect(parts.report()).toEqual(whole.report());
    expect(parts.snapshot()).toEqual(whole.snapshot());
  });

  it('gives the same result from features as from the trial', () => {
    const random = uniform(7);
    const [a, b] = [createFold(definition), createFold(definition)];
    for (let i = 0; i < 10; i += 1) {
      const t = trial(i, answer(random, TUNED), answer(random), answer(random));
      expect(a.add(t)).toEqual(b.addFeatures(extractFeatures(definition, t)));
    }
  });

  it('refuses what it can not read', () => {
    expect(() => createFold({ ...definition, engine: '0' })).toThrow(FingerprintError);
    expect(() => createFold({ ...definition, alpha: 1 })).toThrow(FingerprintError);
    expect(() => createFold({ ...definition, compareLength: 0.5 })).toThrow(FingerprintError);
    expect(() => createFold({ ...definition, materialMargin: NaN })).toThrow(FingerprintError);
    expect(() => restoreFold(definition, { version: '0', state: {} })).toThrow(FingerprintError);
    expect(() => restoreFold(definition, { version: '1', state: {} })).toThrow(FingerprintError);
    expect(() => createFold(definition).add(trial(1, 'a'))).toThrow(FingerprintError);
  });
});

describe('hostile text', () => {
  const piece = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 60 }),
    fc.string({ maxLength: 60 }),
    fc.constantFrom(
      '\ud800',
      '\udc00x',
      '\u0000',
      '```',
      '|',
      '**',
      '\u001b[31m',
      '<script>',
      '__proto__',
      '👩‍👩‍👧',
      '\n',
    ),
  );
  const text = fc.array(piece, { maxLength: 12 }).map((parts) => parts.join(''));

  it('never throws, never leaves the numbers, and survives a snapshot', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(text, text), { minLength: 1, maxLength: 6 }), (pairs) => {
        const fold = createFold(definition);
        pairs.forEach(([a, b], i) => {
          fold.add(trial(i, a, b));
        });
        expect(Number.isFinite(fold.status().log10E)).toBe(true);
        const copy = restoreFold(definition, JSON.parse(JSON.stringify(fold.snapshot())) as FoldSnapshot);
        expect(copy.report()).toEqual(fold.report());
      }),
      { numRuns: 25 },
    );
  });

  // A quadratic pass over a text of this size would take hours, and the test runner gives up long before.
  it('is linear in the text', () => {
    const limits = ['a', '*', '`', '#\n', '. ', '🎉', '\ud83d', '([', '1.', '|', '> ', "'", '-\n', '\u200d'];
    for (const unit of limits) {
      const { listed } = extractFeatures(
        { ...definition, compareLength: null },
        trial(1, unit.repeat(300_000), 'short'),
      );
      expect(listed.style.every(Number.isFinite), JSON.stringify(unit)).toBe(true);
    }
  });
});
