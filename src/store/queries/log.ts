import type { Db, Tx } from '../database.js';
import type { CheckpointsTable } from '../tables/checkpoints.js';
import type { LogTable } from '../tables/log.js';
import type { LogKeysTable } from '../tables/log-keys.js';

/** Rows in one statement: SQLite takes 32,766 values, a log entry has eight. */
const ROWS = 4_000;

/** The newest entry of the log, or null when it is empty. */
export async function logHead(db: Db): Promise<LogTable | null> {
  const row = await db.selectFrom('log').selectAll().orderBy('height', 'desc').limit(1).executeTakeFirst();
  return row ?? null;
}

export async function insertLogEntries(tx: Tx, entries: readonly LogTable[]): Promise<void> {
  for (let i = 0; i < entries.length; i += ROWS)
    await tx
      .insertInto('log')
      .values(entries.slice(i, i + ROWS))
      .execute();
}

/** Up to `limit` entries from `height` on, in order. */
export async function logEntriesFrom(db: Db, height: number, limit: number): Promise<LogTable[]> {
  return await db
    .selectFrom('log')
    .selectAll()
    .where('height', '>=', height)
    .orderBy('height')
    .limit(limit)
    .execute();
}

/** The subtrees' hashes of the entries at these heights that there are, in no order. */
export async function logSubtrees(
  db: Db,
  heights: readonly number[],
): Promise<Pick<LogTable, 'height' | 'subtrees'>[]> {
  if (heights.length === 0) return [];
  return await db.selectFrom('log').select(['height', 'subtrees']).where('height', 'in', heights).execute();
}

export async function saveLogSubtrees(tx: Tx, height: number, subtrees: string): Promise<void> {
  await tx.updateTable('log').set({ subtrees }).where('height', '=', height).execute();
}

export async function insertCheckpoint(tx: Tx, checkpoint: CheckpointsTable): Promise<void> {
  await tx.insertInto('checkpoints').values(checkpoint).execute();
}

export async function newestCheckpoint(db: Db): Promise<CheckpointsTable | null> {
  const row = await db
    .selectFrom('checkpoints')
    .selectAll()
    .orderBy('size', 'desc')
    .limit(1)
    .executeTakeFirst();
  return row ?? null;
}

/** The checkpoints over `from` to `to` entries, both included, in order. */
export async function checkpointsOver(db: Db, from: number, to: number): Promise<CheckpointsTable[]> {
  return await db
    .selectFrom('checkpoints')
    .selectAll()
    .where('size', '>=', from)
    .where('size', '<=', to)
    .orderBy('size')
    .execute();
}

export async function insertLogKey(tx: Tx, key: LogKeysTable): Promise<void> {
  await tx.insertInto('log_keys').values(key).execute();
}

/** Every key there was, the newest last. */
export async function logKeys(db: Db): Promise<LogKeysTable[]> {
  return await db.selectFrom('log_keys').selectAll().orderBy('height').execute();
}
