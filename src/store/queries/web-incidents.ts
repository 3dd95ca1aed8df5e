import type { Db } from '../database.js';
import type { IncidentsTable } from '../tables/incidents.js';
import type { MessagesTable } from '../tables/messages.js';

/** A verdict that the vendor may answer before the public learns of it. */
export interface Embargo {
  readonly watch_id: string;
  readonly opened_at: number;
  /** When it ends; it holds until the incident is published. */
  readonly embargo_ends_at: number;
}

/** The embargoes that hold over verdicts, of one watch or of all. */
export async function openEmbargoes(db: Db, watchId: string | null = null): Promise<Embargo[]> {
  return await db
    .selectFrom('incidents')
    .select(['watch_id', 'opened_at'])
    .select((eb) => eb.ref('embargo_ends_at').$notNull().as('embargo_ends_at'))
    .where('kind', '=', 'divergence')
    .where('embargo_ends_at', '>', 0)
    .$if(watchId !== null, (query) => query.where('watch_id', '=', watchId ?? ''))
    .execute();
}

/** An incident that the public may know of, or null. */
export async function findPublicIncident(db: Db, id: string): Promise<IncidentsTable | null> {
  const row = await db
    .selectFrom('incidents')
    .selectAll()
    .where('id', '=', id)
    .where('published_at', 'is not', null)
    .executeTakeFirst();
  return row ?? null;
}

/** Where a list of incidents goes on: after this one. */
export interface IncidentCursor {
  readonly openedAt: number;
  readonly id: string;
}

/** The public incidents, of one watch or of all, the newest first. */
export async function publicIncidents(
  db: Db,
  { watchId, after }: { readonly watchId: string | null; readonly after: IncidentCursor | null },
  limit: number,
): Promise<IncidentsTable[]> {
  return await db
    .selectFrom('incidents')
    .selectAll()
    .where('published_at', 'is not', null)
    .$if(watchId !== null, (query) => query.where('watch_id', '=', watchId ?? ''))
    .$if(after !== null, (query) =>
      query
        .where('opened_at', '<=', after?.openedAt ?? 0)
        .where((eb) => eb.or([eb('opened_at', '<', after?.openedAt ?? 0), eb('id', '<', after?.id ?? '')])),
    )
    .orderBy('opened_at', 'desc')
    .orderBy('id', 'desc')
    .limit(limit)
    .execute();
}

/** The public incidents that changed last, the newest change first: all of one watch, or the divergences of all. */
export async function changedIncidents(
  db: Db,
  watchId: string | null,
  limit: number,
): Promise<IncidentsTable[]> {
  return await db
    .selectFrom('incidents')
    .selectAll()
    .where('published_at', 'is not', null)
    .$if(watchId === null, (query) => query.where('kind', '=', 'divergence'))
    .$if(watchId !== null, (query) => query.where('watch_id', '=', watchId ?? ''))
    .orderBy('updated_at', 'desc')
    .orderBy('id')
    .limit(limit)
    .execute();
}

/** What was said of these incidents (1,000 at most), the newest first. */
export async function messagesOfAll(db: Db, incidentIds: readonly string[]): Promise<MessagesTable[]> {
  return await db
    .selectFrom('messages')
    .selectAll()
    .where('incident_id', 'in', incidentIds.slice(0, 1000))
    .orderBy('created_at', 'desc')
    .orderBy('id')
    .execute();
}
