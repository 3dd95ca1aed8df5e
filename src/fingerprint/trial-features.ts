import { canonicalText, cutText } from '../core/index.js';
import { isOtherLanguage } from './features/language.js';
import { splitLines } from './features/lines.js';
import { type PairVector, pairVector, slotCounts, type VectorSource } from './features/pair-vector.js';
import { styleOf } from './features/style.js';
import { surenessOf } from './features/sureness.js';
import { tokenize } from './features/tokens.js';
import { countWords, type WordCounts } from './features/word-counts.js';
import type { CompleteTrial, EngineDefinition, FindingExample } from './types.js';

/** One answer as a report needs it. */
export interface AnswerFeatures {
  /** A value for each of `describedFeatures`: style, language and, where asked for, sureness. */
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
  definition: Pick<EngineDefinition, 'compareLength' | 'logProbs'>,
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
  const surely = definition.logProbs ? sureness(trial) : null;
  const whole = (answer: AnswerFeatures, place: number): AnswerFeatures =>
    surely === null
      ? answer
      : { ...answer, style: Float64Array.of(...answer.style, ...(surely[place] ?? [])) };
  return {
    suite: trial.suite,
    promptId: trial.promptId,
    listed: whole(listed.answer, 0),
    released: released.map((r, i) => whole(r.answer, i + 1)),
    pairs: released.map((r) => (r === listed ? null : pairVector(listed.source, r.source))),
    example: exampleOf(trial),
  };
}

/** What is kept of a trial's texts to show them: the beginning of each. */
export function exampleOf(trial: CompleteTrial): FindingExample {
  return {
    promptId: trial.promptId,
    prompt: excerpt(trial.prompt, PROMPT_LENGTH),
    listed: excerpt(trial.listed, EXCERPT_LENGTH),
    released: excerpt(trial.released[0] ?? '', EXCERPT_LENGTH),
  };
}

/** By place, listed first. Zeros for all, a tie, unless every answer has tokens: none is to stand out by a gap. */
function sureness({ tokens, released }: CompleteTrial): Float64Array[] {
  const all = [tokens?.listed ?? [], ...released.map((_, i) => tokens?.released[i] ?? [])];
  return all.map((answer) => surenessOf(all.every((other) => other.length > 0) ? answer : []));
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
