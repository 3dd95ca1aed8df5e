import { plainLine, TwinwatchError } from '../core/index.js';

/** One thing that is wrong with the configuration, and where. Every text is safe for a terminal. */
export interface ConfigProblem {
  /** The watch file as it was named, or `environment`. */
  readonly file: string;
  /** 1-based; null when the problem has no place in the file. */
  readonly line: number | null;
  readonly column: number | null;
  /** `watches[0].schedule.cron`; empty for the file as a whole. */
  readonly key: string;
  readonly reason: string;
}

const maxShown = 100;

/** The configuration can't be used. The message lists every problem, one a line: `file:line:col key: reason`. */
export class ConfigError extends TwinwatchError {
  readonly code = 'config';
  readonly problems: readonly ConfigProblem[];

  constructor(problems: readonly ConfigProblem[], options?: { cause?: unknown }) {
    const clean = problems.map(cleaned);
    const lines = clean.slice(0, maxShown).map(lineOf);
    if (clean.length > maxShown) lines.push(`… and ${clean.length - maxShown} more problems`);
    super(lines.join('\n'), options);
    this.problems = clean;
  }
}

function cleaned(problem: ConfigProblem): ConfigProblem {
  return {
    ...problem,
    file: plainLine(problem.file),
    key: plainLine(problem.key),
    reason: plainLine(problem.reason),
  };
}

function lineOf({ file, line, column, key, reason }: ConfigProblem): string {
  const place = line === null ? file : `${file}:${line}${column === null ? '' : `:${column}`}`;
  return key === '' ? `${place}: ${reason}` : `${place} ${key}: ${reason}`;
}
