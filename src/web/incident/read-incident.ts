import type { AlertContent, Incident, IncidentEvent } from '../../alerts/index.js';
import { newestHead } from '../../evidence/index.js';
import {
  type Db,
  findPublicIncident,
  type IncidentCursor,
  incidentEvents,
  messagesOf,
  messagesOfAll,
  newestCheckpoint,
  publicIncidents,
} from '../../store/index.js';

/** Something that happened to an incident, as the public is told. */
export interface PublicEvent {
  readonly seq: number;
  readonly event: IncidentEvent;
}

/** An incident as the page shows it. */
export interface ShownIncident {
  readonly incident: Incident;
  /** What was last said of it, with the incident as it is now. */
  readonly content: AlertContent;
  /** The oldest first. */
  readonly events: readonly PublicEvent[];
  /** The newest signed head of the log, and the key that it was signed with; null: none yet. */
  readonly checkpoint: { readonly note: string; readonly key: string } | null;
}

const TOLD: ReadonlySet<string> = new Set([
  'opened',
  'raised',
  'published',
  'replied',
  'corrected',
  'resolved',
  'retracted',
  'reopened',
]);

/** Reads a public incident; null: there is none. */
export async function readIncident(db: Db, id: string): Promise<ShownIncident | null> {
  const row = await findPublicIncident(db, id);
  const newest = row && (await messagesOf(db, id)).at(-1);
  if (!newest) return null;
  const incident = JSON.parse(row.state) as Incident;
  const content = JSON.parse(newest.content) as AlertContent;
  const events = (await incidentEvents(db, id))
    .filter(({ type }) => TOLD.has(type))
    .map(({ seq, event }) => ({ seq, event: JSON.parse(event) as IncidentEvent }));
  const head = (await newestCheckpoint(db)) === null ? null : await newestHead(db);
  return {
    incident,
    content: asItStands(content, incident),
    events,
    checkpoint: head && { note: head.note, key: head.key },
  };
}

/** A page of the public incidents, the newest first, and where the next one begins. */
export async function readIncidents(
  db: Db,
  watchId: string | null,
  after: IncidentCursor | null,
  limit: number,
): Promise<{ readonly incidents: AlertContent[]; readonly next: IncidentCursor | null }> {
  const rows = await publicIncidents(db, { watchId, after }, limit + 1);
  const shown = rows.slice(0, limit);
  const newest = new Map<string | null, string>();
  const messages = await messagesOfAll(
    db,
    shown.map(({ id }) => id),
  );
  for (const { incident_id: id, content } of messages.reverse()) newest.set(id, content);
  const last = rows.length > limit ? shown.at(-1) : undefined;
  return {
    incidents: shown.flatMap(({ id, state }) => {
      const content = newest.get(id);
      if (content === undefined) return [];
      return [asItStands(JSON.parse(content) as AlertContent, JSON.parse(state) as Incident)];
    }),
    next: last ? { openedAt: last.opened_at, id: last.id } : null,
  };
}

/** What was said, with the incident as it is now, as if that were the news. */
function asItStands(content: AlertContent, incident: Incident): AlertContent {
  const { status, seq, updatedAt: at, outcome } = incident;
  const kind = status === 'open' ? 'opened' : status;
  return { ...content, incident, notice: { kind, seq, at, text: outcome?.reason ?? null } };
}
