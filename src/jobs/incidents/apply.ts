import {
  type Incident,
  type IncidentEvent,
  placeOf,
  type Transition,
  transition,
} from '../../alerts/index.js';
import type { AlertTarget, WatchConfig } from '../../config/index.js';
import { type Tx, toldOf } from '../../store/index.js';
import { newestFacts } from './facts.js';
import { type IncidentFacts, type IncidentStep, recordEvent } from './record-event.js';

/** What a watch says of its alerts; null: it is no longer in the watch file. */
export type Hearers = Pick<WatchConfig, 'alerts' | 'incidents'> | null;

/** Writes down an event, and tells the watch's targets what they are to hear of it. */
export async function record(
  tx: Tx,
  step: IncidentStep,
  facts: IncidentFacts,
  config: Hearers,
): Promise<void> {
  await recordEvent(tx, step, facts, await targetsOf(tx, step, config));
}

/** Lets an event happen to an incident, if it can. Without other facts, the message says what was said last. */
export async function apply(
  tx: Tx,
  incident: Incident,
  event: Exclude<IncidentEvent, { type: 'opened' }>,
  config: Hearers,
  facts?: IncidentFacts,
): Promise<Transition> {
  const result = transition(incident, event);
  if (result.kind === 'refused') return result;
  // Also under an embargo: what becomes public when it ends is what was known last.
  const notice = event.type === 'raised' ? 'updated' : result.notice;
  const step = { incident: result.incident, event, notice };
  await record(tx, step, facts ?? (await newestFacts(tx, incident.id)), config);
  return result;
}

/**
 * Who of the watch's own targets hears of an event. The console is the operator's: it hears at once, embargo or not, and
 * not again at its end. What turns out wrong reaches every place that heard of the incident, whatever the settings are by now.
 */
async function targetsOf(
  tx: Tx,
  { incident, event, notice }: IncidentStep,
  config: Hearers,
): Promise<AlertTarget[]> {
  if (notice === null) return [];
  const all = config?.alerts ?? [];
  const isLoud = incident.severity !== 'trace' || config?.incidents.minSeverity !== 'material';
  const loud = isLoud ? all : [];
  if (incident.publishedAt === null) return loud.filter(({ kind }) => kind === 'console');
  if (event.type === 'published') return loud.filter(({ kind }) => kind !== 'console');
  if (event.type !== 'retracted' && event.type !== 'corrected') return [...loud];
  const places = new Map(loud.map((target) => [placeOf(target), target]));
  for (const { target, subscriber_id: subscriber } of await toldOf(tx, incident.id)) {
    if (subscriber !== null) continue;
    const told = JSON.parse(target) as AlertTarget;
    const place = placeOf(told);
    if (!places.has(place)) places.set(place, all.find((now) => placeOf(now) === place) ?? told);
  }
  return [...places.values()];
}
