import { loadWatchFile, readEnvironment, watchWarnings } from '../../config/index.js';
import { plainLine } from '../../core/index.js';
import { loadSuite } from '../../probes/index.js';
import { exitCodes } from '../exit-codes.js';
import type { Terminal } from '../terminal.js';

/** Checks a watch file, its suites and its secrets without asking any endpoint. @throws ConfigError, ProbeError */
export function checkConfig(path: string, out: Terminal): number {
  const file = loadWatchFile(path, readEnvironment());
  for (const watch of file.watches) {
    const suites = watch.suites.map((ref) => loadSuite(ref));
    const sides = `${watch.listed.model} (listed) against ${watch.released.model} (released)`;
    out.line(plainLine(`${watch.id}: ${sides}`));
    const when = `${watch.schedule.cron} ${watch.schedule.timezone}`;
    out.line(
      `  ${watch.trialsPerRound} trials a round at "${when}", suites ${suites.map((s) => s.id).join(', ')}`,
    );
    if (watch.canary) {
      const names = watch.canary.suites.map((ref) => loadSuite(ref).id).join(', ');
      out.line(
        `  canary: ${watch.canary.trialsPerRound} trials a round at "${watch.canary.cron}", suites ${names}`,
      );
    }
    for (const warning of watchWarnings(watch))
      out.line(out.paint('yellow', `  note: ${plainLine(warning)}`));
  }
  out.line(`${file.path} is fine: ${file.watches.length} watch${file.watches.length === 1 ? '' : 'es'}.`);
  return exitCodes.ok;
}
