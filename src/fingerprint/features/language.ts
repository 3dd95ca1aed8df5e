import { detect } from 'tinyld';
import { isEnglishFunctionWord } from './lexicon.js';
import { type Token, WORD } from './tokens.js';

const SAMPLE_LENGTH = 300;
const SAMPLE_WORDS = 30;
const ENGLISH_SHARE = 0.25;

/**
 * 1 when the beginning of a text is recognisably in another language than English, else 0. Many English
 * function words settle it; only else a language detector reads the first 300 characters. For findings
 * only: the library's tables may change, so nothing is bet on it.
 */
export function isOtherLanguage(text: string, tokens: readonly Token[]): number {
  let words = 0;
  let english = 0;
  for (const token of tokens) {
    if (words === SAMPLE_WORDS) break;
    if (token.kind !== WORD) continue;
    words += 1;
    if (isEnglishFunctionWord(token.hash)) english += 1;
  }
  if (words === 0 || english >= ENGLISH_SHARE * words) return 0;
  const language = detect(text.slice(0, SAMPLE_LENGTH).toWellFormed());
  return language === '' || language === 'en' ? 0 : 1;
}
