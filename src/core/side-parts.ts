import { isUnassigned } from './stable-nfc.js';
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

// The diff may part a letter from its accent or an emoji from its selector; here they go with their base. By rules of our
// own: what `Intl.Segmenter` says changes with the version of Node, and reports must not.
function wholeClusters(runs: readonly Run[]): Run[] {
  const merged: { text: string; marked: boolean }[] = [];
  for (const { text, marked } of runs) {
    const last = merged.at(-1);
    const end = last === undefined ? 0 : lengthThatBelongs(last.text, text);
    if (last !== undefined) last.text += text.slice(0, end);
    const rest = text.slice(end);
    if (rest === '') continue;
    if (last?.marked === marked) last.text += rest;
    else merged.push({ text: rest, marked });
  }
  return merged;
}

const JOINER = '\u200d';
const MARK = /^\p{M}/u;
const FLAG = /^[\u{1f1e6}-\u{1f1ff}]/u;
const FLAGS_AT_END = /[\u{1f1e6}-\u{1f1ff}]+$/u;
/** Of an emoji: skin tones, and the letters of regional flags. */
const TAG = /^[\u{1f3fb}-\u{1f3ff}\u{e0020}-\u{e007f}]/u;

/** How much of `next` belongs to the character that `before` ends with. */
function lengthThatBelongs(before: string, next: string): number {
  let end = 0;
  let tail = before.slice(-64);
  for (const c of next) {
    const isMark = MARK.test(c) && !isUnassigned(c.codePointAt(0) ?? 0);
    if (!(isMark || c === JOINER || TAG.test(c) || tail.endsWith(JOINER) || completesFlag(tail, c))) break;
    end += c.length;
    tail += c;
  }
  return end;
}

/** Two letters make a flag. */
function completesFlag(before: string, c: string): boolean {
  const letters = FLAG.test(c) ? (FLAGS_AT_END.exec(before)?.[0].length ?? 0) / 2 : 0;
  return letters % 2 === 1;
}
