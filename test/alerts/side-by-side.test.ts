import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { renderSideBySide } from '../../src/alerts/index.js';
import { displayWidth } from '../../src/alerts/render/display-width.js';
import { graphemes } from '../../src/core/index.js';
import { HOSTILE } from './example.js';

const ESC = '\u001b';
const SGR = new RegExp(`${ESC}\\[(?:33|36|0)m`, 'g');

function cells(line: string): number {
  return graphemes(line).reduce((sum, cluster) => sum + displayWidth(cluster), 0);
}

describe('renderSideBySide', () => {
  it('sets the answers beside each other and brackets what only one has', () => {
    expect(renderSideBySide('The sky is so very blue!\nBye', 'The sky is blue.\nBye', 43, false)).toEqual([
      'Listed               │ Released',
      'The sky is [-so      │ The sky is blue{+.+}',
      'very-] blue[-!-]     │ Bye',
      'Bye                  │',
    ]);
  });

  it('colours instead when asked, and closes every colour on its own line', () => {
    const lines = renderSideBySide(`same ${'extra '.repeat(20)}end`, 'same end', 40, true);
    expect(lines.length).toBeGreaterThan(4);
    expect(lines.join('')).toContain('\u001b[33mextra');
    for (const line of lines) {
      const codes = line.match(SGR) ?? [];
      expect(codes.at(-1) ?? '\u001b[0m').toBe('\u001b[0m');
      expect(cells(line.replaceAll(SGR, ''))).toBeLessThanOrEqual(40);
    }
  });

  it('keeps the bar in one place and never exceeds the width, whatever the answers are', () => {
    const piece = fc.constantFrom(
      'word ',
      '\n',
      '    ',
      '漢字かな',
      '👩‍👩‍👧‍👦',
      '🇩🇪',
      '❤️',
      '1️⃣',
      'é',
      `a${'\u0301'.repeat(400)}`,
      '\t',
      '\u200b',
      '\u001b[31m',
      '\u202e',
      'x'.repeat(90),
      '│',
      '한국',
      '\ud83d',
      '**',
      '.',
    );
    const text = fc.array(piece, { maxLength: 30 }).map((parts) => parts.join(''));
    fc.assert(
      fc.property(
        text,
        text,
        fc.integer({ min: 27, max: 120 }),
        fc.boolean(),
        (listed, released, width, colour) => {
          const lines = renderSideBySide(listed, released, width, colour).map((l) => l.replaceAll(SGR, ''));
          const column = Math.floor((width - 3) / 2);
          for (const line of lines) {
            if (/[\p{Cc}\p{Bidi_Control}]/u.test(line)) return false;
            let used = 0;
            const bar = graphemes(line).find((cluster) => {
              if (used === column + 1) return true;
              used += displayWidth(cluster);
              return false;
            });
            if (bar !== '│' || cells(line) > width) return false;
          }
          return true;
        },
      ),
      { numRuns: 300 },
    );
  });

  it('loses no visible character that fits', () => {
    const lines = renderSideBySide('alpha beta gamma delta', 'one two three four', 30, false);
    const column = (i: number) =>
      lines
        .slice(1)
        .map((l) => l.split(' │')[i]?.trim())
        .join('');
    expect(column(0).replaceAll(/[\s[\]-]/g, '')).toBe('alphabetagammadelta');
    expect(column(1).replaceAll(/[\s{}+]/g, '')).toBe('onetwothreefour');
  });

  it('cuts huge answers and neutralises escapes', () => {
    const lines = renderSideBySide('word '.repeat(1_000_000), HOSTILE, 100, false);
    expect(lines.length).toBeLessThan(80);
    expect(lines.join('\n')).toContain('…');
    expect(lines.join('')).not.toContain('\u001b');
  });

  it('knows the width of common characters', () => {
    const widths = Object.entries({
      a: 1,
      é: 1,
      ß: 1,
      漢: 2,
      か: 2,
      ｱ: 1,
      Ａ: 2,
      한: 2,
      '。': 2,
      '🎉': 2,
      '👩‍👩‍👧‍👦': 2,
      '🇩🇪': 2,
      '❤️': 2,
      '❤': 1,
      '1️⃣': 2,
      '©': 1,
      '\u200b': 0,
      '\u0301': 0,
      '…': 1,
    });
    for (const [cluster, width] of widths) expect(displayWidth(cluster), cluster).toBe(width);
  });
});
