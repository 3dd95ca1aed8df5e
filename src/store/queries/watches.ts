import type { Db, Tx } from '../database.js';
import type { EpochsTable } from '../tables/epochs.js';
import type { WatchesTable } from '../tables/watches.js';

/** A watch with the epoch it is in. */
export interface CurrentWatch {
  readonly watch: WatchesTable;
  readonly epoch: EpochsTable;
}

export async function findWatch(db: Db, id: string): Promise<CurrentWatch | null> {
  const watch = await db.selectFrom('watches').selectAll().where('id', '=', id).executeTakeFirst();
  if (!watch) return null;
  const epoch = await db
    .selectFrom('epochs')
    .selectAll()
    .where('watch_id', '=', id)
    .where('epoch', '=', watch.epoch)
    .executeTakeFirstOrThrow();
  return { watch, epoch };
}

/** Every epoch that a watch has had, in order. */
export async function epochsOf(db: Db, watchId: string): Promise<EpochsTable[]> {
  return await db.selectFrom('epochs').selectAll().where('watch_id', '=', watchId).orderBy('epoch').execute();
}

/** All watches that were ever configured, by id. */
export async function listWatches(db: Db): Promise<WatchesTable[]> {
  return await db.selectFrom('watches').selectAll().orderBy('id').execute();
}

/** Makes `epoch` the watch's current one; creates the watch when it is new. */
export async function beginEpoch(
  tx: Tx,
  watch: Pick<WatchesTable, 'id' | 'title' | 'claim' | 'created_at'>,
  epoch: EpochsTable,
): Promise<void> {
  await tx
    .insertInto('watches')
    .values({ ...watch, epoch: epoch.epoch, schedule: null, next_due_at: null, canary_due_at: null })
    .onConflict((c) =>
      c.column('id').doUpdateSet({ epoch: epoch.epoch, title: watch.title, claim: watch.claim }),
    )
    .execute();
  await tx.insertInto('epochs').values(epoch).execute();
}

export async function renameWatch(tx: Tx, id: string, title: string, claim: string): Promise<void> {
  await tx.updateTable('watches').set({ title, claim }).where('id', '=', id).execute();
}

/** Remembers when the next round is due, so that a missed one is noticed after downtime. */
export async function setNextDue(db: Db, id: string, schedule: string, at: number | null): Promise<void> {
  await db.updateTable('watches').set({ schedule, next_due_at: at }).where('id', '=', id).execute();
}

export async function setCanaryDue(db: Db, id: string, at: number | null): Promise<void> {
  await db.updateTable('watches').set({ canary_due_at: at }).where('id', '=', id).execute();
}
