import { lowerUnit } from './characters.js';
import { type Token, WORD } from './tokens.js';

/** Distinct words of an answer and how often each stands there. */
export type WordCounts = ReadonlyMap<string, number>;

const LONGEST_WORD = 40;
const MOST_WORDS = 2000;

/** Counts the words of an answer: lower-cased, at most 40 characters each, at most 2,000 different ones. */
export function countWords(text: string, tokens: readonly Token[]): WordCounts {
  const byHash = new Map<number, { readonly token: Token; count: number }>();
  for (const token of tokens) {
    if (token.kind !== WORD || token.end - token.start > LONGEST_WORD) continue;
    const seen = byHash.get(token.hash);
    if (seen !== undefined) seen.count += 1;
    else if (byHash.size < MOST_WORDS) byHash.set(token.hash, { token, count: 1 });
  }
  return new Map([...byHash.values()].map(({ token, count }) => [lowerWord(text, token), count]));
}

function lowerWord(text: string, token: Token): string {
  let word = '';
  for (let i = token.start; i < token.end; i += 1) {
    const unit = text.charCodeAt(i);
    word += String.fromCharCode(unit === 0x2019 ? 0x27 : lowerUnit(unit));
  }
  return word;
}
