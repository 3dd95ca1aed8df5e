import { type Check, examine, type Level } from '../../app/index.js';
import { readEnvironment } from '../../config/index.js';
import { systemClock } from '../../core/index.js';
import { exitCodes } from '../exit-codes.js';
import { counted } from '../figures.js';
import type { Terminal } from '../terminal.js';
import { readWatchFile } from '../watch-file.js';
import { wrapped } from '../wrap.js';

const width = 80;
const indent = 18;

/** Looks at what the watches need and says what to fix. Returns 1 when there is a problem. @throws ConfigError */
export async function doctor(
  path: string,
  options: { readonly json: boolean },
  out: Terminal,
): Promise<number> {
  const env = readEnvironment();
  // Missing keys are findings here, not a reason to stop.
  const file = readWatchFile(path);
  const show = (check: Check): void => (options.json ? undefined : showCheck(check, out));
  const checks = await examine({ file, env, clock: systemClock }, show);
  const count = (level: Level): number => checks.filter((check) => check.level === level).length;
  const asked = checks.some(({ area }) => area === 'endpoint');
  const summary = { problems: count('problem'), warnings: count('warning') };
  if (options.json) out.line(JSON.stringify({ ...summary, checks }, null, 2));
  else {
    out.line();
    out.line(
      `${counted(summary.problems, 'problem')}, ${counted(summary.warnings, 'warning')}. No alert was sent.`,
    );
    if (asked) out.line('Each model of an account got one short request; budgets do not count these.');
  }
  return summary.problems > 0 ? exitCodes.failure : exitCodes.ok;
}

const styles = { ok: 'green', warning: 'yellow', problem: 'red' } as const;

function showCheck({ level, area, subject, detail, fix }: Check, out: Terminal): void {
  const label = `${level.padEnd(8)} ${area.padEnd(8)} `;
  for (const [i, line] of wrapped(`${subject}: ${detail}`, width - indent).entries())
    out.line(i === 0 ? `${out.paint(styles[level], label)}${line}` : `${' '.repeat(indent)}${line}`);
  if (fix === null) return;
  for (const [i, line] of wrapped(fix, width - indent - 2).entries())
    out.line(`${' '.repeat(indent)}${i === 0 ? '→' : ' '} ${line}`);
}
