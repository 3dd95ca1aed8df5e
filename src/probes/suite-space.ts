import { canonicalText } from '../core/index.js';
import { type DynamicPrompt, type Suite, slotPattern } from './suite-source.js';

/** How many different texts a suite can ask. */
export interface PromptSpace {
  /** Texts, not fillings: two fillings that read the same count once. */
  readonly texts: number;
  /** False: `texts` is a lower bound. */
  readonly exact: boolean;
}

/** Two prompts of a suite that can come out as the same text, by id; twice the same id for one template's fillings. */
export type Collision = readonly [first: string, second: string];

export interface SpaceReport extends PromptSpace {
  readonly collisions: readonly Collision[];
}

/** All that can stand in one place of a prompt: a slot's words with the literal text behind them. */
interface Part {
  readonly words: readonly string[];
  /** `words` sorted by UTF-16 units. */
  readonly sorted: readonly string[];
  readonly set: ReadonlySet<string>;
  readonly longest: number;
}

/** A prompt as a row of parts. */
interface Form {
  readonly id: string;
  readonly parts: readonly Part[];
  readonly fillings: number;
}

/** Past this many steps a search gives up and takes the two for colliding: a bound for hostile suites. */
const maxSteps = 300_000;

/**
 * Counts the texts of a suite by proof, not by enumeration. A prompt is a row of finite sets of strings;
 * a search over what one reading has ahead of another finds out whether two rows, or two different
 * fillings of one row, can spell the same text. Where none can, the product of the sets' sizes is exact.
 * Where some can, their smaller party is left out, which leaves a lower bound. A slot used twice in one
 * template is searched as if its uses were independent, so the bound holds there too.
 */
export function promptSpace(suite: Pick<Suite, 'fixed' | 'dynamic'>): SpaceReport {
  const forms = [
    ...suite.fixed.map(({ id, prompt }) => formOf(id, [canonicalText(prompt)], 1)),
    ...suite.dynamic.map(templateForm),
  ];
  const collisions: Collision[] = [];
  const sizes = forms.map((form) => {
    const pinned = unambiguous(form);
    if (pinned < form.fillings) collisions.push([form.id, form.id]);
    return pinned;
  });
  for (const [j, b] of forms.entries()) {
    for (const [i, a] of forms.slice(0, j).entries()) {
      if (!meet(a.parts, 0, b.parts, 0, '')) continue;
      collisions.push([a.id, b.id]);
      const smaller = (sizes[i] ?? 0) < (sizes[j] ?? 0) ? i : j;
      sizes[smaller] = 0;
    }
  }
  return { texts: sizes.reduce((sum, size) => sum + size, 0), exact: collisions.length === 0, collisions };
}

/** The fillings of one template. */
function fillingsOf(prompt: DynamicPrompt): number {
  return Object.values(prompt.slots).reduce((product, words) => product * new Set(words).size, 1);
}

function templateForm(prompt: DynamicPrompt): Form {
  // Odd places of the split are slot names.
  const pieces = canonicalText(prompt.template).split(slotPattern);
  const rows: (readonly string[])[] = [];
  if (pieces[0]) rows.push([pieces[0]]);
  for (let i = 1; i < pieces.length; i += 2) {
    const after = pieces[i + 1] ?? '';
    rows.push((prompt.slots[pieces[i] ?? ''] ?? []).map((word) => `${word.normalize('NFC')}${after}`));
  }
  return { id: prompt.id, parts: rows.map(partOf), fillings: fillingsOf(prompt) };
}

function formOf(id: string, words: readonly string[], fillings: number): Form {
  return { id, parts: [partOf(words)], fillings };
}

function partOf(texts: readonly string[]): Part {
  const set = new Set(texts);
  const words = [...set];
  return { words, sorted: [...words].sort(), set, longest: Math.max(...words.map((word) => word.length)) };
}

/** The most fillings that are proven distinct: where two can collide, slots are held at one word, short lists first. */
function unambiguous(form: Form): number {
  const parts = [...form.parts];
  let size = form.fillings;
  while (selfCollides(parts)) {
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
function selfCollides(parts: readonly Part[]): boolean {
  return parts.some((part, i) =>
    part.words.some((word) =>
      properPrefixes(part, word).some((shorter) =>
        meet(parts, i + 1, parts, i + 1, word.slice(shorter.length)),
      ),
    ),
  );
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
function meet(a: readonly Part[], i: number, b: readonly Part[], j: number, lead: string): boolean {
  const open: State[] = [{ ahead: a, i, behind: b, j, lead }];
  const seen = new Set<string>();
  for (let state = open.pop(); state; state = open.pop()) {
    const part = state.behind[state.j];
    if (!part) {
      if (state.lead === '' && state.i === state.ahead.length) return true;
      continue;
    }
    for (const next of advance(state, part)) {
      const key = `${next.ahead === a ? 0 : 1} ${next.i} ${next.j} ${next.lead}`;
      if (seen.size > maxSteps) return true;
      if (!seen.has(key)) open.push(next);
      seen.add(key);
    }
  }
  return false;
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
  for (let length = 1; length <= Math.min(part.longest, text.length); length += 1) {
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
