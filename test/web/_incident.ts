import { type AlertContent, type Incident, type IncidentEvent, transition } from '../../src/alerts/index.js';
import { incidentOf, incidentRow } from '../../src/jobs/incidents/incident-rows.js';
import { recordEvent } from '../../src/jobs/incidents/record-event.js';
import { findIncident, messagesOf, type Store } from '../../src/store/index.js';

/** Lets something happen to an incident of a store, as whoever runs it would. */
export async function happen(
  store: Store,
  id: string,
  event: Exclude<IncidentEvent, { type: 'opened' }>,
): Promise<void> {
  const row = await findIncident(store.db, id);
  if (row === null) throw new Error(`no incident ${id}`);
  const step = transition(incidentOf(row), event);
  if (step.kind === 'refused') throw new Error(step.reason);
  const last = (await messagesOf(store.db, id)).at(-1);
  const facts = JSON.parse(last?.content ?? '') as AlertContent;
  const report = { ...facts.report, eValue: facts.report.eValue ?? Number.POSITIVE_INFINITY };
  await store.transaction(async (tx) => {
    await recordEvent(tx, { ...step, event }, { ...facts, report }, []);
  });
}

/** Puts an incident that has just opened under embargo until then; null: opens it to the public. */
export async function setEmbargo(store: Store, id: string, until: number | null): Promise<void> {
  const row = await findIncident(store.db, id);
  if (row === null) throw new Error(`no incident ${id}`);
  const before = incidentOf(row);
  const publishedAt = until === null ? before.openedAt : null;
  const incident: Incident = { ...before, publishAt: until, publishedAt };
  await store.db.updateTable('incidents').set(incidentRow(incident)).where('id', '=', id).execute();
}
