import { exportEvidence } from '../../app/index.js';
import { plainLine } from '../../core/index.js';
import { exitCodes } from '../exit-codes.js';
import type { Terminal } from '../terminal.js';
import { readWatchFile } from '../watch-file.js';

export interface ExportOptions {
  readonly config: string;
  readonly output: string;
  /** Left out: the watch's current one, or the incident's. */
  readonly epoch?: number;
}

/** Writes the evidence of a watch or an incident into a bundle. @throws AppError, ConfigError, StoreError, EvidenceError */
export async function exportBundle(
  id: string,
  { config, output, epoch }: ExportOptions,
  out: Terminal,
): Promise<number> {
  const found = await exportEvidence(readWatchFile(config), id, output, epoch ?? null);
  const { entries, rounds, trials, openTrials, removed, named } = found;
  out.line(`${plainLine(output)}: ${trials} trials of ${rounds} rounds, ${entries} entries of the log`);
  out.line(`watch: ${plainLine(found.watch)}, epoch ${found.epoch}`);
  if (named === 'both') out.line('an incident has the same id: what was written is the watch');
  if (openTrials > 0) out.line(`left out: ${openTrials} trials of a round that has not finished`);
  if (removed > 0) out.line(`${removed} answers without their text, which was removed`);
  out.line(`Anyone can check it: twinwatch evidence verify ${plainLine(output)} --trust KEY`);
  out.line('The key to trust is shown by "twinwatch keys show": publish it where others will find it.');
  return exitCodes.ok;
}
