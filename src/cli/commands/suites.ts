import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import type { SuiteRef } from '../../config/index.js';
import { plainLine, plainText, seededRandom } from '../../core/index.js';
import {
  builtInSuiteIds,
  fillTemplate,
  lintSuite,
  loadSuite,
  ProbeError,
  problemLine,
  promptSpace,
  readSuiteFile,
  type Suite,
  type SuiteProblem,
} from '../../probes/index.js';
import { exitCodes } from '../exit-codes.js';
import { counted } from '../figures.js';
import type { Terminal } from '../terminal.js';
import { findWatchFile } from '../watch-file.js';
import { wrapped } from '../wrap.js';

const width = 80;

interface ListedSuite {
  readonly id: string;
  readonly version: number;
  readonly title: string;
  readonly fixed: number;
  readonly dynamic: number;
  /** Different texts; at least so many when `exact` is false. */
  readonly texts: number;
  readonly exact: boolean;
  readonly hash: string;
  /** null: ships with Twinwatch. */
  readonly path: string | null;
}

/**
 * Lists the suites that ship with Twinwatch and those of the watch file (`config`, else `twinwatch.yaml`
 * where there is one). @throws ConfigError, ProbeError
 */
export function listSuites(options: { config?: string; json: boolean }, out: Terminal): number {
  const refs: SuiteRef[] = builtInSuiteIds().map((id) => ({ kind: 'builtin', id }));
  const rows = [...refs, ...ownSuites(options.config)].map(listed);
  if (options.json) {
    out.line(JSON.stringify({ suites: rows }, null, 2));
    return exitCodes.ok;
  }
  const idWidth = Math.min(30, Math.max(...rows.map(({ id }) => id.length)));
  const line = (id: string, ...cells: [string, string, string, string, string]): string => {
    const [version, fixed, dynamic, texts, title] = cells;
    const figures = `${version.padStart(3)} ${fixed.padStart(6)} ${dynamic.padStart(8)} ${texts.padStart(10)}`;
    const start = `${plainLine(id, idWidth).padEnd(idWidth)} ${figures}  `;
    return `${start}${plainLine(title, Math.max(10, width - start.length))}`;
  };
  out.line(out.paint('bold', line('suite', 'v', 'fixed', 'dynamic', 'texts', 'title')));
  for (const row of rows) {
    const texts = `${row.exact ? '' : '≥'}${shortNumber(row.texts)}`;
    out.line(line(row.id, `${row.version}`, `${row.fixed}`, `${row.dynamic}`, texts, row.title));
    if (row.path !== null) out.line(plainLine(`  from ${row.path}`));
  }
  return exitCodes.ok;
}

/** Prints the prompts of a suite, each template with some fillings. @throws ProbeError */
export function showSuite(name: string, options: { samples: number; seed: string }, out: Terminal): number {
  const suite = loadSuite(refOf(name));
  out.line(out.paint('bold', plainLine(`${suite.id} v${suite.version}: ${suite.title}`, width)));
  const space = promptSpace(suite);
  out.line(
    `${suite.fixed.length} fixed prompts, ${suite.dynamic.length} templates, ` +
      `${space.exact ? '' : 'at least '}${shortNumber(space.texts)} different texts`,
  );
  out.line(`hash ${suite.hash}`);
  for (const { id, language, prompt } of suite.fixed) {
    out.line(`\n${out.paint('bold', id)}${tag(language)}`);
    printText(prompt, '  ', out);
  }
  for (const template of suite.dynamic) {
    const random = seededRandom(`${options.seed}/${template.id}`);
    out.line(`\n${out.paint('bold', template.id)}${tag(template.language)}`);
    printText(template.template, '  ', out);
    for (let i = 0; i < options.samples; i += 1) printText(fillTemplate(template, random), '  – ', out);
  }
  return exitCodes.ok;
}

/** Checks suites. Returns exit code 2 when one has errors or can't be read; warnings alone are fine. */
export function lintSuites(names: readonly string[], options: { json: boolean }, out: Terminal): number {
  const found = names.flatMap((file) => problemsOf(file).map((problem) => ({ file, ...problem })));
  const errors = found.filter(({ level }) => level === 'error').length;
  const warnings = found.length - errors;
  if (options.json) out.line(JSON.stringify({ errors, warnings, problems: found }, null, 2));
  else {
    for (const { file, ...problem } of found) out.line(problemLine(file, problem));
    out.line(
      `${counted(names.length, 'suite')}: ${counted(errors, 'error')}, ${counted(warnings, 'warning')}`,
    );
  }
  return errors > 0 ? exitCodes.usage : exitCodes.ok;
}

function problemsOf(name: string): SuiteProblem[] {
  try {
    return lintSuite(readSuiteFile(refOf(name)).text);
  } catch (error) {
    if (!(error instanceof ProbeError)) throw error;
    return [{ level: 'error', line: null, prompt: null, key: '', reason: error.message }];
  }
}

function refOf(name: string): SuiteRef {
  const ids = builtInSuiteIds();
  if (ids.includes(name)) return { kind: 'builtin', id: name };
  if (existsSync(name)) return { kind: 'file', path: resolve(name) };
  throw new ProbeError(
    `there is no file and no built-in suite called ${plainLine(name)}; built in are ${ids.join(', ')}`,
  );
}

function ownSuites(config: string | undefined): SuiteRef[] {
  const watches = findWatchFile(config)?.watches ?? [];
  const paths = watches.flatMap(({ suites, canary }) =>
    [...suites, ...(canary?.suites ?? [])].flatMap((ref) => (ref.kind === 'file' ? [ref.path] : [])),
  );
  return [...new Set(paths)].map((own) => ({ kind: 'file', path: own }));
}

function listed(ref: SuiteRef): ListedSuite {
  const suite: Suite = loadSuite(ref);
  const { texts, exact } = promptSpace(suite);
  return {
    id: suite.id,
    version: suite.version,
    title: suite.title,
    fixed: suite.fixed.length,
    dynamic: suite.dynamic.length,
    texts,
    exact,
    hash: suite.hash,
    path: ref.kind === 'file' ? ref.path : null,
  };
}

/** 812, 41,120, 3.1e+9. */
function shortNumber(value: number): string {
  return value < 1e6 ? value.toLocaleString('en-US') : value.toExponential(1);
}

function tag(language: string): string {
  return language === 'en' ? '' : ` (${language})`;
}

/** Prints text line by line, long lines broken between words; `first` stands before the first, as many spaces before the others. */
function printText(text: string, first: string, out: Terminal): void {
  let start = first;
  for (const line of plainText(text.trimEnd()).split('\n')) {
    for (const part of wrapped(line, width - first.length)) {
      out.line(`${start}${part}`);
      start = ' '.repeat(first.length);
    }
  }
}
