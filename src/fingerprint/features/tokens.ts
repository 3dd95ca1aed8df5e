import {
  CJK,
  characterClass,
  DIGIT,
  EMOJI,
  HASH_START,
  isSpace,
  LETTER,
  lowerUnit,
  MARK,
  mix,
  PICTOGRAPH,
  UPPER,
} from './characters.js';

/** Kinds of tokens. A run of one punctuation character (`**`, `---`) is one token. */
export const WORD = 0;
export const NUMBER = 1;
export const PUNCTUATION = 2;
export const PICTURE = 3;
export const NEWLINE = 4;

/** Words with a capital first letter, and words of capitals only. */
export const CAPITALISED = 1;
export const ALL_CAPITALS = 2;

export interface Token {
  readonly kind: number;
  /** 32-bit hash of the lower-cased text with straight apostrophes. */
  readonly hash: number;
  readonly start: number;
  readonly end: number;
  /** Words: {@link CAPITALISED}, {@link ALL_CAPITALS} or 0. Punctuation: its UTF-16 unit. */
  readonly detail: number;
}

/**
 * Splits a text into words (letters with inner apostrophes; each CJK character is one), numbers (digits
 * with inner separators), runs of one punctuation character, emoji and line feeds. Linear in the text.
 */
export function tokenize(text: string): Token[] {
  const tokens: Token[] = [];
  let i = 0;
  while (i < text.length) {
    const unit = text.charCodeAt(i);
    if (isSpace(unit)) {
      i += 1;
      continue;
    }
    const token = unit === 0x0a ? newline(i) : tokenAt(text, i);
    tokens.push(token);
    i = token.end;
  }
  return tokens;
}

function newline(start: number): Token {
  return { kind: NEWLINE, hash: 10, start, end: start + 1, detail: 0x0a };
}

function tokenAt(text: string, start: number): Token {
  const c = text.codePointAt(start) ?? 0;
  const flags = characterClass(c);
  if ((flags & CJK) !== 0) return single(WORD, start, c);
  if ((flags & LETTER) !== 0) return word(text, start);
  if ((flags & DIGIT) !== 0) return number(text, start);
  if (isEmoji(text, start, c, flags)) return emoji(text, start, c);
  return punctuation(text, start, c);
}

function width(codePoint: number): number {
  return codePoint > 0xffff ? 2 : 1;
}

function single(kind: number, start: number, c: number): Token {
  return { kind, hash: mix(HASH_START, c), start, end: start + width(c), detail: kind === WORD ? 0 : c };
}

function word(text: string, start: number): Token {
  let hash = HASH_START;
  let letters = 0;
  let capitals = 0;
  let i = start;
  while (i < text.length) {
    const unit = text.charCodeAt(i);
    const c = unit >= 0xd800 && unit <= 0xdbff ? (text.codePointAt(i) ?? 0) : unit;
    const flags = characterClass(c);
    if ((flags & (LETTER | MARK)) === 0 || (flags & CJK) !== 0) {
      if (!isApostrophe(c) || i + 1 >= text.length) break;
      if ((characterClass(text.charCodeAt(i + 1)) & LETTER) === 0) break;
      hash = mix(hash, 0x27);
    } else {
      letters += flags & LETTER;
      if ((flags & UPPER) !== 0) capitals += 1;
      hash = mix(hash, lowerUnit(c));
    }
    i += width(c);
  }
  const first = (characterClass(text.codePointAt(start) ?? 0) & UPPER) !== 0;
  const detail = letters > 1 && capitals === letters ? ALL_CAPITALS : first ? CAPITALISED : 0;
  return { kind: WORD, hash, start, end: i, detail };
}

function number(text: string, start: number): Token {
  let hash = HASH_START;
  let i = start;
  while (i < text.length) {
    const unit = text.charCodeAt(i);
    if ((characterClass(unit) & DIGIT) === 0) {
      const inner = (unit === 0x2e || unit === 0x2c) && i + 1 < text.length;
      if (!inner || (characterClass(text.charCodeAt(i + 1)) & DIGIT) === 0) break;
    }
    hash = mix(hash, unit);
    i += 1;
  }
  // Digits outside the BMP are tokens of one character.
  if (i === start) return single(NUMBER, start, text.codePointAt(start) ?? 0);
  return { kind: NUMBER, hash, start, end: i, detail: 0 };
}

const VARIATION_EMOJI = 0xfe0f;
const JOINER = 0x200d;

function isEmoji(text: string, start: number, c: number, flags: number): boolean {
  if ((flags & EMOJI) !== 0) return true;
  if ((flags & PICTOGRAPH) === 0) return false;
  return c >= 0x2600 || text.charCodeAt(start + width(c)) === VARIATION_EMOJI;
}

/** One emoji with its modifiers; sequences joined by U+200D and pairs of regional indicators are one. */
function emoji(text: string, start: number, first: number): Token {
  let hash = mix(HASH_START, first);
  let i = start + width(first);
  let previous = first;
  while (i < text.length) {
    const c = text.codePointAt(i) ?? 0;
    const joined = previous === JOINER && (characterClass(c) & (EMOJI | PICTOGRAPH)) !== 0;
    const modifier = c === VARIATION_EMOJI || c === JOINER || (c >= 0x1f3fb && c <= 0x1f3ff);
    const flag = isRegional(c) && isRegional(first) && i === start + 2;
    if (!joined && !modifier && !flag) break;
    hash = mix(hash, c);
    i += width(c);
    previous = c;
  }
  return { kind: PICTURE, hash, start, end: i, detail: first };
}

function isRegional(c: number): boolean {
  return c >= 0x1f1e6 && c <= 0x1f1ff;
}

function punctuation(text: string, start: number, c: number): Token {
  const step = width(c);
  let i = start + step;
  while (i < text.length && text.codePointAt(i) === c) i += step;
  const run = Math.min((i - start) / step, 6);
  return { kind: PUNCTUATION, hash: mix(mix(HASH_START, c), run), start, end: i, detail: c };
}

function isApostrophe(c: number): boolean {
  return c === 0x27 || c === 0x2019;
}
