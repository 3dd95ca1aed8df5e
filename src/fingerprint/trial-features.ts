import { canonicalText, cutText } from '../core/index.js';
import { isOtherLanguage } from './features/language.js';
import { splitLines } from './features/lines.js';
import { type PairVector, pairVector, slotCounts, type VectorSource } from './features/pair-vector.js';
import { styleOf } from './features/style.js';
import { tokenize } from './features/tokens.js';
import { countWords, type WordCounts } from './features/word-counts.js';
import type { CompleteTrial, EngineDefinition, FindingExample } from './types.js';

/** One answer as a report needs it. */
export interface AnswerFeatures {
  /** Values of STYLE_FEATURES, then 1 for another language than English. */
  readonly style: Float64Array;
  readonly words: WordCounts;
}

/** A complete trial reduced to what the fold learns from: everything that costs time per character. */
export interface TrialFeatures {
  readonly suite: string;
  readonly promptId: string;
  readonly listed: AnswerFeatures;
  /** m ≥ 1 answers. */
  readonly released: readonly AnswerFeatures[];
  /** The listed answer against each released one; null where both canonical texts are the same. */
  readonly pairs: readonly (PairVector | null)[];
  readonly example: FindingExample;
}

const EXCERPT_LENGTH = 300;
const PROMPT_LENGTH = 200;

/**
 * Reads a trial's texts: canonical text, cut, features. Pure and linear in the texts, so that features
 * can be computed once and folded in many orders.
 */
export function extractTrial(
  definition: Pick<EngineDefinition, 'compareLength'>,
  trial: CompleteTrial,
): TrialFeatures {
  const prepare = (raw: string): string => {
    const text = canonicalText(raw);
    if (definition.compareLength === null) return text;
    const cut = cutText(text, definition.compareLength);
    // A cut may end in blanks that the same words at the end of a whole answer would not have.
    return cut === text ? text : canonicalText(cut);
  };
  const listedText = prepare(trial.listed);
  const releasedTexts = trial.released.map(prepare);
  const listed = read(listedText);
  const released = releasedTexts.map((text) => (text === listedText ? listed : read(text)));
  return {
    suite: trial.suite,
    promptId: trial.promptId,
    listed: listed.answer,
    released: released.map((r) => r.answer),
    pairs: released.map((r) => (r === listed ? null : pairVector(listed.source, r.source))),
    example: {
      promptId: trial.promptId,
      prompt: excerpt(trial.prompt, PROMPT_LENGTH),
      listed: excerpt(trial.listed, EXCERPT_LENGTH),
      released: excerpt(trial.released[0] ?? '', EXCERPT_LENGTH),
    },
  };
}

function read(text: string): { readonly answer: AnswerFeatures; readonly source: VectorSource } {
  const tokens = tokenize(text);
  const lines = splitLines(text);
  const style = styleOf(text, tokens, lines);
  return {
    answer: {
      style: Float64Array.of(...style, isOtherLanguage(text, tokens)),
      words: countWords(text, tokens),
    },
    source: { families: slotCounts(text, tokens, lines), style },
  };
}

function excerpt(text: string, length: number): string {
  return cutText(text.slice(0, 4 * length).toWellFormed(), length);
}
