import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  createEProcess,
  createFold,
  defaultDefinition,
  describeAnswer,
  type EProcessSnapshot,
  FingerprintError,
  restoreEProcess,
} from '../../src/fingerprint/index.js';
import { answer, PLAIN, TUNED, trial, uniform } from './_util/answers.js';

describe('createEProcess', () => {
  it('is the fold, one trial at a time, through any number of snapshots', () => {
    const random = uniform(11);
    const fold = createFold({ ...defaultDefinition(0.01), compareLength: 300, materialMargin: 0.2 });
    let own = createEProcess({ alpha: 0.01, compareLength: 300, materialMargin: 0.2 });
    for (let i = 0; i < 30; i += 1) {
      const { listed, released } = trial(i, answer(random, TUNED), answer(random), answer(random, PLAIN));
      const m = i % 3 === 0 ? released : (released[0] ?? '');
      const status = own.add({ listed, released: m });
      expect(status).toEqual(fold.add(trial(i, listed, ...(typeof m === 'string' ? [m] : m))));
      if (i % 7 === 6) own = restoreEProcess(JSON.parse(JSON.stringify(own.snapshot())) as EProcessSnapshot);
    }
    own.addMissing({ cause: 'content', side: 'released', reason: 'timeout' });
    fold.add({
      kind: 'void',
      suite: '',
      promptId: '',
      cause: 'content',
      side: 'released',
      reason: 'timeout',
    });
    expect(own.status()).toEqual(fold.status());
    expect(own.report().sentence).toBe(fold.report().sentence);
    expect(own.report().voids).toEqual({ timeout: 1 });
  });

  it('asks for evidence of 1 in 1,000 and does not cut, unless told', () => {
    expect(createEProcess().snapshot().definition).toEqual({
      ...defaultDefinition(0.001),
      compareLength: null,
    });
  });

  it('refuses what it can not use, and stays as it was', () => {
    const evidence = createEProcess();
    evidence.add({ listed: 'one', released: 'other' });
    const before = evidence.snapshot();
    expect(() => evidence.add({ listed: 'a', released: [] })).toThrow(FingerprintError);
    expect(evidence.snapshot()).toEqual(before);
    expect(() => createEProcess({ alpha: 0 })).toThrow(FingerprintError);
    expect(() => createEProcess({ compareLength: -1 })).toThrow(FingerprintError);
    expect(() => createEProcess({ equivalenceMargin: 0.5 })).toThrow(FingerprintError);
    for (const damaged of [null, {}, { ...before, fold: { version: '0', state: {} } }]) {
      expect(() => restoreEProcess(damaged as EProcessSnapshot)).toThrow(FingerprintError);
    }
  });
});

describe('describeAnswer', () => {
  const values = (text: string): Record<string, number> =>
    Object.fromEntries(describeAnswer(text).map(({ id, value }) => [id, value]));

  it('names each habit once, with its unit', () => {
    const rows = describeAnswer('Hi! **Two** words?\r\n');
    expect(rows.length).toBeGreaterThanOrEqual(30);
    expect(new Set(rows.map((row) => row.id)).size).toBe(rows.length);
    for (const { label, unit } of rows) expect([label, unit]).not.toContain('');
    expect(values('Hi! **Two** words?\r\n')).toMatchObject({ words: 3, sentences: 2, bold: 1, greeting: 1 });
    expect(values('Hi! **Two** words?').exclamations).toBeCloseTo(100 / 3, 12);
  });

  it('gives the same finite numbers of at least 0, whatever the text', () => {
    expect(new Set(Object.values(values('')))).toEqual(new Set([0]));
    const names = Object.keys(values(''));
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 200 }), (text) => {
        const found = values(text);
        expect(Object.keys(found)).toEqual(names);
        for (const value of Object.values(found)) expect(value >= 0 && value < Infinity).toBe(true);
      }),
    );
  });
});
