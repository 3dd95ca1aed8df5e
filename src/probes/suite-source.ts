import { z } from 'zod';
import { explain, type Finding, findingsOf, readYaml } from '../config/index.js';
import { canonicalJson, type Json, sha256 } from '../core/index.js';

/** A prompt with the same words every time. */
export interface FixedPrompt {
  readonly id: string;
  /** Language of the prompt, as `en` or `pt`. */
  readonly language: string;
  readonly prompt: string;
}

/** A template whose slots are filled anew for each use. */
export interface DynamicPrompt {
  readonly id: string;
  readonly language: string;
  readonly template: string;
  /** Slot name → the words that can fill it. */
  readonly slots: Readonly<Record<string, readonly string[]>>;
}

/** A versioned list of prompts. */
export interface Suite {
  readonly id: string;
  readonly version: number;
  readonly title: string;
  readonly fixed: readonly FixedPrompt[];
  readonly dynamic: readonly DynamicPrompt[];
  /** SHA-256 of the suite's canonical JSON: comments and layout don't count, every prompt does. */
  readonly hash: string;
}

/** Words, or all whole numbers of a range. */
type RawWords = readonly string[] | { readonly from: number; readonly to: number };

/** The file as it was written, once it has the right shape. */
export interface RawSuite extends Pick<Suite, 'id' | 'version' | 'title'> {
  readonly language: string;
  readonly fixed: readonly (Omit<FixedPrompt, 'language'> & { readonly language?: string | undefined })[];
  readonly dynamic: readonly {
    readonly id: string;
    readonly language?: string | undefined;
    readonly template: string;
    /** A string names a list: `$topic`. */
    readonly slots: Readonly<Record<string, string | RawWords>>;
  }[];
  readonly lists: Readonly<Record<string, RawWords>>;
}

/** A suite file that was read: the suite, or why there is none. */
export interface SuiteSource {
  /** null when the file doesn't have the right shape. */
  readonly raw: RawSuite | null;
  /** null when anything was found. */
  readonly suite: Suite | null;
  readonly findings: readonly Finding[];
  /** 1-based line of a finding. */
  lineOf(finding: Finding): number;
}

/** Longest prompt, in UTF-16 units, before and after filling. */
export const maxPromptLength = 8000;

const maxWords = 10_000;

/** `{name}` in a template. */
export const slotPattern: RegExp = /\{([a-z][a-z0-9_]*)\}/g;

const slug = z
  .string()
  .regex(/^[a-z0-9]+(?:-[a-z0-9]+)*$/, 'use lower-case words joined by hyphens')
  .max(64);
const language = z.string().regex(/^[a-z]{2,3}$/, 'use a language code of two or three letters, like "en"');
const text = z.string().min(1).max(maxPromptLength);
const range = z
  .strictObject({ from: z.int(), to: z.int() })
  .refine(({ from, to }) => from < to && to - from < maxWords, {
    error: `must count upwards, over at most ${maxWords} numbers`,
  });
const words = z.union([z.array(z.string().min(1).max(500)).min(1).max(maxWords), range]);
const reference = z.string().startsWith('$', 'is a list of words, or the name of one as $name');

const suiteSchema: z.ZodType<RawSuite> = z.strictObject({
  id: slug,
  version: z.int().min(1),
  title: z.string().min(1).max(200),
  language: language.default('en'),
  fixed: z
    .array(z.strictObject({ id: slug, language: language.optional(), prompt: text }))
    .max(5000)
    .default([]),
  dynamic: z
    .array(
      z.strictObject({
        id: slug,
        language: language.optional(),
        template: text,
        slots: z.record(z.string(), z.union([reference, words])).default({}),
      }),
    )
    .max(500)
    .default([]),
  lists: z.record(z.string(), words).default({}),
});

/** Reads a suite from YAML text. Never throws. */
export function readSuite(yaml: string): SuiteSource {
  const source = readYaml(yaml);
  const lineOf = (finding: Finding): number => source.place(finding).line;
  const broken = (findings: readonly Finding[], raw: RawSuite | null): SuiteSource => ({
    raw,
    suite: null,
    findings,
    lineOf,
  });
  // What follows from a first mistake of syntax would only distract.
  if (source.fatal) return broken(source.findings.slice(0, 5), null);
  const parsed = suiteSchema.safeParse(source.data, { error: explain });
  if (!parsed.success) return broken([...source.findings, ...findingsOf(parsed.error.issues)], null);
  const raw = parsed.data;
  const findings = [
    ...source.findings,
    ...idFindings(raw),
    ...raw.dynamic.flatMap((_, i) => slotFindings(raw, i)),
  ];
  if (findings.length > 0) return broken(findings, raw);
  return { raw, suite: suiteOf(raw), findings, lineOf };
}

function suiteOf({ lists, language: common, ...raw }: RawSuite): Suite {
  const body = {
    id: raw.id,
    version: raw.version,
    title: raw.title,
    fixed: raw.fixed.map((entry) => ({ ...entry, language: entry.language ?? common })),
    dynamic: raw.dynamic.map((entry) => ({
      ...entry,
      language: entry.language ?? common,
      slots: Object.fromEntries(
        Object.entries(entry.slots).map(([name, value]) => [name, wordsOf(value, lists) ?? []]),
      ),
    })),
  };
  return { ...body, hash: sha256(suiteText(body)) };
}

/** A suite as the text that its hash is made of. */
export function suiteText({ id, version, title, fixed, dynamic }: Omit<Suite, 'hash'>): string {
  return canonicalJson({ id, version, title, fixed, dynamic } as unknown as Json);
}

/** The words of a slot or list; undefined when the list that it names is not there. */
function wordsOf(value: string | RawWords, lists: RawSuite['lists']): readonly string[] | undefined {
  if (typeof value === 'string') {
    // Not `lists[name]` alone: every object inherits a `constructor`.
    const list = Object.hasOwn(lists, value.slice(1)) ? lists[value.slice(1)] : undefined;
    return list && wordsOf(list, lists);
  }
  if (!('from' in value)) return value;
  return Array.from({ length: value.to - value.from + 1 }, (_, i) => String(value.from + i));
}

function idFindings(raw: RawSuite): Finding[] {
  const findings: Finding[] = [];
  const seen = new Set<string>();
  for (const kind of ['fixed', 'dynamic'] as const) {
    for (const [i, { id }] of raw[kind].entries()) {
      if (seen.has(id)) findings.push({ path: [kind, i, 'id'], reason: 'is the id of two prompts' });
      seen.add(id);
    }
  }
  if (seen.size === 0) findings.push({ path: [], reason: 'the suite has no prompts' });
  return findings;
}

function slotFindings(raw: RawSuite, index: number): Finding[] {
  const entry = raw.dynamic[index];
  if (!entry) return [];
  const findings: Finding[] = [];
  const path = ['dynamic', index];
  const used = new Set([...entry.template.matchAll(slotPattern)].map((match) => match[1] ?? ''));
  for (const [name, value] of Object.entries(entry.slots)) {
    const at = [...path, 'slots', name];
    if (!wordsOf(value, raw.lists))
      findings.push({ path: at, reason: `there is no list called ${JSON.stringify(value)}` });
    if (!used.has(name)) findings.push({ path: at, reason: `the template never uses its slot {${name}}` });
  }
  for (const name of used) {
    if (!Object.hasOwn(entry.slots, name))
      findings.push({ path: [...path, 'template'], reason: `there are no words for {${name}}` });
  }
  if (used.size === 0) {
    findings.push({ path: [...path, 'template'], reason: 'has no slot: it belongs under "fixed"' });
  }
  return findings;
}
