import type { Db, Tx } from '../database.js';
import type { SuitesTable } from '../tables/suites.js';

/** Keeps the texts of suites; those that are there already stay as they are. */
export async function keepSuites(tx: Tx, suites: readonly SuitesTable[]): Promise<void> {
  if (suites.length === 0) return;
  await tx
    .insertInto('suites')
    .values([...suites])
    .onConflict((c) => c.column('hash').doNothing())
    .execute();
}

/** The text of a suite, or null where the store doesn't have it. */
export async function findSuiteText(db: Db, hash: string): Promise<string | null> {
  const row = await db.selectFrom('suites').select('text').where('hash', '=', hash).executeTakeFirst();
  return row?.text ?? null;
}
