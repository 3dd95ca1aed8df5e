import type { Incident, IncidentEvent } from '../../alerts/index.js';
import { canonicalJson, type Json } from '../../core/index.js';
import type { IncidentEventsTable, IncidentsTable } from '../../store/index.js';

/** An incident as it is stored. */
export function incidentRow(incident: Incident): IncidentsTable {
  const { id, watchId, epoch, kind, status, severity, openedAt, updatedAt, publishAt, publishedAt } =
    incident;
  return {
    id,
    watch_id: watchId,
    epoch,
    kind,
    status,
    severity,
    opened_at: openedAt,
    updated_at: updatedAt,
    embargo_ends_at: publishedAt === null && status === 'open' ? publishAt : null,
    published_at: publishedAt,
    state: canonicalJson(incident as unknown as Json),
  };
}

/** The incident of a row. */
export function incidentOf({ state }: IncidentsTable): Incident {
  return JSON.parse(state) as Incident;
}

/** An event as it is stored. */
export function eventRow({ id, seq }: Incident, event: IncidentEvent): IncidentEventsTable {
  const { at, type } = event;
  return { incident_id: id, seq, at, type, event: canonicalJson(event as unknown as Json) };
}
