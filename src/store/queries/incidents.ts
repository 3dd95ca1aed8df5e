import type { Db, Tx } from '../database.js';
import type { DeliveriesTable } from '../tables/deliveries.js';
import type { IncidentsTable } from '../tables/incidents.js';

export async function findIncident(db: Db, watchId: string, epoch: number): Promise<IncidentsTable | null> {
  const row = await db
    .selectFrom('incidents')
    .selectAll()
    .where('watch_id', '=', watchId)
    .where('epoch', '=', epoch)
    .executeTakeFirst();
  return row ?? null;
}

/** Writes an incident and what has to be sent about it. */
export async function insertIncident(
  tx: Tx,
  incident: IncidentsTable,
  deliveries: readonly DeliveriesTable[],
): Promise<void> {
  await tx.insertInto('incidents').values(incident).execute();
  if (deliveries.length > 0)
    await tx
      .insertInto('deliveries')
      .values([...deliveries])
      .execute();
}

/** A delivery with its incident's content. */
export interface DueDelivery extends DeliveriesTable {
  readonly content: string;
  readonly watch_id: string;
}

/** Deliveries to try at `now`, the longest waiting first. */
export async function dueDeliveries(db: Db, now: number, limit: number): Promise<DueDelivery[]> {
  return await db
    .selectFrom('deliveries')
    .innerJoin('incidents', 'incidents.id', 'deliveries.incident_id')
    .selectAll('deliveries')
    .select(['incidents.content', 'incidents.watch_id'])
    .where('deliveries.status', '=', 'pending')
    .where('deliveries.next_attempt_at', '<=', now)
    .orderBy('deliveries.next_attempt_at')
    .limit(limit)
    .execute();
}

/** When the next pending delivery is due, or null. */
export async function nextDeliveryAt(db: Db): Promise<number | null> {
  const row = await db
    .selectFrom('deliveries')
    .select('next_attempt_at')
    .where('status', '=', 'pending')
    .orderBy('next_attempt_at')
    .limit(1)
    .executeTakeFirst();
  return row?.next_attempt_at ?? null;
}

export async function updateDelivery(
  tx: Db,
  id: string,
  change: Partial<
    Pick<DeliveriesTable, 'status' | 'attempts' | 'next_attempt_at' | 'last_error' | 'finished_at'>
  >,
): Promise<void> {
  await tx.updateTable('deliveries').set(change).where('id', '=', id).execute();
}
