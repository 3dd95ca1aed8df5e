import { HASH_START, lowerUnit, mix } from './characters.js';
import { isFunctionWord } from './lexicon.js';
import { BLANK, CODE, type Line } from './lines.js';
import { NEWLINE, NUMBER, PICTURE, PUNCTUATION, type Token, WORD } from './tokens.js';

/** The families of hashed features; each has a learner of its own. */
export const FAMILIES = ['words', 'characters', 'start', 'early', 'openings', 'structure', 'lines'] as const;

export type Family = (typeof FAMILIES)[number];

/** Takes one occurrence of a feature, as a 32-bit hash. */
export type Emit = (hash: number) => void;

/** Calls `emit` with every hashed feature of one family. Linear in the answer. */
export function emitFamily(
  family: Family,
  text: string,
  tokens: readonly Token[],
  lines: readonly Line[],
  emit: Emit,
): void {
  if (family === 'words') emitWords(tokens, emit);
  else if (family === 'characters') emitCharacters(text, emit);
  else if (family === 'start') emitFirst(tokens, START_TOKENS, emit);
  else if (family === 'early') emitFirst(tokens, EARLY_TOKENS, emit);
  else if (family === 'openings') emitOpenings(tokens, lines, emit);
  else if (family === 'structure') emitStructure(tokens, emit);
  else emitLines(text, lines, emit);
}

/** Words, numbers' shapes, punctuation and emoji, single and in pairs. */
function emitWords(tokens: readonly Token[], emit: Emit): void {
  let previous = HASH_START;
  for (const token of tokens) {
    if (token.kind === NEWLINE) continue;
    const hash = token.kind === NUMBER ? NUMBER : token.hash;
    emit(mix(hash, 1));
    emit(mix(mix(previous, hash), 2));
    previous = hash;
  }
}

const START_TOKENS = 15;
const EARLY_TOKENS = 40;

/** The first tokens, single and in pairs: how an answer sets out is the most telling part of it. */
function emitFirst(tokens: readonly Token[], count: number, emit: Emit): void {
  let previous = HASH_START;
  for (let i = 0; i < tokens.length && i < count; i += 1) {
    const hash = tokens[i]?.hash ?? 0;
    emit(mix(hash, 12));
    emit(mix(mix(previous, hash), 13));
    previous = hash;
  }
}

/** Runs of 2 to 4 UTF-16 units, lower-cased. */
function emitCharacters(text: string, emit: Emit): void {
  let a = 0;
  let b = 0;
  let c = 0;
  for (let i = 0; i < text.length; i += 1) {
    const d = lowerUnit(text.charCodeAt(i));
    const two = mix(mix(4, c), d);
    emit(two);
    const three = mix(two, b + 0x1_0000);
    emit(three);
    emit(mix(three, a + 0x2_0000));
    a = b;
    b = c;
    c = d;
  }
}

/** How the answer, its lines and its sentences begin, and how the answer ends. */
function emitOpenings(tokens: readonly Token[], lines: readonly Line[], emit: Emit): void {
  emitRun(tokens, 0, 5, 5, emit);
  const last = tokens.slice(-4).reverse();
  emitRun(last, 0, 4, 6, emit);
  let line = 0;
  let sinceStart = 0;
  for (let i = 0; i < tokens.length; i += 1) {
    const token = tokens[i];
    if (token === undefined) break;
    while (line < lines.length && (lines[line]?.end ?? 0) <= token.start) {
      line += 1;
      sinceStart = 0;
    }
    const here = lines[line];
    if (here === undefined || here.kind === CODE) continue;
    if (sinceStart === 0 && token.start >= here.contentStart) {
      emitRun(tokens, i, 3, 16 + here.kind, emit);
      sinceStart = 1;
    }
    if (token.kind === PUNCTUATION && isEnd(token.detail)) emitRun(tokens, i + 1, 2, 7, emit);
  }
}

function isEnd(unit: number): boolean {
  return unit === 0x2e || unit === 0x21 || unit === 0x3f;
}

function emitRun(tokens: readonly Token[], start: number, length: number, salt: number, emit: Emit): void {
  let hash = salt;
  for (let i = start; i < start + length; i += 1) {
    const token = tokens[i];
    if (token === undefined || token.kind === NEWLINE) return;
    hash = mix(hash, token.kind === NUMBER ? NUMBER : token.hash);
    emit(hash);
  }
}

/** Runs of 1 to 4 tokens with function words and punctuation kept, other words replaced by their shape. */
function emitStructure(tokens: readonly Token[], emit: Emit): void {
  let a = 0;
  let b = 0;
  let c = 0;
  for (const token of tokens) {
    const d = masked(token);
    const one = mix(8, d);
    emit(one);
    const two = mix(one, c);
    emit(two);
    const three = mix(two, b);
    emit(three);
    emit(mix(three, a));
    a = b;
    b = c;
    c = d;
  }
}

function masked(token: Token): number {
  if (token.kind === NUMBER) return 101;
  if (token.kind === PICTURE) return 102;
  if (token.kind !== WORD || isFunctionWord(token.hash)) return token.hash;
  const length = token.end - token.start;
  return 104 + token.detail * 4 + (length > 8 ? 3 : length > 5 ? 2 : length > 3 ? 1 : 0);
}

/** Runs of 1 to 3 lines by kind, depth and length. */
function emitLines(text: string, lines: readonly Line[], emit: Emit): void {
  let a = 0;
  let b = 0;
  for (const line of lines) {
    if (line.kind === CODE) continue;
    const coarse = line.kind * 8 + line.depth;
    const bold = text.startsWith('**', line.contentStart) ? 1 : 0;
    const colon = text[line.end - 1] === ':' ? 2 : 0;
    const fine = coarse * 64 + sizeClass(line.end - line.contentStart) * 4 + bold + colon;
    if (line.kind !== BLANK) emit(mix(9, fine));
    emit(mix(11, coarse * 4 + bold + colon));
    emit(mix(mix(14, b), coarse));
    emit(mix(mix(mix(15, a), b), coarse));
    a = b;
    b = coarse;
  }
}

function sizeClass(length: number): number {
  let size = 0;
  for (let n = length; n > 8; n /= 2) size += 1;
  return Math.min(size, 9);
}
