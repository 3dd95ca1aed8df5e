import {
  type AlertSubject,
  type Incident,
  type IncidentEvent,
  type IncidentKind,
  incidentId,
  openedIncident,
} from '../../alerts/index.js';
import type { WatchConfig } from '../../config/index.js';
import { DAY_MS } from '../../core/index.js';
import type { Report } from '../../fingerprint/index.js';
import { incidentsOfEpoch, openIncidents, type Tx } from '../../store/index.js';
import type { JobContext } from '../context.js';
import { apply, record } from './apply.js';
import { factsOf, type IncidentWatch } from './facts.js';
import { incidentOf } from './incident-rows.js';

/** Something that opens an incident. */
export interface Cause {
  readonly kind: Exclude<IncidentKind, 'drift'>;
  readonly subject: AlertSubject;
  readonly report: Report;
  readonly at: number;
}

/** What comes back within a day of its end is the same incident. */
const REOPEN_MS = DAY_MS;

/**
 * Opens an incident, or adds to the one there is. Of divergence an epoch has one: what follows its end belongs to the
 * next epoch. Returns whether one was opened.
 */
export async function trigger(
  tx: Tx,
  context: Pick<JobContext, 'publicUrl'>,
  watch: IncidentWatch,
  cause: Cause,
): Promise<boolean> {
  const { config, epoch } = watch;
  const { kind, at } = cause;
  if (!config.incidents.kinds.includes(kind)) return false;
  const earlier = (await incidentsOfEpoch(tx, config.id, epoch, kind)).map(incidentOf);
  const newest = earlier.at(-1);
  if (newest?.status === 'open') {
    await apply(tx, newest, { type: 'triggered', at }, config);
    return false;
  }
  if (newest && kind === 'divergence') return false;
  if (newest && hasJustEnded(newest, at)) {
    const facts = await factsOf(tx, context, watch, { ...cause, incidentId: newest.id });
    const event = { type: 'reopened', by: 'engine', reason: 'it is so again', at } as const;
    await apply(tx, newest, event, config, facts);
    return false;
  }
  const id = incidentId(config.id, epoch, kind, earlier.length + 1);
  await open(tx, context, watch, cause, id);
  return true;
}

async function open(
  tx: Tx,
  context: Pick<JobContext, 'publicUrl'>,
  watch: IncidentWatch,
  cause: Cause,
  id: string,
): Promise<void> {
  const { config, epoch } = watch;
  const { kind, at, report } = cause;
  const { embargoMs } = config.incidents;
  const isDivergence = kind === 'divergence';
  const event = {
    type: 'opened',
    at,
    severity: isDivergence ? (report.severity ?? 'trace') : null,
    publishAt: isDivergence && embargoMs !== null ? at + embargoMs : null,
  } satisfies IncidentEvent;
  const incident = openedIncident({ id, watchId: config.id, epoch, kind }, event);
  const facts = await factsOf(tx, context, watch, { ...cause, incidentId: id });
  await record(tx, { incident, event, notice: 'opened' }, facts, config);
}

function hasJustEnded({ status, outcome }: Incident, at: number): boolean {
  return status === 'resolved' && outcome?.by === 'engine' && at - outcome.at <= REOPEN_MS;
}

/** Ends a watch's open incidents of a kind, because their cause is gone. */
export async function resolveByEngine(
  tx: Tx,
  config: WatchConfig,
  kind: Cause['kind'],
  reason: string,
  at: number,
): Promise<void> {
  for (const row of await openIncidents(tx, config.id, kind))
    await apply(tx, incidentOf(row), { type: 'resolved', by: 'engine', reason, at }, config);
}
