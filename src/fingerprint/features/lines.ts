import { isSpace } from './characters.js';

/** What a line of Markdown is. */
export const BLANK = 0;
export const TEXT = 1;
export const HEADING = 2;
export const BULLET = 3;
export const NUMBERED = 4;
export const QUOTE = 5;
export const TABLE = 6;
export const RULE = 7;
export const FENCE = 8;
export const CODE = 9;
export const BOLD_LINE = 10;

export interface Line {
  readonly kind: number;
  /** Heading level, or the depth of a list item (indentation in steps of two columns, at most 4). */
  readonly depth: number;
  /** Where the line's own text begins, after its marker. */
  readonly contentStart: number;
  readonly start: number;
  readonly end: number;
}

/** Classifies every line of a canonical text as Markdown. Linear in the text. */
export function splitLines(text: string): Line[] {
  const lines: Line[] = [];
  let inCode = false;
  let start = 0;
  while (start <= text.length) {
    const newline = text.indexOf('\n', start);
    const end = newline === -1 ? text.length : newline;
    const line = classify(text, start, end, inCode);
    if (line.kind === FENCE) inCode = !inCode;
    lines.push(line);
    start = end + 1;
  }
  return lines;
}

function classify(text: string, start: number, end: number, inCode: boolean): Line {
  let first = start;
  while (first < end && isSpace(text.charCodeAt(first))) first += 1;
  const depth = Math.min((first - start) >> 1, 4);
  const line = (kind: number, contentStart: number = first, level: number = depth): Line => {
    let content = contentStart;
    while (content < end && isSpace(text.charCodeAt(content))) content += 1;
    return { kind, depth: level, contentStart: content, start, end };
  };
  if (first === end) return line(BLANK);
  if (text.startsWith('```', first) || text.startsWith('~~~', first)) return line(FENCE);
  if (inCode) return line(CODE);
  const c = text[first] ?? '';
  const run = runLength(text, first, end);
  const spaced = first + run < end && isSpace(text.charCodeAt(first + run));
  if (c === '#' && run <= 6 && spaced) return line(HEADING, first + run, run);
  if ('-*_='.includes(c) && run >= 3 && first + run === end) return line(RULE);
  if ('-*+•'.includes(c) && run === 1 && spaced) return line(BULLET, first + 1);
  if (c === '>') return line(QUOTE, first + run);
  if (c === '|') return line(TABLE);
  if (c === '*' && run === 2) return line(BOLD_LINE);
  const marker = numberMarker(text, first, end);
  return marker > first ? line(NUMBERED, marker) : line(TEXT);
}

function runLength(text: string, start: number, end: number): number {
  const unit = text.charCodeAt(start);
  let i = start + 1;
  while (i < end && text.charCodeAt(i) === unit) i += 1;
  return i - start;
}

/** The end of "12." or "12)" followed by a space, or `start`. */
function numberMarker(text: string, start: number, end: number): number {
  let i = start;
  while (i < end && i < start + 3 && text.charCodeAt(i) >= 0x30 && text.charCodeAt(i) <= 0x39) i += 1;
  const closed = i > start && i + 1 < end && (text[i] === '.' || text[i] === ')');
  return closed && isSpace(text.charCodeAt(i + 1)) ? i + 1 : start;
}
