import type { Db } from '../database.js';
import type { DeliveriesTable } from '../tables/deliveries.js';
import type { IncidentsTable } from '../tables/incidents.js';
import type { MessagesTable } from '../tables/messages.js';

/** Which incidents to list. */
export interface IncidentFilter {
  readonly isOpen: boolean;
  /** Null: of all watches. */
  readonly watchId: string | null;
}

/** The newest incidents first. */
export async function listIncidents(
  db: Db,
  { isOpen, watchId }: IncidentFilter,
  limit: number,
): Promise<IncidentsTable[]> {
  return await db
    .selectFrom('incidents')
    .selectAll()
    .$if(isOpen, (query) => query.where('status', '=', 'open'))
    .$if(watchId !== null, (query) => query.where('watch_id', '=', watchId ?? ''))
    .orderBy('opened_at', 'desc')
    .orderBy('id')
    .limit(limit)
    .execute();
}

/** A watch's open incidents of one kind, in any epoch. */
export async function openIncidents(db: Db, watchId: string, kind: string): Promise<IncidentsTable[]> {
  return await db
    .selectFrom('incidents')
    .selectAll()
    .where('watch_id', '=', watchId)
    .where('kind', '=', kind)
    .where('status', '=', 'open')
    .orderBy('opened_at')
    .execute();
}

/** Open incidents whose embargo has ended by `now`. */
export async function endedEmbargoes(db: Db, now: number): Promise<IncidentsTable[]> {
  return await db
    .selectFrom('incidents')
    .selectAll()
    .where('embargo_ends_at', '<=', now)
    .orderBy('embargo_ends_at')
    .execute();
}

/** When the next embargo ends, or null. */
export async function nextEmbargoEnd(db: Db): Promise<number | null> {
  const row = await db
    .selectFrom('incidents')
    .select((eb) => eb.fn.min('embargo_ends_at').as('at'))
    .where('embargo_ends_at', 'is not', null)
    .executeTakeFirst();
  return row?.at ?? null;
}

/** What was said of an incident last, or null. */
export async function newestMessage(db: Db, incidentId: string): Promise<MessagesTable | null> {
  const row = await db
    .selectFrom('messages')
    .selectAll()
    .where('incident_id', '=', incidentId)
    .orderBy('seq', 'desc')
    .limit(1)
    .executeTakeFirst();
  return row ?? null;
}

/** Every delivery about an incident, the oldest first. */
export async function deliveriesOf(db: Db, incidentId: string): Promise<DeliveriesTable[]> {
  return await db
    .selectFrom('deliveries')
    .selectAll()
    .where('incident_id', '=', incidentId)
    .orderBy('created_at')
    .orderBy('id')
    .execute();
}

/** Whom something was sent to, or is on its way to, about an incident. `target`: JSON. */
export async function toldOf(
  db: Db,
  incidentId: string,
): Promise<Pick<DeliveriesTable, 'target' | 'subscriber_id'>[]> {
  return await db
    .selectFrom('deliveries')
    .select(['target', 'subscriber_id'])
    .distinct()
    .where('incident_id', '=', incidentId)
    .where('status', 'in', ['sent', 'pending'])
    .execute();
}
