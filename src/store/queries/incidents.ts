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
