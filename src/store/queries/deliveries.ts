import type { Db } from '../database.js';
import type { DeliveriesTable, DeliveryStatus } from '../tables/deliveries.js';

/** A delivery with what it says. */
export interface DueDelivery extends DeliveriesTable {
  readonly content: string;
  /** Of the incident; null without one. */
  readonly watch_id: string | null;
}

/**
 * Deliveries to try at `now`: for each target that is not `held` the oldest, the longest waiting target first.
 * What is said of an incident is said in order: while an earlier message waits, later ones wait too.
 */
export async function dueDeliveries(
  db: Db,
  now: number,
  held: readonly string[],
  limit: number,
): Promise<DueDelivery[]> {
  const ranked = db
    .selectFrom('deliveries')
    .select(['id', 'created_at'])
    .select((eb) =>
      eb.fn
        .agg<number>('row_number')
        .over((over) => over.partitionBy('target').orderBy('created_at').orderBy('id'))
        .as('place'),
    )
    .where('status', '=', 'pending')
    .where('next_attempt_at', '<=', now)
    .$if(held.length > 0, (query) => query.where('target', 'not in', held))
    .where(({ not, exists, selectFrom }) =>
      not(
        exists(
          selectFrom('deliveries as earlier')
            .select('earlier.id')
            .where('earlier.status', '=', 'pending')
            .whereRef('earlier.incident_id', '=', 'deliveries.incident_id')
            .whereRef('earlier.target', '=', 'deliveries.target')
            .whereRef('earlier.created_at', '<', 'deliveries.created_at'),
        ),
      ),
    );
  return await db
    .selectFrom(ranked.as('ranked'))
    .innerJoin('deliveries', 'deliveries.id', 'ranked.id')
    .innerJoin('messages', 'messages.id', 'deliveries.message_id')
    .leftJoin('incidents', 'incidents.id', 'deliveries.incident_id')
    .selectAll('deliveries')
    .select(['messages.content', 'incidents.watch_id'])
    .where('ranked.place', '=', 1)
    .orderBy('deliveries.next_attempt_at')
    .limit(limit)
    .execute();
}

/** When the next pending delivery to a target that is not `held` is due, or null. */
export async function nextDeliveryAt(db: Db, held: readonly string[]): Promise<number | null> {
  const row = await db
    .selectFrom('deliveries')
    .select('next_attempt_at')
    .where('status', '=', 'pending')
    .$if(held.length > 0, (query) => query.where('target', 'not in', held))
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

/** Deliveries in one of these states, the newest first. */
export async function listDeliveries(
  db: Db,
  statuses: readonly DeliveryStatus[],
  limit: number,
): Promise<(DeliveriesTable & { readonly watch_id: string | null })[]> {
  return await db
    .selectFrom('deliveries')
    .leftJoin('incidents', 'incidents.id', 'deliveries.incident_id')
    .selectAll('deliveries')
    .select('incidents.watch_id')
    .where('deliveries.status', 'in', statuses)
    .orderBy('deliveries.created_at', 'desc')
    .orderBy('deliveries.id')
    .limit(limit)
    .execute();
}

/**
 * Makes a delivery that was given up pending again, to its target as that is now. False when there is none.
 * One statement, so that it may run beside a daemon.
 */
export async function replayDelivery(db: Db, id: string, target: string, now: number): Promise<boolean> {
  const result = await db
    .updateTable('deliveries')
    .set({ status: 'pending', target, attempts: 0, next_attempt_at: now, created_at: now, finished_at: null })
    .where('id', '=', id)
    .where('status', 'in', ['dead', 'rejected'])
    .executeTakeFirst();
  return result.numUpdatedRows > 0n;
}
