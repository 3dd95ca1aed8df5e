import { stableNfc } from './stable-nfc.js';

/**
 * The canonical text that statistics see: well-formed, NFC, line feeds only, no trailing spaces or
 * tabs on a line, outer blank lines gone, runs of blank lines folded into one. A transport that strips
 * a leading newline or sends CRLF must not look like a different model.
 *
 * Linear in the length of `raw`, and the same on every Node version.
 */
export function canonicalText(raw: string): string {
  const lines = stableNfc(raw.toWellFormed()).replaceAll('\r\n', '\n').replaceAll('\r', '\n').split('\n');
  const kept: string[] = [];
  for (const line of lines) {
    const trimmed = trimLineEnd(line);
    if (trimmed !== '' || kept.at(-1) !== '') kept.push(trimmed);
  }
  if (kept[0] === '') kept.shift();
  if (kept.at(-1) === '') kept.pop();
  if (kept.length > 0) kept[0] = trimLineStart(kept[0] ?? '');
  return kept.join('\n');
}

/** The first `maxCodePoints` code points of `text`; never half a surrogate pair. */
export function cutText(text: string, maxCodePoints: number): string {
  if (text.length <= maxCodePoints) return text;
  let count = 0;
  let index = 0;
  while (index < text.length && count < maxCodePoints) {
    const unit = text.charCodeAt(index);
    index += unit >= 0xd800 && unit <= 0xdbff && index + 1 < text.length ? 2 : 1;
    count += 1;
  }
  return text.slice(0, index);
}

/** The number of code points of `text`. */
export function codePointLength(text: string): number {
  let count = 0;
  for (let i = 0; i < text.length; i += 1) {
    const unit = text.charCodeAt(i);
    if (unit >= 0xd800 && unit <= 0xdbff && i + 1 < text.length) i += 1;
    count += 1;
  }
  return count;
}

function trimLineEnd(line: string): string {
  let end = line.length;
  while (end > 0 && isBlank(line.charCodeAt(end - 1))) end -= 1;
  return line.slice(0, end);
}

// Only on the first line: elsewhere leading spaces are Markdown (nested lists, code).
function trimLineStart(line: string): string {
  let start = 0;
  while (start < line.length && isBlank(line.charCodeAt(start))) start += 1;
  return line.slice(start);
}

function isBlank(unit: number): boolean {
  return unit === 0x20 || unit === 0x09 || unit === 0xa0 || unit === 0x0b || unit === 0x0c;
}
