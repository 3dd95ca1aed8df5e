import { DESCRIBED } from './findings/findings.js';
import { extractTrial } from './trial-features.js';

/** One measured habit of an answer. */
export interface FeatureValue {
  /** Stable id, the same as in a report's findings: `words`, `emoji`, `headings`, … */
  readonly id: string;
  /** For people: "Words per sentence". */
  readonly label: string;
  /** What `value` counts: `words`, `per 100 words`, `share`, … */
  readonly unit: string;
  /** Finite and at least 0. */
  readonly value: number;
}

/**
 * The style features of one answer, as the e-process and the findings see them: length, Markdown, emoji,
 * punctuation, phrases of greeting, enthusiasm, hedging, refusal and so on, and the language. Always the
 * same features in the same order. Phrases are mostly English ones.
 *
 * The text is brought to its canonical form first (well-formed, NFC, LF, outer and trailing blanks gone). Time is
 * linear in it, whatever it holds.
 *
 * Units: each row names its own; `characters` counts UTF-16 units. Rates are per 100 words.
 *
 * Worked example: `Hi! **Two** words?` has words 3, sentences 2, bold 1, greeting 1 and, with 1 mark to 3
 * words, exclamations 33.3.
 *
 * Degenerate: an empty text has 0 everywhere. Lone surrogates count as U+FFFD.
 *
 * Source: written for this program; the lists of phrases are hand-made, emoji and letters are Unicode's
 * (`Extended_Pictographic`, `Emoji_Presentation` and general categories). Throws nothing.
 */
export function describeAnswer(text: string): FeatureValue[] {
  const alone = {
    kind: 'complete',
    suite: '',
    promptId: '',
    prompt: '',
    listed: text,
    released: [],
  } as const;
  const { style } = extractTrial({ compareLength: null }, alone).listed;
  return DESCRIBED.map(({ id, label, unit }, i) => ({ id, label, unit, value: style[i] ?? 0 }));
}
