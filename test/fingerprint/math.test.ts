import { describe, expect, it } from 'vitest';
import { exp, log, logAdd, roundAway, sigmoid } from '../../src/fingerprint/math.js';

const close = (a: number, b: number): boolean =>
  Math.abs(a - b) <= 4 * Number.EPSILON * Math.abs(b) || a === b;

describe('exp and log', () => {
  it('agree with the platform to a few units in the last place', () => {
    for (let i = -5000; i <= 5000; i += 1) {
      const x = i * 0.1417;
      expect(close(exp(x), Math.exp(x)) || exp(x) < 1e-300, `exp ${x}`).toBe(true);
      const y = Math.exp(x / 2);
      expect(Math.abs(log(y) - Math.log(y)) <= 4e-16 * Math.max(1, Math.abs(Math.log(y))), `log ${y}`).toBe(
        true,
      );
    }
  });

  it('answer the edges', () => {
    expect([exp(0), exp(-Infinity), exp(Infinity), exp(710), exp(-746)]).toEqual([
      1,
      0,
      Infinity,
      Infinity,
      0,
    ]);
    expect([log(1), log(0), log(Infinity)]).toEqual([0, -Infinity, Infinity]);
    expect([exp(NaN), log(-1), log(NaN)]).toEqual([NaN, NaN, NaN]);
    expect(log(5e-324)).toBeCloseTo(-744.4400719213812, 10);
    expect(exp(-744.4400719213812)).toBe(5e-324);
    expect(exp(709.7)).toBeCloseTo(1.65e308, -306);
  });

  it('has pinned bits', () => {
    const bits = [exp(1), exp(-0.3), log(10), log(0.7), sigmoid(1.25), logAdd(-3, 2)].map((x) => {
      const view = new DataView(new ArrayBuffer(8));
      view.setFloat64(0, x);
      return view.getBigUint64(0).toString(16);
    });
    expect(bits).toMatchInlineSnapshot(`
      [
        "4005bf0a8b14576a",
        "3fe7b4c869c37c05",
        "40026bb1bbb55516",
        "bfd6d3c324e13f4f",
        "3fe8dfa3f55dc7ca",
        "40000dc0c6d122d3",
      ]
    `);
  });
});

describe('sigmoid, logAdd, roundAway', () => {
  it('is exactly symmetric, so that a bet on swapped answers is its exact mirror', () => {
    for (let x = -40; x <= 40; x += 0.37) expect(sigmoid(x) + sigmoid(-x)).toBe(1);
  });

  it('adds in logarithms without overflow', () => {
    expect(logAdd(1e6, 1e6)).toBeCloseTo(1e6 + Math.LN2, 9);
    expect(logAdd(-Infinity, 3)).toBe(3);
    expect(logAdd(3, -2000)).toBe(3);
  });

  it('rounds halves away from zero on both sides', () => {
    expect([2.5, -2.5, 0.49, -0.2].map((x) => roundAway(x) + 0)).toEqual([3, -3, 0, 0]);
  });
});
