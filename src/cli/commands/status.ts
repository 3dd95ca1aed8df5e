import { type CanaryStatus, readStatus, type WatchStatus } from '../../app/index.js';
import { plainLine, systemClock } from '../../core/index.js';
import { declaredNames } from '../../evidence/index.js';
import type { DeclaredChange } from '../../jobs/index.js';
import { budgetLine, pauseLine } from '../budget-lines.js';
import { exitCodes } from '../exit-codes.js';
import { evidenceBar, type Terminal, verdictLabel } from '../terminal.js';
import { readWatchFile } from '../watch-file.js';

/** Shows where every watch of the store stands. Works while the daemon runs. @throws ConfigError, StoreError */
export async function status(path: string, json: boolean, out: Terminal): Promise<number> {
  const file = readWatchFile(path);
  const rows = await readStatus(file, systemClock.now());
  if (json) {
    out.line(JSON.stringify({ watches: rows }, null, 2));
    return exitCodes.ok;
  }
  if (rows.length === 0) out.line('No watch has run yet. Try: twinwatch run-round <watch>');
  for (const row of rows) showWatch(row, out);
  return exitCodes.ok;
}

function showWatch(row: WatchStatus, out: Terminal): void {
  out.line(
    `${verdictLabel(out, row.verdict)} ${out.paint('bold', plainLine(row.id))}  ${plainLine(row.title)}`,
  );
  out.line(`  ${plainLine(row.sentence, 1000)}`);
  const voids = row.voidTrials > 0 ? `, ${row.voidTrials} void` : '';
  out.line(`  evidence ${evidenceBar(row, row.level)}, ${row.trials} trials${voids}`);
  for (const finding of row.findings.slice(0, 5)) out.line(`  – ${plainLine(finding.sentence)}`);
  if (row.declaredChange) out.line(`  ${declaredLine(row.declaredChange)}`);
  if (row.paused) out.line(`  ${out.paint('yellow', pauseLine(row.paused, row.paused.resumesAt))}`);
  for (const side of ['listed', 'released'] as const) {
    const budgets = row.budgets.filter((budget) => budget.side === side);
    if (budgets.length > 0) out.line(`  ${budgetLine(side, budgets)}`);
  }
  if (row.nextRoundAt) out.line(`  next round ${row.nextRoundAt}`);
  if (row.canary) out.line(`  ${canaryLine(row.canary)}`);
  out.line();
}

function canaryLine({ nextAt, suspicion, suspicious, extraRounds, lastExtraRoundAt }: CanaryStatus): string {
  const next = nextAt === null ? 'no canary round is due' : `next canary round ${nextAt}`;
  const now = suspicious ? `; suspicious: the e-value is ${suspicion} or more` : '';
  const added =
    lastExtraRoundAt === null ? '' : `; extra rounds: ${extraRounds}, the last ${lastExtraRoundAt}`;
  return `${next}${now}${added}`;
}

/** What a side says of itself, in its own words: reported, never inferred. */
function declaredLine({ side, field, before, after, seq }: DeclaredChange): string {
  const [from, to] = [before, after].map((value) => `"${plainLine(value, 100)}"`);
  return `declared by the ${side} side: ${declaredNames[field]} ${to}, before ${from} (trial ${seq})`;
}
