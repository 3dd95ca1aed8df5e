import type { Db, Tx } from '../database.js';
import type { BudgetPausesTable } from '../tables/budget-pauses.js';
import type { WatchReportsTable } from '../tables/watch-reports.js';
import type { WatchSummariesTable } from '../tables/watch-summaries.js';
import type { WatchesTable } from '../tables/watches.js';

/** More watches than this are not listed. A watch file holds 1,000; the store also keeps those of before. */
const MOST_WATCHES = 5000;

/** A watch with where it stands; null before the first round of its epoch. */
export interface WatchRow extends Pick<WatchesTable, 'id' | 'epoch' | 'title' | 'claim'> {
  readonly summary: Omit<WatchSummariesTable, 'watch_id' | 'epoch'> | null;
  /** Since when it waits for a budget, or null. */
  readonly pausedSince: BudgetPausesTable['since'] | null;
}

/** Every watch, by id. */
export async function watchRows(db: Db): Promise<WatchRow[]> {
  const rows = await db
    .selectFrom('watches')
    .leftJoin('watch_summaries as s', (on) =>
      on.onRef('s.watch_id', '=', 'watches.id').onRef('s.epoch', '=', 'watches.epoch'),
    )
    .leftJoin('budget_pauses as p', 'p.watch_id', 'watches.id')
    .select(['watches.id', 'watches.epoch', 'title', 'claim', 'p.since as pausedSince'])
    .select(['verdict', 'severity', 'log10_e', 'level', 'trials', 'void_trials', 's.at'])
    .orderBy('watches.id')
    .limit(MOST_WATCHES)
    .execute();
  return rows.map(({ id, epoch, title, claim, pausedSince, ...rest }) => {
    const { verdict, severity, log10_e, level, trials, void_trials, at } = rest;
    const isKnown =
      verdict !== null &&
      log10_e !== null &&
      level !== null &&
      trials !== null &&
      void_trials !== null &&
      at !== null;
    const summary = isKnown ? { verdict, severity, log10_e, level, trials, void_trials, at } : null;
    return { id, epoch, title, claim, pausedSince, summary };
  });
}

/** Writes down where a watch stands, and its report. */
export async function saveWatchReport(
  tx: Tx,
  summary: WatchSummariesTable,
  report: WatchReportsTable,
): Promise<void> {
  const { watch_id: _, ...standing } = summary;
  await tx
    .insertInto('watch_summaries')
    .values(summary)
    .onConflict((c) => c.column('watch_id').doUpdateSet(standing))
    .execute();
  await tx
    .insertInto('watch_reports')
    .values(report)
    .onConflict((c) => c.columns(['watch_id', 'epoch']).doUpdateSet({ report: report.report, at: report.at }))
    .execute();
}

export async function findWatchReport(
  db: Db,
  watchId: string,
  epoch: number,
): Promise<WatchReportsTable | null> {
  const row = await db
    .selectFrom('watch_reports')
    .selectAll()
    .where('watch_id', '=', watchId)
    .where('epoch', '=', epoch)
    .executeTakeFirst();
  return row ?? null;
}

/** Replaces what a report says. */
export async function replaceWatchReport(
  tx: Tx,
  { watch_id, epoch, report }: WatchReportsTable,
): Promise<void> {
  await tx
    .updateTable('watch_reports')
    .set({ report })
    .where('watch_id', '=', watch_id)
    .where('epoch', '=', epoch)
    .execute();
}
