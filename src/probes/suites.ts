import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parse } from 'yaml';
import { z } from 'zod';
import type { SuiteRef } from '../config/index.js';
import {
  canonicalJson,
  errorMessage,
  type Json,
  plainLine,
  type SeededRandom,
  sha256,
} from '../core/index.js';
import { ProbeError } from './errors.js';

/** A prompt with the same words every time. */
export interface FixedPrompt {
  readonly id: string;
  readonly prompt: string;
}

/** A template whose slots are filled anew for each use. */
export interface DynamicPrompt {
  readonly id: string;
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

const slug = z
  .string()
  .regex(/^[a-z0-9]+(?:-[a-z0-9]+)*$/, 'use lower-case words joined by hyphens')
  .max(64);
const words = z.array(z.string().min(1).max(500)).min(1).max(10_000);

const suiteSchema = z.strictObject({
  id: slug,
  version: z.int().min(1),
  title: z.string().min(1).max(200),
  fixed: z.array(z.strictObject({ id: slug, prompt: z.string().min(1).max(8000) })).default([]),
  dynamic: z
    .array(
      z.strictObject({
        id: slug,
        template: z.string().min(1).max(8000),
        slots: z.record(z.string(), z.union([z.string().startsWith('$'), words])).default({}),
      }),
    )
    .default([]),
  lists: z.record(z.string(), words).default({}),
});

/** Loads a suite that ships with Twinwatch, or one of the user's own. @throws ProbeError naming file and reason */
export function loadSuite(ref: SuiteRef): Suite {
  const path =
    ref.kind === 'file'
      ? ref.path
      : fileURLToPath(new URL(`../../data/suites/${ref.id}.yaml`, import.meta.url));
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (cause) {
    const name =
      ref.kind === 'file' ? `the suite file ${path}` : `a built-in suite called "${plainLine(ref.id)}"`;
    throw new ProbeError(`${name} can't be read: ${errorMessage(cause)}`, { cause });
  }
  return parseSuite(text, path);
}

/** Reads a suite from YAML text; `path` is only named in errors. @throws ProbeError */
export function parseSuite(text: string, path: string): Suite {
  let raw: unknown;
  try {
    raw = parse(text, { maxAliasCount: 100 });
  } catch (cause) {
    throw new ProbeError(`${path}: ${errorMessage(cause)}`, { cause });
  }
  const result = suiteSchema.safeParse(raw);
  if (!result.success) {
    const reasons = result.error.issues.map(
      (issue) => `${issue.path.join('.') || 'the file'}: ${issue.message}`,
    );
    throw new ProbeError(plainLine(`${path}: ${reasons.join('; ')}`, 2000));
  }
  const { lists, ...body } = result.data;
  const dynamic = body.dynamic.map((entry) => resolveTemplate(entry, lists, path));
  const suite = { ...body, dynamic };
  checkIds(suite, path);
  return { ...suite, hash: sha256(canonicalJson(suite as unknown as Json)) };
}

/** Fills a template's slots from `random`. */
export function fillTemplate(prompt: DynamicPrompt, random: SeededRandom): string {
  return prompt.template.replaceAll(/\{([a-z][a-z0-9_]*)\}/g, (_, name: string) =>
    random.pick(prompt.slots[name] ?? []),
  );
}

function resolveTemplate(
  entry: { id: string; template: string; slots: Record<string, string | string[]> },
  lists: Record<string, string[]>,
  path: string,
): DynamicPrompt {
  const used = new Set([...entry.template.matchAll(/\{([a-z][a-z0-9_]*)\}/g)].map((match) => match[1] ?? ''));
  const slots: Record<string, readonly string[]> = {};
  for (const [name, value] of Object.entries(entry.slots)) {
    const list = typeof value === 'string' ? listNamed(lists, value.slice(1)) : value;
    if (!list)
      throw new ProbeError(
        plainLine(`${path}: template ${entry.id}: there is no list called ${String(value)}`),
      );
    if (!used.has(name))
      throw new ProbeError(plainLine(`${path}: template ${entry.id} never uses its slot {${name}}`));
    slots[name] = list;
  }
  for (const name of used) {
    if (!Object.hasOwn(slots, name))
      throw new ProbeError(plainLine(`${path}: template ${entry.id} has no words for {${name}}`));
  }
  if (used.size === 0)
    throw new ProbeError(plainLine(`${path}: template ${entry.id} has no slot: it belongs under "fixed"`));
  return { id: entry.id, template: entry.template, slots };
}

/** Not `lists[name]`: every object inherits a `constructor`. */
function listNamed(lists: Record<string, string[]>, name: string): string[] | undefined {
  return Object.hasOwn(lists, name) ? lists[name] : undefined;
}

function checkIds(suite: Omit<Suite, 'hash'>, path: string): void {
  const seen = new Set<string>();
  for (const { id } of [...suite.fixed, ...suite.dynamic]) {
    if (seen.has(id)) throw new ProbeError(`${path}: two prompts are called ${id}`);
    seen.add(id);
  }
  if (seen.size === 0) throw new ProbeError(`${path}: the suite has no prompts`);
}
