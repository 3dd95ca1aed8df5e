import type { Db, Tx } from '../database.js';
import type { CheckpointsTable } from '../tables/checkpoints.js';
import type { CosignaturesTable } from '../tables/cosignatures.js';
import type { LogForksTable } from '../tables/log-forks.js';
import type { SeenLogsTable } from '../tables/seen-logs.js';

/** What was seen of another log; null when that is nothing yet. */
export async function seenLog(db: Db, origin: string): Promise<SeenLogsTable | null> {
  const row = await db.selectFrom('seen_logs').selectAll().where('origin', '=', origin).executeTakeFirst();
  return row ?? null;
}

/**
 * Keeps the newest head of another log, unless another process has kept one since `before` was read.
 * Returns whether it was kept.
 */
export async function saveSeenLog(
  tx: Tx,
  log: SeenLogsTable,
  before: SeenLogsTable | null,
): Promise<boolean> {
  if (before === null) {
    const query = tx
      .insertInto('seen_logs')
      .values(log)
      .onConflict((conflict) => conflict.doNothing());
    return (await query.executeTakeFirst()).numInsertedOrUpdatedRows === 1n;
  }
  const query = tx
    .updateTable('seen_logs')
    .set(log)
    .where('origin', '=', log.origin)
    .where('note', '=', before.note);
  return (await query.executeTakeFirst()).numUpdatedRows === 1n;
}

/** Keeps two heads of another log that contradict each other, once. */
export async function keepFork(tx: Tx, fork: LogForksTable): Promise<void> {
  await tx
    .insertInto('log_forks')
    .values(fork)
    .onConflict((conflict) => conflict.doNothing())
    .execute();
}

/** Forks that were found, the newest last. */
export async function logForks(db: Db): Promise<LogForksTable[]> {
  return await db.selectFrom('log_forks').selectAll().orderBy('found_at').orderBy('origin').execute();
}

/** Keeps a co-signature. Returns false when there is one of this witness on this checkpoint. */
export async function insertCosignature(tx: Tx, cosignature: CosignaturesTable): Promise<boolean> {
  const query = tx
    .insertInto('cosignatures')
    .values(cosignature)
    .onConflict((conflict) => conflict.doNothing());
  return (await query.executeTakeFirst()).numInsertedOrUpdatedRows === 1n;
}

/** The co-signatures of a checkpoint, by their witnesses' keys. */
export async function cosignaturesOf(db: Db, size: number): Promise<CosignaturesTable[]> {
  return await db
    .selectFrom('cosignatures')
    .selectAll()
    .where('size', '=', size)
    .orderBy('witness_key')
    .execute();
}

/** The newest checkpoint over at most `size` entries that somebody has co-signed; null when there is none. */
export async function newestCosigned(db: Db, size: number): Promise<CheckpointsTable | null> {
  const row = await db
    .selectFrom('checkpoints')
    .selectAll()
    .where('size', '<=', size)
    .where('size', 'in', (query) => query.selectFrom('cosignatures').select('size'))
    .orderBy('size', 'desc')
    .limit(1)
    .executeTakeFirst();
  return row ?? null;
}
