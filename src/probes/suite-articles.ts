import type { Finding } from '../config/index.js';
import { type Suite, slotPattern } from './suite-source.js';

/**
 * English prompts, filled or fixed, in which "a" stands before a vowel or "an" before a consonant. By the
 * letters, with the usual exceptions: a hint, not a proof.
 */
export function articleHints(suite: Suite): Finding[] {
  const fixed = suite.fixed.flatMap(({ language, prompt }, i): Finding[] =>
    language === 'en' ? hints(textsOf([[prompt]]), ['fixed', i, 'prompt']) : [],
  );
  const dynamic = suite.dynamic.flatMap(({ language, template, slots }, i): Finding[] => {
    if (language !== 'en') return [];
    const pieces = template.split(slotPattern);
    const words = pieces.map((piece, at) => (at % 2 === 0 ? [piece] : (slots[piece] ?? [])));
    return hints(textsOf(words), ['dynamic', i, 'template']);
  });
  return [...fixed, ...dynamic];
}

/** Each word of each piece, and each border between two pieces of which one is literal text. */
function* textsOf(pieces: readonly (readonly string[])[]): Generator<string> {
  for (const [at, words] of pieces.entries()) {
    yield* words;
    const next = pieces[at + 1] ?? [];
    // Four characters hold an article, its space, and whether a longer word ends there.
    for (const word of words) for (const after of next) yield `${word.slice(-4)}${after.slice(0, 40)}`;
  }
}

function hints(texts: Iterable<string>, path: Finding['path']): Finding[] {
  const found = new Set<string>();
  for (const text of texts) {
    for (const [, article = '', next = ''] of text.matchAll(/(?<![\p{L}\p{N}'’])(an?) ([\p{L}\p{N}-]+)/giu)) {
      const vowel = soundsLikeVowel(next);
      if (vowel !== null && vowel !== (article.length === 2)) found.add(`"${article} ${next}"`);
    }
  }
  const shown = [...found].slice(0, 3).join(', ');
  return found.size > 0 ? [{ path, reason: `a or an? ${shown}${found.size > 3 ? ', …' : ''}` }] : [];
}

/** Whether an English word begins with a vowel sound; null where letters don't tell. */
function soundsLikeVowel(word: string): boolean | null {
  if (/^\d/.test(word)) return /^(?:8|11$|18$)/.test(word);
  if (/^[A-Z]{2}|^[A-Z]-|^.$/.test(word)) return null;
  if (/^(?:hour|honest|honou?r|heir)/i.test(word)) return true;
  if (/^(?:eu|uni(?!n)|us[aeu]|ute|uku|ubi|ur[aeiou]|one(?:$|-)|once)/i.test(word)) return false;
  return /^[aeiouáéö]/i.test(word);
}
