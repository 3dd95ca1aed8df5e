import type { Db, Tx } from '../database.js';
import type { BudgetDaysTable } from '../tables/budget-days.js';
import type { BudgetPausesTable } from '../tables/budget-pauses.js';

/** The days of an account from `day` on, oldest first. */
export async function budgetDays(db: Db, account: string, day: string): Promise<BudgetDaysTable[]> {
  return await db
    .selectFrom('budget_days')
    .selectAll()
    .where('account', '=', account)
    .where('day', '>=', day)
    .orderBy('day')
    .execute();
}

/** Adds to the sums of an account's day; what is added may be negative. */
export async function addToDay(tx: Tx, change: BudgetDaysTable): Promise<void> {
  await tx
    .insertInto('budget_days')
    .values(change)
    .onConflict((c) =>
      c.columns(['account', 'day']).doUpdateSet((eb) => ({
        tokens: eb('budget_days.tokens', '+', change.tokens),
        micros: eb('budget_days.micros', '+', change.micros),
        open_tokens: eb('budget_days.open_tokens', '+', change.open_tokens),
        open_micros: eb('budget_days.open_micros', '+', change.open_micros),
      })),
    )
    .execute();
}

export async function findPause(db: Db, watchId: string): Promise<BudgetPausesTable | null> {
  const row = await db
    .selectFrom('budget_pauses')
    .selectAll()
    .where('watch_id', '=', watchId)
    .executeTakeFirst();
  return row ?? null;
}

export async function savePause(tx: Tx, pause: BudgetPausesTable): Promise<void> {
  await tx
    .insertInto('budget_pauses')
    .values(pause)
    .onConflict((c) => c.column('watch_id').doUpdateSet(pause))
    .execute();
}

export async function clearPause(db: Db, watchId: string): Promise<void> {
  await db.deleteFrom('budget_pauses').where('watch_id', '=', watchId).execute();
}
