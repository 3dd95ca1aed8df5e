import { exportEvidence } from '../../app/index.js';
import { plainLine } from '../../core/index.js';
import { exitCodes } from '../exit-codes.js';
import type { Terminal } from '../terminal.js';
import { readWatchFile } from '../watch-file.js';

/** Writes a watch's evidence into a bundle. @throws AppError, ConfigError, ProbeError, StoreError, EvidenceError */
export async function exportBundle(
  watch: string,
  { config, output }: { readonly config: string; readonly output: string },
  out: Terminal,
): Promise<number> {
  const file = readWatchFile(config);
  const { entries, rounds, trials, openTrials, removed } = await exportEvidence(file, watch, output);
  out.line(`${plainLine(output)}: ${trials} trials of ${rounds} rounds, ${entries} entries of the log`);
  if (openTrials > 0) out.line(`left out: ${openTrials} trials of a round that has not finished`);
  if (removed > 0) out.line(`${removed} answers without their text, which was removed`);
  out.line(`Anyone can check it: twinwatch evidence verify ${plainLine(output)} --trust KEY`);
  out.line('The key to trust is shown by "twinwatch keys show": publish it where others will find it.');
  return exitCodes.ok;
}
