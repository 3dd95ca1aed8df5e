import {
  type Incident,
  type IncidentEvent,
  type IncidentKind,
  incidentKinds,
  openedIncident,
  testContent,
  transition,
} from '../../../src/alerts/index.js';
import { type IncidentFacts, recordEvent } from '../../../src/jobs/incidents/record-event.js';
import type { JobContext, SubscriptionRequest } from '../../../src/jobs/index.js';
import { addConfirmedSubscriber } from '../../../src/jobs/index.js';
import { addWatch } from '../../store/_rows.js';
import { openWorld, type World, watchConfig } from '../_world.js';

/** A world with a page and a watch called `w`. */
export async function openPeople(folder: string): Promise<World> {
  const world = await openWorld(folder);
  await addWatch(world.store);
  const context: JobContext = { ...world.context, publicUrl: 'https://watch.example' };
  return { ...world, context };
}

/** What somebody fills in. */
export function request(email: string, more: Partial<SubscriptionRequest> = {}): SubscriptionRequest {
  return {
    email,
    watchIds: [],
    kinds: incidentKinds,
    minSeverity: 'material',
    frequency: 'immediate',
    timezone: 'UTC',
    ...more,
  };
}

/** Subscribes an address and returns the subscriber's id. */
export async function subscribed(
  { context, store }: World,
  email: string,
  more: Partial<SubscriptionRequest> = {},
): Promise<string> {
  await addConfirmedSubscriber(context, request(email, more));
  const row = await store.db
    .selectFrom('subscribers')
    .select('id')
    .where('email', '=', email)
    .executeTakeFirstOrThrow();
  return row.id;
}

/** The secret at the end of a link. */
export function tokenOf(link: string | null | undefined): string {
  return link?.split('/').at(-1) ?? 'no link';
}

/** What messages about the watch `w` say beside what happened. */
const { type: _, incident: __, notice: ___, checkpoint: ____, ...rest } = testContent(watchConfig(), 0);
const facts: IncidentFacts = {
  ...rest,
  watch: { ...rest.watch, id: 'w' },
  report: { ...rest.report, eValue: 1 },
};

/** Opens an incident of the watch `w`. */
export async function openIncident(
  { store, clock }: World,
  kind: IncidentKind,
  severity: Incident['severity'],
  publishAt: number | null = null,
): Promise<Incident> {
  const event = { type: 'opened', at: clock.now(), severity, publishAt } satisfies IncidentEvent;
  const incident = openedIncident({ id: `w-1-${kind}`, watchId: 'w', epoch: 1, kind }, event);
  const notice = publishAt === null ? 'opened' : null;
  await store.transaction((tx) => recordEvent(tx, { incident, event, notice }, facts, []));
  return incident;
}

/** Lets one more thing happen to an incident. */
export async function happens(
  { store }: World,
  before: Incident,
  event: Exclude<IncidentEvent, { type: 'opened' }>,
): Promise<Incident> {
  const step = transition(before, event);
  if (step.kind === 'refused') throw new Error(step.reason);
  await store.transaction((tx) => recordEvent(tx, { ...step, event }, facts, []));
  return step.incident;
}
