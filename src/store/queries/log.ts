import type { Db, Tx } from '../database.js';
import type { LogTable } from '../tables/log.js';

/** The newest entry of the log, or null when it is empty. */
export async function logHead(db: Db): Promise<LogTable | null> {
  const row = await db.selectFrom('log').selectAll().orderBy('height', 'desc').limit(1).executeTakeFirst();
  return row ?? null;
}

export async function insertLogEntries(tx: Tx, entries: readonly LogTable[]): Promise<void> {
  await tx
    .insertInto('log')
    .values([...entries])
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
