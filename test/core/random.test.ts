import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { seededRandom } from '../../src/core/index.js';

/** Pearson's statistic against equal counts. */
function chiSquare(counts: readonly number[]): number {
  const expected = counts.reduce((a, b) => a + b, 0) / counts.length;
  return counts.reduce((sum, n) => sum + (n - expected) ** 2 / expected, 0);
}

/** The same stream, recomputed from the description: SHA-256(seed ":" i) as big-endian words. */
function words(seed: string, count: number): number[] {
  const out: number[] = [];
  for (let block = 0; out.length < count; block += 1) {
    const hex = createHash('sha256').update(`${seed}:${block}`).digest('hex');
    for (let i = 0; i < 64; i += 8) out.push(Number.parseInt(hex.slice(i, i + 8), 16));
  }
  return out.slice(0, count);
}

describe('seededRandom', () => {
  it('is SHA-256 in counter mode', () => {
    const random = seededRandom('a seed');
    expect(Array.from({ length: 20 }, () => random.uint32())).toEqual(words('a seed', 20));
    // echo -n abc:0 | sha256sum | cut -c1-8
    expect(seededRandom('abc').uint32()).toBe(
      Number.parseInt(createHash('sha256').update('abc:0').digest('hex').slice(0, 8), 16),
    );
  });

  it('makes 53-bit units from two words', () => {
    const random = seededRandom('unit');
    const [high = 0, low = 0] = words('unit', 2);
    const bits = (BigInt(high >>> 5) << 26n) | BigInt(low >>> 6);
    expect(random.unit()).toBe(Number(bits) / 2 ** 53);
    for (let i = 0; i < 1000; i += 1) {
      const u = random.unit();
      expect(u >= 0 && u < 1).toBe(true);
    }
  });

  it('draws below() without bias, also where 2^32 is no multiple of the bound', () => {
    // 3·2^30: a bare remainder would give the lowest third half of all draws.
    const random = seededRandom('bias');
    const thirds = [0, 0, 0];
    for (let i = 0; i < 6000; i += 1) {
      const third = Math.floor(random.below(3 * 2 ** 30) / 2 ** 30);
      thirds[third] = (thirds[third] ?? 0) + 1;
    }
    expect(chiSquare(thirds)).toBeLessThan(13.8); // 2 degrees of freedom, p = 0.001
    const sevens = Array.from({ length: 7 }, () => 0);
    for (let i = 0; i < 7000; i += 1) {
      const n = random.below(7);
      sevens[n] = (sevens[n] ?? 0) + 1;
    }
    expect(chiSquare(sevens)).toBeLessThan(22.5); // 6 degrees of freedom, p = 0.001
    expect(random.below(1)).toBe(0);
    expect(random.below(2 ** 32)).toBeGreaterThanOrEqual(0);
  });

  it('rejects bounds and lists it can not draw from', () => {
    const random = seededRandom('bad');
    for (const bound of [0, -1, 1.5, 2 ** 32 + 1, Number.NaN, Number.POSITIVE_INFINITY])
      expect(() => random.below(bound)).toThrow(/below\(\)/);
    expect(() => random.pick([])).toThrow(/at least one/);
  });

  it('shuffles uniformly and leaves the input alone', () => {
    const random = seededRandom('shuffle');
    const input = Object.freeze(['a', 'b', 'c']);
    const counts = new Map<string, number>();
    for (let i = 0; i < 6000; i += 1) {
      const key = random.shuffle(input).join('');
      counts.set(key, (counts.get(key) ?? 0) + 1);
    }
    expect([...counts.keys()].sort()).toEqual(['abc', 'acb', 'bac', 'bca', 'cab', 'cba']);
    expect(chiSquare([...counts.values()])).toBeLessThan(20.6); // 5 degrees of freedom, p = 0.001
  });

  it('forks by name, whatever was drawn before', () => {
    const fresh = seededRandom('fork').fork('x');
    const parent = seededRandom('fork');
    parent.uint32();
    const fork = parent.fork('x');
    const draws = Array.from({ length: 5 }, () => fork.uint32());
    expect(draws).toEqual(Array.from({ length: 5 }, () => fresh.uint32()));
    expect(draws).not.toEqual(Array.from({ length: 5 }, () => parent.fork('y').uint32()));
    expect(parent.uint32()).toBe(words('fork', 2)[1]);
  });
});
