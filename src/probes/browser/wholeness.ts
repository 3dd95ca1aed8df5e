import { setTimeout as delay } from 'node:timers/promises';
import type { Locator } from 'playwright';
import type { PageNode } from './page-node.js';
import { type PageAnswer, readText } from './read-answer.js';

/** Watches an answer grow, to notice when the page lets parts of it go. */
export interface GrowthWatch {
  note(text: string): void;
  /** Why `text` can't be the whole answer, or null. */
  lost(text: string): string | null;
}

// Short answers are left alone: their beginning may be a placeholder such as "Thinking …".
const minLetters = 200;
const openingLetters = 40;

export function growthWatch(): GrowthWatch {
  let longest = 0;
  let opening = '';
  return {
    note: (text) => {
      const seen = letters(text);
      longest = Math.max(longest, seen.length);
      if (opening === '' && seen.length >= minLetters) opening = seen.slice(0, openingLetters);
    },
    lost: (text) => {
      const now = letters(text);
      if (longest >= minLetters && now.length < 0.8 * longest) return 'the answer became shorter';
      return now.includes(opening) ? null : "the answer's beginning is gone";
    },
  };
}

/**
 * Scrolls through an answer and reads it at both ends. A page that keeps only what can be seen
 * ("virtualised") shows another text there. Null: it is all there.
 */
export async function changesWithScrolling(
  place: Locator,
  answer: PageAnswer,
  text: string,
): Promise<string | null> {
  for (const edge of ['start', 'end'] as const) {
    await place.evaluateAll(scrollTo, edge);
    // Pages fill in on a scroll event or when a part comes into view, both within a frame or two.
    await delay(120);
    if (letters((await readText(place, answer)) ?? '') !== letters(text))
      return `its text is another one at its ${edge}`;
  }
  return null;
}

function scrollTo(nodes: readonly PageNode[], edge: 'start' | 'end'): void {
  const node = nodes[0];
  if (!node) return;
  for (const box of [node, ...node.querySelectorAll('*')]) {
    if (box.scrollHeight > box.clientHeight + 1) box.scrollTop = edge === 'start' ? 0 : box.scrollHeight;
  }
  node.scrollIntoView({ block: edge, inline: 'nearest', behavior: 'instant' });
}

/** Letters and digits alone: markup that is still open comes and goes while an answer streams. */
function letters(text: string): string {
  return text.replaceAll(/[^\p{L}\p{N}]+/gu, '');
}
