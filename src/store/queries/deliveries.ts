import { sql } from 'kysely';
import type { Db, Tx } from '../database.js';
import type { DeliveriesTable, DeliveryStatus } from '../tables/deliveries.js';

/** The lane of all mail. What goes elsewhere has a lane named by its target. */
export const MAIL_LANE: string = 'mail';

// As in the index of migration 0012, or it is not used.
const lane = sql<string>`(case when json_extract(target, '$.kind') in ('email', 'subscriber') then 'mail' else target end)`;

/** A lane in which something waits, and when the first of it is due. */
export interface DeliveryLane {
  readonly lane: string;
  readonly due: number;
}

/** Every lane with pending deliveries. A few steps in the index for each, however many wait in it. */
export async function deliveryLanes(db: Db): Promise<DeliveryLane[]> {
  const { rows } = await sql<DeliveryLane>`
    with recursive lanes (lane) as (
      select (select ${lane} from deliveries where status = 'pending' order by ${lane} limit 1)
      union all
      select (
        select ${lane} from deliveries where status = 'pending' and ${lane} > lanes.lane order by ${lane} limit 1
      ) from lanes where lanes.lane is not null
    )
    select lanes.lane, (
      select next_attempt_at from deliveries
      where status = 'pending' and ${lane} = lanes.lane
      order by next_attempt_at limit 1
    ) as due
    from lanes where lanes.lane is not null order by due`.execute(db);
  return rows;
}

/** A delivery that is due. */
export interface DueDelivery extends DeliveriesTable {
  /** Of the incident; null without one. */
  readonly watch_id: string | null;
  /**
   * What is said of an incident is said in order: when the last of the earlier messages to the same target is tried
   * next, while one is pending; else null.
   */
  readonly held_until: number | null;
}

/** The deliveries of a lane that are due at `now`, in the order in which they are to be tried. */
export async function dueDeliveries(
  db: Db,
  name: string,
  now: number,
  limit: number,
): Promise<DueDelivery[]> {
  const { rows } = await sql<DueDelivery>`
    select deliveries.*, incidents.watch_id, (
      select max(earlier.next_attempt_at) from deliveries as earlier
      where earlier.incident_id = deliveries.incident_id and earlier.target = deliveries.target
        and earlier.status = 'pending'
        and (earlier.created_at, earlier.rowid) < (deliveries.created_at, deliveries.rowid)
    ) as held_until
    from deliveries left join incidents on incidents.id = deliveries.incident_id
    where deliveries.status = 'pending' and ${lane} = ${name} and deliveries.next_attempt_at <= ${now}
    order by deliveries.next_attempt_at, deliveries.created_at, deliveries.rowid
    limit ${limit}`.execute(db);
  return rows;
}

/** Tries held deliveries no sooner than what they wait for. */
export async function postponeDeliveries(tx: Tx, held: readonly DueDelivery[]): Promise<void> {
  for (const { id, held_until } of held)
    if (held_until !== null) await updateDelivery(tx, id, { next_attempt_at: held_until });
}

/** What messages say, by their ids. */
export async function messageContents(db: Db, ids: readonly string[]): Promise<Map<string, string>> {
  const rows = await db.selectFrom('messages').select(['id', 'content']).where('id', 'in', ids).execute();
  return new Map(rows.map(({ id, content }) => [id, content]));
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
