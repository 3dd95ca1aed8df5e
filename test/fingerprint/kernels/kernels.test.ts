import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { codePoints } from '../../../src/fingerprint/kernels/code-points.js';
import { hammingBlock, spectrumBlock } from '../../../src/fingerprint/kernels/index.js';

const symbols = fc.constantFrom(
  'a',
  'b',
  'c',
  ' ',
  '\u0000',
  'é',
  '水',
  '😀',
  '\ud800',
  '\udc00',
  '\u{10ffff}',
);
const text = fc
  .oneof(
    fc.array(symbols, { maxLength: 80 }),
    fc.array(fc.string({ unit: 'binary', maxLength: 1 }), { maxLength: 80 }),
  )
  .map((parts) => parts.join(''));

function naiveHamming(x: string[], y: string[]): number {
  return x.filter((c, p) => p < y.length && c === y[p]).length;
}

function naiveSpectrum(x: string[], y: string[], gram: number): number {
  let sum = 0;
  for (let i = 0; i + gram <= x.length; i += 1) {
    for (let j = 0; j + gram <= y.length; j += 1) {
      if (x.slice(i, i + gram).every((c, k) => c === y[j + k])) sum += 1;
    }
  }
  return sum;
}

describe('kernel blocks', () => {
  it('agree with their definitions, position by position, on any text', () => {
    fc.assert(
      fc.property(
        fc.array(text, { minLength: 1, maxLength: 5 }),
        fc.integer({ min: 1, max: 90 }),
        fc.integer({ min: 1, max: 5 }),
        (texts, length, gram) => {
          const points = texts.map((t) => [...t].slice(0, length));
          const hamming = points.flatMap((x) => points.map((y) => naiveHamming(x, y)));
          const spectrum = points.flatMap((x) => points.map((y) => naiveSpectrum(x, y, gram)));
          expect([...hammingBlock(texts, length)]).toEqual(hamming);
          expect([...spectrumBlock(texts, length, gram)]).toEqual(spectrum);
        },
      ),
      { numRuns: 150 },
    );
  });

  it('give the worked examples of their documentation', () => {
    expect([...hammingBlock(['abc', 'abd', 'a'], 10)]).toEqual([3, 2, 1, 2, 3, 1, 1, 1, 1]);
    expect([...spectrumBlock(['abab', 'abc'], 10, 2)]).toEqual([5, 2, 2, 2]);
    expect([...codePoints('a😀b', 2)]).toEqual([0x61, 0x1f600]);
  });

  it('never count padding as agreement', () => {
    expect([...hammingBlock(['', '', 'x'], 1000)]).toEqual([0, 0, 0, 0, 0, 0, 0, 0, 1]);
    expect(hammingBlock(['ab', 'ab\u0000\u0000'], 4)[1]).toBe(2);
    expect([...spectrumBlock(['', 'ab'], 9, 3)]).toEqual([0, 0, 0, 0]);
  });

  it('count exactly across word borders and identical texts', () => {
    for (const length of [31, 32, 33, 64, 65]) {
      const same = 'q'.repeat(length + 7);
      expect([...hammingBlock([same, same], length)]).toEqual([length, length, length, length]);
    }
  });
});
