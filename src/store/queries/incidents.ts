import type { Db, Tx } from '../database.js';
import type { DeliveriesTable } from '../tables/deliveries.js';
import type { IncidentEventsTable } from '../tables/incident-events.js';
import type { IncidentsTable } from '../tables/incidents.js';
import type { MessagesTable } from '../tables/messages.js';

export async function findIncident(db: Db, id: string): Promise<IncidentsTable | null> {
  const row = await db.selectFrom('incidents').selectAll().where('id', '=', id).executeTakeFirst();
  return row ?? null;
}

/** The incidents of an epoch, or of one kind in it, the oldest first. */
export async function incidentsOfEpoch(
  db: Db,
  watchId: string,
  epoch: number,
  kind: string | null = null,
): Promise<IncidentsTable[]> {
  return await db
    .selectFrom('incidents')
    .selectAll()
    .where('watch_id', '=', watchId)
    .where('epoch', '=', epoch)
    .$if(kind !== null, (query) => query.where('kind', '=', kind ?? ''))
    .orderBy('opened_at')
    .orderBy('id')
    .execute();
}

/** Writes an incident as it is after an event, and the event. */
export async function saveIncident(
  tx: Tx,
  incident: IncidentsTable,
  event: IncidentEventsTable,
): Promise<void> {
  const { id, ...rest } = incident;
  if (event.seq === 1) await tx.insertInto('incidents').values(incident).execute();
  else await tx.updateTable('incidents').set(rest).where('id', '=', id).execute();
  await tx.insertInto('incident_events').values(event).execute();
}

/** What has happened to an incident, the oldest first. */
export async function incidentEvents(db: Db, incidentId: string): Promise<IncidentEventsTable[]> {
  return await db
    .selectFrom('incident_events')
    .selectAll()
    .where('incident_id', '=', incidentId)
    .orderBy('seq')
    .execute();
}

const ROWS_AT_ONCE = 500;

/** Writes a message and whom it has to reach. */
export async function insertMessage(
  tx: Tx,
  message: MessagesTable,
  deliveries: readonly DeliveriesTable[],
): Promise<void> {
  await tx.insertInto('messages').values(message).execute();
  for (let i = 0; i < deliveries.length; i += ROWS_AT_ONCE)
    await tx
      .insertInto('deliveries')
      .values(deliveries.slice(i, i + ROWS_AT_ONCE))
      .execute();
}

/** What was said of an incident, the oldest first. */
export async function messagesOf(db: Db, incidentId: string): Promise<MessagesTable[]> {
  return await db
    .selectFrom('messages')
    .selectAll()
    .where('incident_id', '=', incidentId)
    .orderBy('seq')
    .execute();
}

/** Replaces what a message says. */
export async function saveContent(tx: Tx, messageId: string, content: string): Promise<void> {
  await tx.updateTable('messages').set({ content }).where('id', '=', messageId).execute();
}
