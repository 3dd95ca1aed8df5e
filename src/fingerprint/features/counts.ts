import { characterClass, HASH_START, LATIN, LETTER, mix } from './characters.js';
import { LONGEST_PHRASE, PHRASE_KINDS, phraseKinds } from './lexicon.js';
import { BLANK, type Line } from './lines.js';
import {
  ALL_CAPITALS,
  CAPITALISED,
  NEWLINE,
  NUMBER,
  PICTURE,
  PUNCTUATION,
  type Token,
  WORD,
} from './tokens.js';

/** What one pass over an answer counts; the style features are made of these. */
export interface Counts {
  characters: number;
  words: number;
  wordLetters: number;
  numbers: number;
  emoji: number;
  sentences: number;
  paragraphs: number;
  capitalised: number;
  allCapitals: number;
  contractions: number;
  nonLatin: number;
  letters: number;
  /** Distinct words among the first {@link VARIETY_WORDS}. */
  distinct: number;
  /** Lines by kind (constants of lines.ts). */
  readonly lines: Float64Array;
  /** Inline marks: see {@link MARKS}. */
  readonly marks: Float64Array;
  /** Matched phrases by kind, in the order of PHRASE_KINDS. */
  readonly phrases: Float64Array;
  /** The last token that is not a line feed, or null. */
  last: Token | null;
}

export const VARIETY_WORDS = 100;
const LINE_KINDS = 11;
const OPENING_WORDS = 12;
const CLOSING_WORDS = 60;

/** Indices of {@link Counts.marks}. */
export const MARKS = {
  exclamation: 0,
  question: 1,
  dash: 2,
  quote: 3,
  curly: 4,
  parenthesis: 5,
  colon: 6,
  semicolon: 7,
  comma: 8,
  ellipsis: 9,
  bold: 10,
  italic: 11,
  code: 12,
  link: 13,
  math: 14,
  period: 15,
} as const;

/** Counts everything in one pass over the tokens and one over the lines. */
export function countAll(text: string, tokens: readonly Token[], lines: readonly Line[]): Counts {
  const counts = emptyCounts();
  countLines(counts, lines);
  countTokens(counts, text, tokens);
  countPhrases(counts, tokens);
  return counts;
}

function emptyCounts(): Counts {
  return {
    characters: 0,
    words: 0,
    wordLetters: 0,
    numbers: 0,
    emoji: 0,
    sentences: 0,
    paragraphs: 0,
    capitalised: 0,
    allCapitals: 0,
    contractions: 0,
    nonLatin: 0,
    letters: 0,
    distinct: 0,
    lines: new Float64Array(LINE_KINDS),
    marks: new Float64Array(16),
    phrases: new Float64Array(PHRASE_KINDS.length),
    last: null,
  };
}

function countLines(counts: Counts, lines: readonly Line[]): void {
  let open = false;
  for (const line of lines) {
    counts.lines[line.kind] = (counts.lines[line.kind] ?? 0) + 1;
    const filled = line.kind !== BLANK;
    if (filled && !open) counts.paragraphs += 1;
    open = filled;
  }
}

function countTokens(counts: Counts, text: string, tokens: readonly Token[]): void {
  const seen = new Set<number>();
  let pending = false;
  counts.characters = text.length;
  for (let i = 0; i < tokens.length; i += 1) {
    const token = tokens[i];
    if (token === undefined) break;
    if (token.kind !== NEWLINE) counts.last = token;
    if (token.kind === WORD) {
      countWord(counts, text, token, seen);
      pending = true;
    } else if (token.kind === NUMBER) counts.numbers += 1;
    else if (token.kind === PICTURE) counts.emoji += 1;
    else if (token.kind === PUNCTUATION) countMark(counts, text, token);
    if (pending && endsSentence(text, token)) {
      counts.sentences += 1;
      pending = false;
    }
  }
  if (pending) counts.sentences += 1;
}

function countWord(counts: Counts, text: string, token: Token, seen: Set<number>): void {
  counts.words += 1;
  const length = token.end - token.start;
  counts.wordLetters += length;
  if (token.detail === CAPITALISED) counts.capitalised += 1;
  if (token.detail === ALL_CAPITALS) counts.allCapitals += 1;
  if (counts.words <= VARIETY_WORDS && !seen.has(token.hash)) {
    seen.add(token.hash);
    counts.distinct += 1;
  }
  counts.letters += 1;
  const flags = characterClass(text.codePointAt(token.start) ?? 0);
  if ((flags & LETTER) !== 0 && (flags & LATIN) === 0) counts.nonLatin += 1;
  if (length > 2 && hasApostrophe(text, token)) counts.contractions += 1;
}

function hasApostrophe(text: string, token: Token): boolean {
  for (let i = Math.max(token.start + 1, token.end - 4); i < token.end; i += 1) {
    const unit = text.charCodeAt(i);
    if (unit === 0x27 || unit === 0x2019) return true;
  }
  return false;
}

const SIMPLE_MARKS: Readonly<Record<string, number>> = {
  '!': MARKS.exclamation,
  '！': MARKS.exclamation,
  '?': MARKS.question,
  '？': MARKS.question,
  '–': MARKS.dash,
  '—': MARKS.dash,
  '"': MARKS.quote,
  '«': MARKS.quote,
  '“': MARKS.curly,
  '‘': MARKS.curly,
  '’': MARKS.curly,
  '(': MARKS.parenthesis,
  ':': MARKS.colon,
  ';': MARKS.semicolon,
  ',': MARKS.comma,
  '，': MARKS.comma,
  '…': MARKS.ellipsis,
  $: MARKS.math,
};

const markOf: ReadonlyMap<number, number> = new Map(
  Object.entries(SIMPLE_MARKS).map(([c, mark]) => [c.charCodeAt(0), mark]),
);

/** Paired marks (`**`, `` ` ``, `$`) count as halves, so that a pair is one. */
function countMark(counts: Counts, text: string, token: Token): void {
  const unit = token.detail;
  const run = token.end - token.start;
  const add = (mark: number, amount: number): void => {
    counts.marks[mark] = (counts.marks[mark] ?? 0) + amount;
  };
  if (unit === 0x2a) {
    if (run === 2) add(MARKS.bold, 0.5);
    else if (run === 1 && !isSpaceAt(text, token.end)) add(MARKS.italic, 0.5);
  } else if (unit === 0x60) add(MARKS.code, run === 1 ? 0.5 : 0);
  else if (unit === 0x5d) add(MARKS.link, text[token.end] === '(' ? 1 : 0);
  else if (unit === 0x2f) add(MARKS.link, run === 2 && text[token.start - 1] === ':' ? 1 : 0);
  else if (unit === 0x5c) add(MARKS.math, '([{'.includes(text[token.end] ?? ' ') ? 1 : 0);
  else if (unit === 0x2e) add(run >= 3 ? MARKS.ellipsis : MARKS.period, 1);
  else {
    const mark = markOf.get(unit);
    if (mark !== undefined) add(mark, mark === MARKS.math ? 0.5 : run);
  }
}

function isSpaceAt(text: string, index: number): boolean {
  const c = text[index];
  return c === undefined || c === ' ' || c === '\n';
}

function endsSentence(text: string, token: Token): boolean {
  if (token.kind === NEWLINE) return true;
  if (token.kind !== PUNCTUATION) return false;
  const c = text[token.start] ?? '';
  if ('。！？'.includes(c)) return true;
  if (!'.!?…'.includes(c)) return false;
  const next = text[token.end];
  return next === undefined || ' \n"”)*'.includes(next);
}

function countPhrases(counts: Counts, tokens: readonly Token[]): void {
  const words: number[] = [];
  for (const token of tokens) if (token.kind === WORD) words.push(token.hash);
  const greeting = 1 << PHRASE_KINDS.indexOf('greeting');
  const agreement = 1 << PHRASE_KINDS.indexOf('agreement');
  const closing = 1 << PHRASE_KINDS.indexOf('closing');
  for (let i = 0; i < words.length; i += 1) {
    let hash = HASH_START;
    let kinds = 0;
    for (let n = 0; n < LONGEST_PHRASE && i + n < words.length; n += 1) {
      hash = mix(hash, words[i + n] ?? 0);
      kinds |= phraseKinds(hash);
    }
    if (i >= OPENING_WORDS) kinds &= ~(greeting | agreement);
    if (i < words.length - CLOSING_WORDS) kinds &= ~closing;
    for (let bit = 0; kinds >> bit > 0; bit += 1) {
      if (((kinds >> bit) & 1) === 1) counts.phrases[bit] = (counts.phrases[bit] ?? 0) + 1;
    }
  }
}
