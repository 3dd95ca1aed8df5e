import { expect, it } from 'vitest';
import { sideParts } from '../../src/core/index.js';

it.each([
  ['an accent', 'cafe\u0301 here', 'cafe here'],
  ['the selector of an emoji', 'sun \u2600\ufe0f up', 'sun \u2600 up'],
  ['a skin tone', 'hi 👋🏽 you', 'hi 👋 you'],
  ['the second half of a flag', 'to 🇩🇪 now', 'to 🇩🇰 now'],
  ['a member of a family', 'the 👩\u200d👧 here', 'the 👩\u200d👦 here'],
])('never parts %s from what it belongs to', (_, listed, released) => {
  const parts = sideParts(listed, released);
  for (const [side, text] of [
    ['listed', listed],
    ['released', released],
  ] as const) {
    const runs = parts[side];
    expect(runs.map((run) => run.text).join('')).toBe(text);
    const segmenter = new Intl.Segmenter('en', { granularity: 'grapheme' });
    const starts = new Set(Array.from(segmenter.segment(text), ({ index }) => index));
    let at = 0;
    for (const run of runs) {
      expect(starts.has(at)).toBe(true);
      at += run.text.length;
    }
  }
});
