import type { Incident, IncidentEvent } from '../../alerts/index.js';
import type { WatchConfig } from '../../config/index.js';
import type { Clock } from '../../core/index.js';
import { findIncident, type Store, type Tx } from '../../store/index.js';
import { apply } from './apply.js';
import { incidentOf } from './incident-rows.js';

/** What acting on incidents needs. It may happen beside a running daemon. */
export interface IncidentContext {
  readonly store: Store;
  readonly clock: Clock;
  /** Those of the watch file: who hears of it stands there. */
  readonly watches: readonly WatchConfig[];
}

/** What became of an action. `reason` is one line: the incident is as it was. */
export type Acted =
  | { readonly kind: 'done'; readonly incident: Incident }
  | { readonly kind: 'refused'; readonly reason: string }
  | { readonly kind: 'unknown' };

/** Somebody deals with it. */
export async function acknowledge(context: IncidentContext, id: string, by: string): Promise<Acted> {
  return await act(context, id, { type: 'acknowledged', by });
}

/** Writes down something for the operator's own eyes. */
export async function note(context: IncidentContext, id: string, by: string, text: string): Promise<Acted> {
  return await act(context, id, { type: 'noted', by, text });
}

/** It was so, and is over. Of a divergence: the watch's next round begins a new epoch, as after a retraction. */
export async function resolve(
  context: IncidentContext,
  id: string,
  by: string,
  reason: string,
): Promise<Acted> {
  return await act(context, id, { type: 'resolved', by, reason });
}

/** It should not have been said. Reaches everybody who heard of it; final. */
export async function retract(
  context: IncidentContext,
  id: string,
  by: string,
  reason: string,
): Promise<Acted> {
  return await act(context, id, { type: 'retracted', by, reason });
}

/** Something that was said was wrong in a detail. Reaches everybody who heard of it. */
export async function correct(
  context: IncidentContext,
  id: string,
  by: string,
  text: string,
): Promise<Acted> {
  return await act(context, id, { type: 'corrected', by, text });
}

/** What was resolved is not over. The evidence stays in the epoch that it is in by now. */
export async function reopen(
  context: IncidentContext,
  id: string,
  by: string,
  reason: string,
): Promise<Acted> {
  return await act(context, id, { type: 'reopened', by, reason });
}

/** Attaches what the vendor told the operator: `from` and `text` unedited. */
export async function reply(
  context: IncidentContext,
  id: string,
  from: string,
  text: string,
): Promise<Acted> {
  return await act(context, id, { type: 'replied', from, text, via: 'operator' });
}

type WithoutTime<E> = E extends unknown ? Omit<E, 'at'> : never;
type Action = WithoutTime<Exclude<IncidentEvent, { type: 'opened' }>>;

async function act(context: IncidentContext, id: string, action: Action): Promise<Acted> {
  const at = context.clock.now();
  return await context.store.transaction((tx) => actIn(tx, context.watches, id, { ...action, at }));
}

/** Lets an event happen to the incident with this id, as it is in this transaction. */
export async function actIn(
  tx: Tx,
  watches: readonly WatchConfig[],
  id: string,
  event: Exclude<IncidentEvent, { type: 'opened' }>,
): Promise<Acted> {
  const row = await findIncident(tx, id);
  if (row === null) return { kind: 'unknown' };
  const config = watches.find((watch) => watch.id === row.watch_id) ?? null;
  const result = await apply(tx, incidentOf(row), event, config);
  return result.kind === 'done' ? { kind: 'done', incident: result.incident } : result;
}
