import { type Counts, countAll, MARKS, VARIETY_WORDS } from './counts.js';
import { PHRASE_KINDS, type PhraseKind } from './lexicon.js';
import { BULLET, FENCE, HEADING, type Line, NUMBERED, QUOTE, RULE, TABLE } from './lines.js';
import { PUNCTUATION, type Token } from './tokens.js';

/** How a feature is put into words. */
export type FeatureForm = 'length' | 'count' | 'presence' | 'level';

/** One measurable habit of an answer. */
export interface StyleFeature {
  /** Stable id. */
  readonly id: string;
  /** The subject of a sentence: "Emoji", "Words per sentence". */
  readonly label: string;
  readonly unit: string;
  readonly form: FeatureForm;
  /** Features of a group measure nearly the same; a report names the clearest one only. */
  readonly group: string;
  readonly value: (counts: Counts) => number;
}

type Value = (counts: Counts) => number;

const mark =
  (name: keyof typeof MARKS): Value =>
  (c) =>
    c.marks[MARKS[name]] ?? 0;
const per100 =
  (value: Value): Value =>
  (c) =>
    (100 * value(c)) / Math.max(c.words, 1);
const lines =
  (kind: number): Value =>
  (c) =>
    c.lines[kind] ?? 0;
const phrase =
  (kind: PhraseKind): Value =>
  (c) =>
    c.phrases[PHRASE_KINDS.indexOf(kind)] ?? 0;
const ratio = (a: number, b: number): number => a / Math.max(b, 1);

function feature(
  id: string,
  label: string,
  unit: string,
  form: FeatureForm,
  value: Value,
  group: string = id,
): StyleFeature {
  return { id, label, unit, form, group, value };
}

const RATE = 'per 100 words';

/**
 * The style features. Each is linear in the answer and needs no model of a language, save those that
 * count phrases (mostly English, see lexicon.ts); where a language has none they are zero on both sides.
 */
export const STYLE_FEATURES: readonly StyleFeature[] = [
  feature('characters', 'Characters', 'characters', 'length', (c) => c.characters, 'length'),
  feature('words', 'Words', 'words', 'length', (c) => c.words, 'length'),
  feature('sentences', 'Sentences', 'sentences', 'count', (c) => c.sentences, 'length'),
  feature('paragraphs', 'Paragraphs', 'paragraphs', 'count', (c) => c.paragraphs, 'length'),
  feature('words-per-sentence', 'Words per sentence', 'words', 'level', (c) => ratio(c.words, c.sentences)),
  feature('word-length', 'Letters per word', 'letters', 'level', (c) => ratio(c.wordLetters, c.words)),
  feature('word-variety', 'Different words among the first 100', 'share', 'level', (c) =>
    ratio(c.distinct, Math.min(c.words, VARIETY_WORDS)),
  ),
  feature('headings', 'Headings', 'headings', 'presence', lines(HEADING)),
  feature('bullets', 'Bulleted lists', 'items', 'presence', lines(BULLET)),
  feature('numbered-items', 'Numbered lists', 'items', 'presence', lines(NUMBERED)),
  feature('bold', 'Bold text', 'passages', 'presence', mark('bold')),
  feature('italics', 'Italic text', 'passages', 'presence', mark('italic')),
  feature('table-rows', 'Tables', 'rows', 'presence', lines(TABLE)),
  feature('code-blocks', 'Code blocks', 'blocks', 'presence', (c) => lines(FENCE)(c) / 2),
  feature('inline-code', 'Inline code', 'passages', 'presence', mark('code')),
  feature('links', 'Links', 'links', 'presence', mark('link')),
  feature('block-quotes', 'Block quotes', 'lines', 'presence', lines(QUOTE)),
  feature('rules', 'Horizontal rules', 'rules', 'presence', lines(RULE)),
  feature('math', 'Formulas', 'formulas', 'presence', mark('math')),
  feature('emoji', 'Emoji', 'emoji', 'presence', (c) => c.emoji),
  feature('exclamations', 'Exclamation marks', RATE, 'presence', per100(mark('exclamation'))),
  feature('questions', 'Question marks', RATE, 'presence', per100(mark('question'))),
  feature('dashes', 'Long dashes', RATE, 'presence', per100(mark('dash'))),
  feature('quotes', 'Straight quotation marks', RATE, 'presence', per100(mark('quote'))),
  feature('curly-quotes', 'Typographic quotes and apostrophes', RATE, 'presence', per100(mark('curly'))),
  feature('parentheses', 'Parentheses', RATE, 'presence', per100(mark('parenthesis'))),
  feature('colons', 'Colons', RATE, 'level', per100(mark('colon'))),
  feature('semicolons', 'Semicolons', RATE, 'presence', per100(mark('semicolon'))),
  feature('commas', 'Commas', RATE, 'level', per100(mark('comma'))),
  feature('periods', 'Full stops', RATE, 'level', per100(mark('period'))),
  feature('ellipses', 'Ellipses', RATE, 'presence', per100(mark('ellipsis'))),
  feature(
    'numbers',
    'Numbers',
    RATE,
    'level',
    per100((c) => c.numbers),
  ),
  feature(
    'capitalised',
    'Capitalised words',
    RATE,
    'level',
    per100((c) => c.capitalised),
  ),
  feature(
    'all-capitals',
    'Words in capitals',
    RATE,
    'presence',
    per100((c) => c.allCapitals),
  ),
  feature(
    'contractions',
    'Contractions',
    RATE,
    'presence',
    per100((c) => c.contractions),
  ),
  feature('first-person', 'First person (I, we)', RATE, 'presence', per100(phrase('firstPerson'))),
  feature('second-person', 'Second person (you)', RATE, 'presence', per100(phrase('secondPerson'))),
  feature('greeting', 'Greetings at the start', 'phrases', 'presence', phrase('greeting')),
  feature('agreement', 'Openings such as “Certainly”', 'phrases', 'presence', phrase('agreement')),
  feature('closing', 'Closing phrases', 'phrases', 'presence', phrase('closing')),
  feature('enthusiasm', 'Enthusiastic words', RATE, 'presence', per100(phrase('enthusiasm'))),
  feature('hedging', 'Hedging words', RATE, 'presence', per100(phrase('hedging'))),
  feature('ordering', 'Ordering words (first, next)', RATE, 'presence', per100(phrase('ordering'))),
  feature('refusal', 'Refusals', 'phrases', 'presence', phrase('refusal')),
  feature('apology', 'Apologies', 'phrases', 'presence', phrase('apology')),
  feature(
    'self-naming',
    'Mentions of being an AI or of its maker',
    'phrases',
    'presence',
    phrase('selfNaming'),
  ),
  feature(
    'non-latin',
    'Words in non-Latin scripts',
    RATE,
    'presence',
    per100((c) => c.nonLatin),
  ),
  feature('ends-open', 'Ending without a full stop', 'answers', 'presence', endsOpen),
];

/** An answer that stops without closing punctuation: cut off, or ending in a list or a code block. */
function endsOpen(counts: Counts): number {
  const last = counts.last;
  return last !== null && last.kind !== PUNCTUATION ? 1 : 0;
}

/** The values of {@link STYLE_FEATURES} for one canonical text. */
export function styleOf(text: string, tokens: readonly Token[], textLines: readonly Line[]): Float64Array {
  const counts = countAll(text, tokens, textLines);
  return Float64Array.from(STYLE_FEATURES, (f) => f.value(counts));
}
