import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  createDrift,
  type DriftSnapshot,
  FingerprintError,
  restoreDrift,
} from '../../../src/fingerprint/index.js';
import { PLAIN, TUNED, uniform } from '../_util/answers.js';
import { definition, discrete, type Fed, follow, followed, spoken, style } from './_streams.js';

const ALPHA = 0.001;

function throughJson(snapshot: DriftSnapshot): DriftSnapshot {
  return JSON.parse(JSON.stringify(snapshot)) as DriftSnapshot;
}

function swapped(seed: number, before: number, after: number): Fed[] {
  const random = uniform(seed);
  return Array.from({ length: before + after }, (_, i) => spoken(random, i < before ? PLAIN : TUNED));
}

describe('a model that is swapped', () => {
  it('is noticed soon, and what moved is named, later against earlier', () => {
    const fed = swapped(1, 120, 100);
    expect(followed(ALPHA, fed.slice(0, 120)).status()).toMatchObject({ alarmed: false, alarmAtSeq: null });
    expect(followed(ALPHA, fed.slice(0, 120)).findings()).toEqual([]);
    const drift = followed(ALPHA, fed);
    const { alarmed, alarmAtSeq, log10E, answers } = drift.status();
    expect({ alarmed, answers }).toEqual({ alarmed: true, answers: 220 });
    expect(alarmAtSeq).toBeGreaterThan(120);
    expect(log10E).toBeGreaterThanOrEqual(3);
    expect(followed(ALPHA, fed.slice(0, (alarmAtSeq ?? 0) + 1)).status().alarmed).toBe(true);
    expect(followed(ALPHA, fed.slice(0, alarmAtSeq ?? 0)).status().alarmed).toBe(false);

    const findings = drift.findings();
    const emoji = findings.find(({ feature }) => feature === 'emoji');
    expect(emoji?.sentence).toMatch(/^Emoji in \d+ % of later answers, \d+ % of earlier ones\.$/);
    expect(emoji?.superiority).toBeGreaterThan(0.8);
    expect(emoji?.after.presence).toBeGreaterThan((emoji?.before.presence ?? 1) + 0.5);
    expect(findings.map(({ sentence }) => sentence).join(' ')).not.toMatch(/listed|released|trials/i);
    expect(new Set(findings.map(({ feature }) => feature)).size).toBe(findings.length);
  });

  it('says nothing where every answer is the same', () => {
    const drift = followed(
      ALPHA,
      Array.from({ length: 100 }, () => ({ stratum: 's', style: style(7, 3) })),
    );
    expect(drift.status()).toEqual({
      log10E: 0,
      alarmed: false,
      alarmAtSeq: null,
      answers: 100,
      pairs: 25,
      isUnreadable: false,
    });
  });

  it('pairs no answers of different strata', () => {
    const random = uniform(2);
    const fed = Array.from({ length: 300 }, (_, i) => ({
      ...spoken(random, i < 150 ? PLAIN : TUNED),
      stratum: `s/${i}`,
    }));
    expect(followed(ALPHA, fed).status()).toMatchObject({ pairs: 0, log10E: 0 });
  });
});

describe('missing answers', () => {
  it('raise no alarm once more of them go missing than before, whatever the rest says', () => {
    const random = uniform(4);
    const fed = swapped(3, 260, 260).map((one, i) =>
      i >= 120 && random() < 0.6 ? { ...one, style: null } : one,
    );
    const status = followed(ALPHA, fed).status();
    expect(status).toMatchObject({ isUnreadable: true, alarmed: false, answers: 520 });
    expect(status.log10E).toBeGreaterThan(3);
  });

  it('are no evidence when they are as many as ever', () => {
    const random = uniform(5);
    const fed = Array.from({ length: 300 }, () => ({
      stratum: 's',
      style: random() < 0.3 ? null : style(1, 2, 3),
    }));
    expect(followed(ALPHA, fed).status()).toMatchObject({ isUnreadable: false, log10E: 0 });
  });
});

describe('a snapshot', () => {
  it('goes on to the same bits, before and after the reserve is full', () => {
    const random = uniform(6);
    const fed = [
      ...Array.from({ length: 1_150 }, (_, i) => ({
        ...discrete(random),
        ...(i % 9 === 0 ? { style: null } : {}),
      })),
      ...swapped(7, 0, 60),
    ];
    const whole = createDrift(definition(ALPHA));
    let parts = createDrift(definition(ALPHA));
    fed.forEach((one, seq) => {
      if (seq % 83 === 0) parts = restoreDrift(definition(ALPHA), throughJson(parts.snapshot()));
      expect(parts.add({ seq, ...one })).toEqual(whole.add({ seq, ...one }));
    });
    parts = restoreDrift(definition(ALPHA), throughJson(parts.snapshot()));
    expect(whole.status().alarmed).toBe(true);
    expect(parts.findings()).toEqual(whole.findings());
    expect(parts.snapshot()).toEqual(whole.snapshot());
  });

  it('stays small, however many strata there are', () => {
    const fed = Array.from({ length: 3_000 }, (_, i) => ({ stratum: `s/${i % 1_000}`, style: style(i % 7) }));
    expect(JSON.stringify(followed(ALPHA, fed).snapshot()).length).toBeLessThan(250_000);
  });

  it('of another engine, or damaged, is refused', () => {
    const good = followed(ALPHA, swapped(8, 5, 0)).snapshot();
    const state = good.state as Record<string, Record<string, unknown>>;
    const bad = [
      null,
      {},
      { ...good, version: '0' },
      { ...good, state: {} },
      { ...good, state: { ...state, numbers: {} } },
      { ...good, state: { ...state, reserve: { strata: [], waiting: [] } } },
      { ...good, state: { ...state, reserve: { ...state.reserve, waiting: null } } },
    ];
    for (const one of bad) {
      expect(() => restoreDrift(definition(ALPHA), one as DriftSnapshot)).toThrow(FingerprintError);
    }
  });
});

describe('what it refuses', () => {
  it('leaves it as it was', () => {
    const drift = followed(ALPHA, swapped(9, 30, 0));
    const before = drift.snapshot();
    const bad = [
      { seq: 28, style: style() },
      { seq: 1.5, style: style() },
      { seq: Number.NaN, style: style() },
      { seq: 30, style: new Float64Array(3) },
      { seq: 30, style: style(Number.NaN) },
      { seq: 30, style: style(0, Number.POSITIVE_INFINITY) },
      { seq: 30, style: style(1e39) },
    ];
    for (const one of bad) expect(() => drift.add({ stratum: 's', ...one })).toThrow(FingerprintError);
    expect(drift.snapshot()).toEqual(before);
    for (const alpha of [0, 1, Number.NaN])
      expect(() => createDrift(definition(alpha))).toThrow(FingerprintError);
    expect(() => createDrift({ engine: '0', alpha: ALPHA })).toThrow(FingerprintError);
  });

  it('is none of any finite values and names of strata', () => {
    const value = fc.double({ min: -1e30, max: 1e30, noNaN: true });
    const one = fc.record({
      stratum: fc.constantFrom('__proto__', '', '\ud800', 'constructor'),
      style: fc.option(
        fc.array(value, { minLength: 48, maxLength: 52 }).map((values) => Float64Array.from(values)),
      ),
    });
    fc.assert(
      fc.property(fc.array(one, { maxLength: 40 }), (fed) => {
        const drift = createDrift(definition(ALPHA));
        follow(drift, fed);
        expect(Number.isFinite(drift.status().log10E)).toBe(true);
        follow(restoreDrift(definition(ALPHA), throughJson(drift.snapshot())), fed, 40);
      }),
      { numRuns: 40 },
    );
  });
});
