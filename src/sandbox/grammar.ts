import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import { z } from 'zod';
import { errorMessage } from '../core/index.js';
import { SandboxError } from './errors.js';

/** How a part of an answer is laid out. */
export type Shape = 'paragraph' | 'bullets' | 'steps' | 'table' | 'code' | 'verse';

/** A kind of prompt, and the structure of its answers. */
export interface Kind {
  readonly id: string;
  /** Words or phrases, lower case, whose presence in a prompt makes it this kind; the first kind wins. */
  readonly cues: readonly string[];
  /** The typical number of sentences of a plain answer. */
  readonly length: number;
  /** The share of sentences that come from the rule `sentence` and not from `<kind>-sentence`. */
  readonly generic: number;
  /** Weights of the layouts. */
  readonly shapes: Readonly<Partial<Record<Shape, number>>>;
}

/** The style of one simulated model. Shares are of 0 … 1. */
export interface Variant {
  /** Times the kind's length. */
  readonly length: number;
  /** The shares of answers with an opening, with a closing and (if long enough) with headings. */
  readonly opening: number;
  readonly closing: number;
  readonly headings: number;
  /** Times the weight of every layout that is not a paragraph. */
  readonly lists: number;
  /** The share of list entries with a bold lead, and of mentions of the topic in bold. */
  readonly boldLead: number;
  readonly boldTopic: number;
  /** The share of sentences that get an emoji (of headings: twice that), and that end with "!". */
  readonly emoji: number;
  readonly exclaim: number;
  /** Times the weight of every alternative with that tag; 1 for a tag not named. */
  readonly lean: Readonly<Record<string, number>>;
}

const share = z.number().min(0).max(1);
const weight = z.number().min(0);
const name = z.string().regex(/^[a-z][a-z0-9-]*$/);
const words = z.array(z.string().min(1));

const promptsFile = z.strictObject({
  kinds: z
    .array(
      z.strictObject({
        id: name,
        cues: words,
        length: z.number().positive(),
        generic: share,
        shapes: z.partialRecord(
          z.enum(['paragraph', 'bullets', 'steps', 'table', 'code', 'verse']),
          z.number().positive(),
        ),
      }),
    )
    .min(1),
  brief: words,
  stopwords: words,
});

const alternative = z.union([z.string(), z.strictObject({ say: z.string(), tag: name })]);
const rulesFile = z.strictObject({ rules: z.record(name, z.array(alternative).min(1)) });

const variantsFile = z.strictObject({
  variants: z.record(
    name,
    z.strictObject({
      length: z.number().positive(),
      opening: share,
      closing: share,
      headings: share,
      lists: weight,
      boldLead: share,
      boldTopic: share,
      emoji: share,
      exclaim: share,
      lean: z.record(name, weight),
    }),
  ),
});

/** One alternative of a rule: literal text and references to symbols, in turn. */
export type Part = { readonly text: string } | { readonly symbol: string };
export interface Rule {
  /** Differs from rule to rule; prompts favour alternatives by it. */
  readonly index: number;
  readonly alternatives: readonly { readonly parts: readonly Part[]; readonly tag: string | undefined }[];
}

export interface Grammar {
  readonly rules: ReadonlyMap<string, Rule>;
  readonly kinds: readonly Kind[];
  readonly brief: readonly string[];
  readonly stopwords: ReadonlySet<string>;
  readonly variants: ReadonlyMap<string, Variant>;
}

/** Symbols that the prompt fills. */
const PROMPT_SYMBOLS = ['topic', 'other', 'name', 'number'];
const NEEDED_RULES = ['sentence', 'opening', 'closing', 'emoji', 'lead', 'list-intro', 'cell'];
const SHAPE_RULES: Partial<Record<Shape, string>> = { code: 'code-block', verse: 'verse-line' };

/**
 * Reads the sandbox's text grammar: `prompts.yaml`, `grammar.yaml` and `variants.yaml` in `folder`
 * (by default the package's data/sandbox).
 * @throws SandboxError naming the file and every problem in it
 */
export function loadGrammar(folder: URL = new URL('../../data/sandbox/', import.meta.url)): Grammar {
  const prompts = readYaml(new URL('prompts.yaml', folder), promptsFile);
  const { rules: raw } = readYaml(new URL('grammar.yaml', folder), rulesFile);
  const { variants } = readYaml(new URL('variants.yaml', folder), variantsFile);
  const rules = new Map<string, Rule>();
  for (const [id, alternatives] of Object.entries(raw)) {
    const compiled = alternatives.map((a) =>
      typeof a === 'string' ? { parts: compile(a), tag: undefined } : { parts: compile(a.say), tag: a.tag },
    );
    rules.set(id, { index: rules.size, alternatives: compiled });
  }
  const grammar: Grammar = {
    rules,
    kinds: prompts.kinds,
    brief: prompts.brief,
    // A cue tells what to do, not what about.
    stopwords: new Set([...prompts.stopwords, ...prompts.kinds.flatMap((kind) => kind.cues)]),
    variants: new Map(Object.entries(variants)),
  };
  const problems = [...missingRules(grammar), ...badReferences(rules), ...unknownTags(grammar)];
  if (!grammar.variants.has('vanilla')) problems.push('variants.yaml: there is no variant "vanilla"');
  if (problems.length > 0) throw new SandboxError(`data/sandbox: ${problems.join('; ')}`);
  return grammar;
}

function readYaml<T>(file: URL, schema: z.ZodType<T>): T {
  try {
    return schema.parse(parse(readFileSync(file, 'utf8')));
  } catch (cause) {
    const problem = cause instanceof z.ZodError ? z.prettifyError(cause) : errorMessage(cause);
    throw new SandboxError(`${file.pathname.split('/').slice(-3).join('/')}: ${problem}`, { cause });
  }
}

function compile(template: string): Part[] {
  return template
    .split(/(\{[a-z0-9-]+\})/)
    .filter((piece) => piece !== '')
    .map((piece) => (/^\{[a-z0-9-]+\}$/.test(piece) ? { symbol: piece.slice(1, -1) } : { text: piece }));
}

function missingRules({ rules, kinds }: Grammar): string[] {
  const needed = new Set(NEEDED_RULES);
  for (const { id, shapes: weights } of kinds) {
    needed.add(`${id}-sentence`).add(`${id}-heading`);
    for (const [shape, rule] of Object.entries(SHAPE_RULES)) {
      if (weights[shape as Shape] !== undefined) needed.add(rule);
    }
  }
  return [...needed].filter((id) => !rules.has(id)).map((id) => `grammar.yaml: there is no rule "${id}"`);
}

function badReferences(rules: Grammar['rules']): string[] {
  const problems: string[] = [];
  const done = new Set<string>();
  const visit = (id: string, above: readonly string[]): void => {
    if (PROMPT_SYMBOLS.includes(id) || done.has(id)) return;
    const rule = rules.get(id);
    if (rule === undefined) problems.push(`grammar.yaml: rule "${above.at(-1)}" refers to unknown "${id}"`);
    else if (above.includes(id)) problems.push(`grammar.yaml: rule "${id}" leads back to itself`);
    else {
      for (const { parts } of rule.alternatives) {
        for (const part of parts) if ('symbol' in part) visit(part.symbol, [...above, id]);
      }
    }
    done.add(id);
  };
  for (const id of rules.keys()) visit(id, []);
  return problems;
}

function unknownTags({ rules, variants }: Grammar): string[] {
  const tags = new Set([...rules.values()].flatMap((rule) => rule.alternatives.map((a) => a.tag)));
  return [...variants].flatMap(([id, { lean }]) =>
    Object.keys(lean)
      .filter((tag) => !tags.has(tag))
      .map((tag) => `variants.yaml: ${id} leans to the unknown tag "${tag}"`),
  );
}
