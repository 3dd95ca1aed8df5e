import { canonicalText } from '../core/index.js';
import { type DynamicPrompt, type Suite, slotPattern } from './suite-source.js';

/** How many different texts a suite can ask. */
export interface PromptSpace {
  /** Texts, not fillings: two fillings that read the same count once. */
  readonly texts: number;
  /** False: `texts` is a lower bound. */
  readonly exact: boolean;
  /** Prompts that can come out as the same text, by id; twice the same id for two fillings of one template. */
  readonly collisions: readonly (readonly [first: string, second: string])[];
}

/** All that can stand in one place of a prompt: a slot's words with the literal text behind them. */
interface Part {
  readonly words: readonly string[];
  /** `words` sorted by UTF-16 units. */
  readonly sorted: readonly string[];
  readonly set: ReadonlySet<string>;
  /** The lengths that occur, ascending. */
  readonly lengths: readonly number[];
}

/** A prompt as a row of parts. */
interface Form {
  readonly id: string;
  readonly parts: readonly Part[];
  /** Different texts that are counted for it. */
  texts: number;
}

/** What all searches of a suite may cost together, in characters looked at: a bound for hostile ones, about a second. */
const maxWork = 100_000_000;

/** What a search found. `unknown` when it ran out of steps. */
type Meeting = 'yes' | 'no' | 'unknown';

interface Budget {
  work: number;
}

/**
 * Counts the texts of a suite by proof, not by enumeration. A prompt is a row of finite sets of strings;
 * a search over what one reading has ahead of another finds out whether two rows, or two different
 * fillings of one row, can spell the same text. Where none can, the product of the sets' sizes is exact.
 * Where some can, their smaller party is left out, which leaves a lower bound. A slot used twice in one
 * template is searched as if its uses were independent, so the bound holds there too.
 */
export function promptSpace(suite: Pick<Suite, 'fixed' | 'dynamic'>): PromptSpace {
  const budget: Budget = { work: maxWork };
  const collisions: [string, string][] = [];
  const texts = new Map<string, string>();
  for (const { id, prompt } of suite.fixed) {
    const text = canonicalText(prompt);
    const twin = texts.get(text);
    if (twin === undefined) texts.set(text, id);
    else collisions.push([twin, id]);
  }
  let exact = true;
  const counted: Form[] = [...texts].map(([text, id]) => ({ id, parts: [partOf([text])], texts: 1 }));
  for (const template of suite.dynamic) {
    const { meeting, ...form } = countTemplate(template, budget);
    if (meeting === 'yes') collisions.push([form.id, form.id]);
    if (meeting === 'unknown') exact = false;
    for (const other of counted) {
      const met = meet(other.parts, 0, form.parts, 0, '', budget);
      if (met === 'no') continue;
      if (met === 'yes') collisions.push([other.id, form.id]);
      exact = false;
      const smaller = other.texts < form.texts ? other : form;
      smaller.texts = 0;
    }
    counted.push(form);
  }
  const total = counted.reduce((sum, form) => sum + form.texts, 0);
  return { texts: total, exact: exact && collisions.length === 0, collisions };
}

/** A template as a row, the number of its texts, and whether two of its fillings read the same. */
function countTemplate(prompt: DynamicPrompt, budget: Budget): Form & { meeting: Meeting } {
  const parts = partsOf(prompt);
  const fillings = Object.values(prompt.slots).reduce((product, words) => product * new Set(words).size, 1);
  const meeting = selfMeeting(parts, budget);
  const texts = meeting === 'no' ? fillings : unambiguous(parts, fillings, budget);
  return { id: prompt.id, parts, texts, meeting };
}

function partsOf(prompt: DynamicPrompt): Part[] {
  // Odd places of the split are slot names.
  const pieces = canonicalText(prompt.template).split(slotPattern);
  const rows: (readonly string[])[] = [];
  if (pieces[0]) rows.push([pieces[0]]);
  for (let i = 1; i < pieces.length; i += 2) {
    const after = pieces[i + 1] ?? '';
    rows.push((prompt.slots[pieces[i] ?? ''] ?? []).map((word) => `${word.normalize('NFC')}${after}`));
  }
  return rows.map(partOf);
}

function partOf(texts: readonly string[]): Part {
  const set = new Set(texts);
  const words = [...set];
  const lengths = [...new Set(words.map((word) => word.length))].sort((a, b) => a - b);
  return { words, sorted: [...words].sort(), set, lengths };
}

/** How many fillings are proven distinct when slots are held at one word, short lists first, until none collide. */
function unambiguous(row: readonly Part[], fillings: number, budget: Budget): number {
  const parts = [...row];
  let size = fillings;
  while (selfMeeting(parts, budget) !== 'no') {
    const at = parts.reduce((best, part, i) => {
      const count = part.words.length;
      return count > 1 && (best < 0 || count < (parts[best]?.words.length ?? 0)) ? i : best;
    }, -1);
    const part = parts[at];
    if (!part) return 1;
    size /= part.words.length;
    parts[at] = partOf(part.words.slice(0, 1));
  }
  return Math.max(1, Math.floor(size));
}

/** Whether two readings that first differ in some slot can spell the same text. */
function selfMeeting(parts: readonly Part[], budget: Budget): Meeting {
  let found: Meeting = 'no';
  for (const [i, part] of parts.entries()) {
    for (const word of part.words) {
      for (const shorter of properPrefixes(part, word)) {
        const met = meet(parts, i + 1, parts, i + 1, word.slice(shorter.length), budget);
        if (met === 'yes') return met;
        if (met === 'unknown') found = met;
      }
    }
  }
  return found;
}

function properPrefixes(part: Part, word: string): string[] {
  return prefixesOf(part, word).filter((prefix) => prefix !== word);
}

interface State {
  /** Parts still to come on the side that has spelt more. */
  readonly ahead: readonly Part[];
  readonly i: number;
  readonly behind: readonly Part[];
  readonly j: number;
  /** What it has spelt more. */
  readonly lead: string;
}

/** Whether `a` from part i and `b` from part j can spell the same, when `a` is ahead by `lead`. */
function meet(
  a: readonly Part[],
  i: number,
  b: readonly Part[],
  j: number,
  lead: string,
  budget: Budget,
): Meeting {
  const open: State[] = [{ ahead: a, i, behind: b, j, lead }];
  const seen = new Set<string>();
  for (let state = open.pop(); state; state = open.pop()) {
    const part = state.behind[state.j];
    if (!part) {
      if (state.lead === '' && state.i === state.ahead.length) return 'yes';
      continue;
    }
    budget.work -= state.lead.length * part.lengths.length;
    for (const next of advance(state, part)) {
      budget.work -= 20 + next.lead.length;
      if (budget.work < 0) return 'unknown';
      const key = `${next.ahead === a ? 0 : 1} ${next.i} ${next.j} ${next.lead}`;
      if (!seen.has(key)) open.push(next);
      seen.add(key);
    }
  }
  return 'no';
}

/** The side behind takes each word of its next part that agrees with the lead. */
function* advance({ ahead, i, behind, j, lead }: State, part: Part): Generator<State> {
  for (const word of prefixesOf(part, lead)) {
    yield { ahead, i, behind, j: j + 1, lead: lead.slice(word.length) };
  }
  for (let at = firstFrom(part.sorted, lead); at < part.sorted.length; at += 1) {
    const word = part.sorted[at] ?? '';
    if (!word.startsWith(lead)) return;
    if (word !== lead) yield { ahead: behind, i: j + 1, behind: ahead, j: i, lead: word.slice(lead.length) };
  }
}

/** The words of a part that `text` begins with. */
function prefixesOf(part: Part, text: string): string[] {
  if (part.words.length < 8) return part.words.filter((word) => text.startsWith(word));
  const found: string[] = [];
  for (const length of part.lengths) {
    if (length > text.length) break;
    const prefix = text.slice(0, length);
    if (part.set.has(prefix)) found.push(prefix);
  }
  return found;
}

/** Index of the first word that is not before `text`. */
function firstFrom(sorted: readonly string[], text: string): number {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((sorted[middle] ?? '') < text) low = middle + 1;
    else high = middle;
  }
  return low;
}
