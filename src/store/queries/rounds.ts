import type { Db, Tx } from '../database.js';
import type { RoundsTable } from '../tables/rounds.js';
import type { TrialsTable } from '../tables/trials.js';

/** Writes a round with its planned trials. */
export async function insertRound(tx: Tx, round: RoundsTable, trials: readonly TrialsTable[]): Promise<void> {
  await tx.insertInto('rounds').values(round).execute();
  if (trials.length > 0)
    await tx
      .insertInto('trials')
      .values([...trials])
      .execute();
}

export async function finishRound(tx: Tx, id: string, at: number): Promise<void> {
  await tx.updateTable('rounds').set({ finished_at: at }).where('id', '=', id).execute();
}

/** Rounds of a watch that a stop or a crash left open, oldest first. */
export async function openRounds(db: Db, watchId: string): Promise<RoundsTable[]> {
  return await db
    .selectFrom('rounds')
    .selectAll()
    .where('watch_id', '=', watchId)
    .where('finished_at', 'is', null)
    .orderBy('epoch')
    .orderBy('number')
    .execute();
}

export async function lastRound(db: Db, watchId: string, epoch: number): Promise<RoundsTable | null> {
  const row = await db
    .selectFrom('rounds')
    .selectAll()
    .where('watch_id', '=', watchId)
    .where('epoch', '=', epoch)
    .orderBy('number', 'desc')
    .limit(1)
    .executeTakeFirst();
  return row ?? null;
}

/** The extra rounds of a watch that began at `from` or later, over all epochs, oldest first. */
export async function extraRounds(db: Db, watchId: string, from: number): Promise<RoundsTable[]> {
  return await db
    .selectFrom('rounds')
    .selectAll()
    .where('watch_id', '=', watchId)
    .where('tier', '=', 'extra')
    .where('started_at', '>=', from)
    .orderBy('started_at')
    .execute();
}
