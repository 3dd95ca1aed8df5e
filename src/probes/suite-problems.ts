import { type Finding, pathText } from '../config/index.js';
import { plainLine } from '../core/index.js';
import type { SuiteSource } from './suite-source.js';

/** Something about a suite that its author should know. An `error` must be mended, a `warning` may be meant. */
export interface SuiteProblem {
  readonly level: 'error' | 'warning';
  /** 1-based; null when the file can't be read at all. */
  readonly line: number | null;
  /** Id of the prompt that it is about; null when it is about none. */
  readonly prompt: string | null;
  /** Where in the file's data, as `dynamic[3].slots.food`. */
  readonly key: string;
  readonly reason: string;
}

/** A finding of the linter, with its place. */
export function problemOf(
  source: SuiteSource,
  finding: Finding,
  level: SuiteProblem['level'] = 'error',
): SuiteProblem {
  const [kind, index] = finding.path;
  const list = kind === 'fixed' || kind === 'dynamic' ? source.raw?.[kind] : undefined;
  return {
    level,
    line: source.lineOf(finding),
    prompt: (typeof index === 'number' && list?.[index]?.id) || null,
    key: pathText(finding.path),
    reason: finding.reason,
  };
}

/** What was wrong with the file itself, in its order. */
export function sourceProblems(source: SuiteSource): SuiteProblem[] {
  return source.findings.map((finding) => problemOf(source, finding)).sort(byLine);
}

/** Compares problems of one file by their place in it. */
export function byLine(a: SuiteProblem, b: SuiteProblem): number {
  return (a.line ?? 0) - (b.line ?? 0);
}

/** One safe line: `mine.yaml:12: story-opening: reason`. */
export function problemLine(path: string, problem: SuiteProblem): string {
  const where = problem.prompt ?? (problem.key || 'the file');
  const place = problem.line === null ? path : `${path}:${problem.line}`;
  const kind = problem.level === 'warning' ? 'warning: ' : '';
  return plainLine(`${place}: ${kind}${where}: ${problem.reason}`, 2000);
}
