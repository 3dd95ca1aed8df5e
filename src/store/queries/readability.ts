import type { Db } from '../database.js';

/**
 * Since when nothing could be read in an epoch: every trial since then was void, or left the verdict `unreadable`.
 * Null while the newest folded trial was read.
 */
export async function unreadableSince(db: Db, watchId: string, epoch: number): Promise<number | null> {
  const points = db.selectFrom('evidence_points').where('watch_id', '=', watchId).where('epoch', '=', epoch);
  const newest = await points.select('trials').orderBy('seq', 'desc').limit(1).executeTakeFirst();
  if (!newest) return null;
  const complete = await points
    .select((eb) => eb.fn.min('seq').as('seq'))
    .where('trials', '=', newest.trials)
    .executeTakeFirst();
  const readable = await points
    .select('seq')
    .where('verdict', '!=', 'unreadable')
    .orderBy('seq', 'desc')
    .limit(1)
    .executeTakeFirst();
  const lastComplete = newest.trials === 0 ? 0 : (complete?.seq ?? 0);
  const after = await points
    .select('at')
    .where('seq', '>', Math.min(lastComplete, readable?.seq ?? 0))
    .orderBy('seq')
    .limit(1)
    .executeTakeFirst();
  return after?.at ?? null;
}

/** Why an epoch's newest void trials were void, each reason once. */
export async function newestVoidReasons(db: Db, watchId: string, epoch: number): Promise<string[]> {
  const rows = await db
    .selectFrom('trials')
    .select('void_reason')
    .where('watch_id', '=', watchId)
    .where('epoch', '=', epoch)
    .where('status', '=', 'void')
    .orderBy('seq', 'desc')
    .limit(20)
    .execute();
  return [...new Set(rows.flatMap(({ void_reason: reason }) => (reason === null ? [] : [reason])))];
}
