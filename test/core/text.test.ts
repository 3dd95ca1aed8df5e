import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  canonicalText,
  codePointLength,
  cutText,
  errorMessage,
  plainLine,
  plainText,
  wordDiff,
} from '../../src/core/index.js';

// Characters that canonicalisation and cutting treat specially, mixed with arbitrary ones.
const awkward = fc
  .array(
    fc.oneof(
      fc.constantFrom(
        ' ',
        '\t',
        '\n',
        '\r',
        '\r\n',
        '\u00a0',
        '\v',
        '\f',
        'a',
        'e\u0301',
        '\ud83d',
        '\ude00',
        '😀',
      ),
      fc.string({ unit: 'binary', maxLength: 4 }),
    ),
    { maxLength: 60 },
  )
  .map((parts) => parts.join(''));

describe('canonicalText', () => {
  it.each([
    ['\n\nHello', 'Hello'],
    ['Hello\n\n \t\n', 'Hello'],
    ['a\r\nb\rc', 'a\nb\nc'],
    ['a  \nb\t\u00a0', 'a\nb'],
    ['a\n\n\n \n\nb', 'a\n\nb'],
    ['   a\n    nested', 'a\n    nested'],
    ['e\u0301', '\u00e9'],
    // U+1ACF became a combining mark after Unicode 16.0: a newer Node would put it after U+0334.
    ['a\u0301\u1acf\u0334', '\u00e1\u1acf\u0334'],
    ['\u0378e\u0301\u{1fbfa}e\u0301', '\u0378\u00e9\u{1fbfa}\u00e9'],
    ['lone \ud83d here', 'lone \ufffd here'],
    [' \n\t\r\n', ''],
    ['', ''],
    ['# Kept\n\n- **as** `it` is 😀', '# Kept\n\n- **as** `it` is 😀'],
  ])('%j becomes %j', (raw, expected) => {
    expect(canonicalText(raw)).toBe(expected);
  });

  it('keeps up with any number of combining marks in a row, and leaves as many as languages use alone', () => {
    const marks = '\u0301\u0316';
    const safe = canonicalText(`e${marks.repeat(500_000)}`);
    expect(safe.length).toBeGreaterThan(1_000_000);
    expect(safe.replaceAll('\u034f', '')).toHaveLength(1_000_000);
    expect(canonicalText(`x${marks.repeat(15)}y`)).toBe(`x${marks.repeat(15)}y`.normalize('NFC'));
  });

  it('is idempotent, well-formed, and blind to line ends, outer blank lines and trailing spaces', () => {
    fc.assert(
      fc.property(awkward, (raw) => {
        const once = canonicalText(raw);
        expect(canonicalText(once)).toBe(once);
        expect(once.isWellFormed()).toBe(true);
        expect(canonicalText(`\n \n${once.replaceAll('\n', ' \r\n')}\n\n`)).toBe(once);
      }),
      { numRuns: 500 },
    );
  });

  it('takes time linear in the text', () => {
    const started = performance.now();
    for (const piece of [' ', '\n', '\r', ' \n', '\u0301']) canonicalText(`a${piece.repeat(500_000)}b`);
    expect(performance.now() - started).toBeLessThan(10_000);
  });
});

describe('cutText and codePointLength', () => {
  it('cut at code points and never inside a pair', () => {
    fc.assert(
      fc.property(awkward, fc.nat(40), (raw, limit) => {
        const text = raw.toWellFormed();
        const cut = cutText(text, limit);
        expect(cut).toBe(Array.from(text).slice(0, limit).join(''));
        expect(codePointLength(text)).toBe(Array.from(text).length);
      }),
    );
  });
});

describe('plainLine', () => {
  it('leaves no control, escape, bidi or line separator in any text', () => {
    // Unicode's controls, format characters of direction, and line separators.
    const unsafe = /[\p{Cc}\p{Bidi_Control}\p{Zl}\p{Zp}]/u;
    const every = Array.from({ length: 0x2100 }, (_, c) => String.fromCharCode(c)).join('x');
    expect(plainLine(every, 20_000)).not.toMatch(unsafe);
    expect(plainText(every).replaceAll(/[\n\t]/g, '')).not.toMatch(unsafe);
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.integer({ min: 1, max: 30 }), (text, limit) => {
        const line = plainLine(text, limit);
        expect(line).not.toMatch(unsafe);
        expect(line.length).toBeLessThanOrEqual(limit);
        expect(line.isWellFormed()).toBe(true);
      }),
    );
  });

  it('defuses known terminal attacks and keeps readable text', () => {
    expect(plainLine('\u001b[31mred\u001b[0m')).toBe('[31mred [0m');
    expect(plainLine('\u009b2J\u001b]0;title\u0007done')).toBe('2J ]0;title done');
    expect(plainLine('abc\u202etxt.exe')).toBe('abc txt.exe');
    expect(plainLine('Grüße, 世界 😀!')).toBe('Grüße, 世界 😀!');
    expect(plainText('two\nlines\u001b[0m')).toBe('two\nlines\ufffd[0m');
  });

  it('gives one safe line for anything thrown', () => {
    expect(errorMessage(new Error('a\nb\u001b[1m'))).toBe('a b [1m');
    expect(errorMessage(new TypeError(''))).toBe('TypeError');
    expect(errorMessage(undefined)).toBe('undefined');
  });
});

describe('wordDiff', () => {
  const join = (parts: ReturnType<typeof wordDiff>, side: 'listed' | 'released'): string =>
    parts
      .filter((part) => part.kind === 'same' || part.kind === side)
      .map((part) => part.text)
      .join('');

  it('gives both texts back, also when it gives up aligning them', () => {
    const words = fc.array(fc.constantFrom('the ', 'cat ', 'sat\n', '😀', '  ', '**on** ', 'mat.', '\r\n'), {
      maxLength: 30,
    });
    const text = fc.oneof(
      words.map((w) => w.join('')),
      fc.string({ unit: 'binary', maxLength: 30 }),
    );
    fc.assert(
      fc.property(text, text, fc.constantFrom(1, 4000), (listed, released, maxEdits) => {
        const parts = wordDiff(listed, released, maxEdits);
        expect(join(parts, 'listed')).toBe(listed);
        expect(join(parts, 'released')).toBe(released);
        expect(parts.every((part) => part.text !== '')).toBe(true);
      }),
    );
  });

  it('finds what is shared', () => {
    expect(wordDiff('the red cat', 'the blue cat')).toEqual([
      { kind: 'same', text: 'the ' },
      { kind: 'listed', text: 'red' },
      { kind: 'released', text: 'blue' },
      { kind: 'same', text: ' cat' },
    ]);
    expect(wordDiff('same', 'same')).toEqual([{ kind: 'same', text: 'same' }]);
    expect(wordDiff('', '')).toEqual([]);
  });
});
