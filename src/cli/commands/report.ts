import { readWatchReport } from '../../app/index.js';
import { systemClock } from '../../core/index.js';
import { renderWatchMarkdown, renderWatchReport } from '../../evidence/index.js';
import { exitCodes } from '../exit-codes.js';
import type { Terminal } from '../terminal.js';
import { readWatchFile } from '../watch-file.js';
import { writeReport } from '../write-report.js';

export interface ReportOptions {
  readonly config: string;
  readonly markdown: boolean;
  /** Where it goes; left out: stdout. */
  readonly output?: string;
}

/**
 * Writes the report of a watch. Works while the daemon runs. Returns 2 for a file that can't be written.
 * @throws ConfigError, StoreError, EvidenceError, AppError
 */
export async function report(
  watch: string,
  { config, markdown, output }: ReportOptions,
  out: Terminal,
  info: Terminal,
): Promise<number> {
  const file = readWatchFile(config);
  const input = await readWatchReport(file, watch, systemClock.now());
  const text = markdown ? renderWatchMarkdown(input) : renderWatchReport(input);
  if (output === undefined) {
    out.line(text.trimEnd());
    return exitCodes.ok;
  }
  return writeReport(output, text, info);
}
