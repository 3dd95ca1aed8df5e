import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { canonicalJson, type Json, sha256 } from '../../src/core/index.js';

describe('canonicalJson', () => {
  it('orders keys by UTF-16 units and spells numbers and strings as RFC 8785 does', () => {
    expect(canonicalJson({ b: 1, a: [true, null, 'x'], A: -0 })).toBe('{"A":0,"a":[true,null,"x"],"b":1}');
    expect(canonicalJson([1e21, 1e-7, 0.1, 333333333.3333333, 4.5])).toBe(
      '[1e+21,1e-7,0.1,333333333.3333333,4.5]',
    );
    expect(canonicalJson('\u0000\u001b\n"\\/€😀')).toBe('"\\u0000\\u001b\\n\\"\\\\/€😀"');
    // A surrogate pair sorts before U+FB33 by units, after it by code points.
    expect(canonicalJson({ '\ufb33': 1, '😀': 2 })).toBe('{"😀":2,"\ufb33":1}');
  });

  it('reads back as the same value and does not depend on the order of keys', () => {
    fc.assert(
      fc.property(fc.jsonValue({ stringUnit: 'binary' }), (value) => {
        const json = value as Json;
        const text = canonicalJson(json);
        expect(canonicalJson(JSON.parse(text) as Json)).toBe(text);
        expect(canonicalJson(reversed(json))).toBe(text);
        expect(text.isWellFormed()).toBe(true);
      }),
    );
  });

  it('spells a lone surrogate as it is stored, so that hashes agree', () => {
    expect(canonicalJson({ 'k\udc00': 'v\ud83d' })).toBe('{"k\ufffd":"v\ufffd"}');
    expect(sha256('\ud83d')).toBe(sha256('\ufffd'));
  });

  it.each([Number.NaN, Number.POSITIVE_INFINITY])('rejects %s wherever it stands', (bad) => {
    expect(() => canonicalJson(bad)).toThrow(/JSON/);
    expect(() => canonicalJson({ deep: [bad] })).toThrow(/JSON/);
  });

  it('rejects what is no value', () => {
    expect(() => canonicalJson(undefined as unknown as Json)).toThrow(/JSON/);
  });
});

function reversed(value: Json): Json {
  if (Array.isArray(value)) return value.map(reversed);
  if (value === null || typeof value !== 'object') return value;
  const entries = Object.entries(value).reverse();
  return Object.fromEntries(entries.map(([key, item]) => [key, reversed(item as Json)]));
}
