import { graphemes } from './graphemes.js';
import { type DiffPart, wordDiff } from './word-diff.js';

/** A piece of one answer. */
export interface Run {
  readonly text: string;
  /** Only this answer has it. */
  readonly marked: boolean;
}

/** Both answers in pieces, those marked that the other one lacks; each side's texts join to its answer. */
export function sideParts(listed: string, released: string): Record<'listed' | 'released', Run[]> {
  const parts = wordDiff(listed, released);
  return { listed: runsOf(parts, 'listed'), released: runsOf(parts, 'released') };
}

function runsOf(parts: readonly DiffPart[], side: 'listed' | 'released'): Run[] {
  const own = parts.filter((part) => part.kind === 'same' || part.kind === side);
  const changed = (i: number) => own[i]?.kind === side;
  // Shared spaces inside a changed phrase belong to it; a changed space alone is nothing to show.
  const runs = own.map((part, i) => ({
    text: part.text,
    marked: part.text.trim() === '' ? changed(i - 1) && changed(i + 1) : changed(i),
  }));
  return wholeClusters(runs);
}

// The diff may part a letter from its accent or an emoji from its selector; here they go with their base.
function wholeClusters(runs: readonly Run[]): Run[] {
  if (runs.every(({ text }) => SIMPLE.test(text))) return merged(runs);
  const merging: { text: string; marked: boolean }[] = [];
  let at = 0;
  let end = runs[0]?.text.length ?? 0;
  let offset = 0;
  for (const cluster of graphemes(runs.map((run) => run.text).join(''))) {
    while (offset >= end) {
      at += 1;
      end += runs[at]?.text.length ?? Number.POSITIVE_INFINITY;
    }
    const marked = runs[at]?.marked ?? false;
    const last = merging.at(-1);
    if (last?.marked === marked) last.text += cluster;
    else merging.push({ text: cluster, marked });
    offset += cluster.length;
  }
  return merging;
}

// Latin text and common punctuation have no marks, joiners or surrogates, so each unit is a character of its own: finding
// that out is much cheaper than finding clusters. CR may belong to an LF.
const SIMPLE = /^[\t\n -\u02ff\u2010-\u20cf]*$/;

function merged(runs: readonly Run[]): Run[] {
  const all: { text: string; marked: boolean }[] = [];
  for (const { text, marked } of runs) {
    const last = all.at(-1);
    if (last?.marked === marked) last.text += text;
    else all.push({ text, marked });
  }
  return all;
}
