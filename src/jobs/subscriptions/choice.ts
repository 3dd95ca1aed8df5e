import { type IncidentKind, incidentKinds } from '../../alerts/index.js';
import { newId } from '../../core/index.js';
import type { Severity } from '../../fingerprint/index.js';
import { type Db, type Frequency, listWatches, type SubscriptionsTable } from '../../store/index.js';
import { JobError } from '../errors.js';

/** What somebody wants to hear of, and how often. */
export interface SubscriptionChoice {
  /** Empty: all watches. */
  readonly watchIds: readonly string[];
  /** At least one. */
  readonly kinds: readonly IncidentKind[];
  readonly minSeverity: Severity;
  readonly frequency: Frequency;
  /** IANA name; a digest comes in the morning there. */
  readonly timezone: string;
}

const MOST_WATCHES = 200;

/** The choice without doubles. @throws JobError when it names what there is not */
export async function checkedChoice(db: Db, choice: SubscriptionChoice): Promise<SubscriptionChoice> {
  const watchIds = [...new Set(choice.watchIds)];
  const kinds = incidentKinds.filter((kind) => choice.kinds.includes(kind));
  if (watchIds.length > MOST_WATCHES)
    throw new JobError(`choose at most ${MOST_WATCHES} watches, or none for all of them`);
  const known = new Set((await listWatches(db)).map(({ id }) => id));
  if (watchIds.some((id) => !known.has(id))) throw new JobError('there is no such watch');
  if (kinds.length === 0 || choice.kinds.some((kind) => !incidentKinds.includes(kind)))
    throw new JobError(`choose at least one of ${incidentKinds.join(', ')}`);
  if (!['trace', 'material'].includes(choice.minSeverity))
    throw new JobError('the minimum severity is trace or material');
  if (!['immediate', 'daily', 'weekly'].includes(choice.frequency))
    throw new JobError('the frequency is immediate, daily or weekly');
  if (!isTimezone(choice.timezone))
    throw new JobError('this is not a known time zone, such as UTC or Europe/Berlin');
  const { minSeverity, frequency, timezone } = choice;
  return { watchIds, kinds, minSeverity, frequency, timezone };
}

function isTimezone(name: string): boolean {
  // Offsets such as +02:00 are taken by some versions of Node only.
  if (!/^[A-Za-z][A-Za-z0-9_+/-]{0,99}$/.test(name)) return false;
  try {
    new Intl.DateTimeFormat('en', { timeZone: name });
    return true;
  } catch {
    return false;
  }
}

/** The rows of a checked choice. */
export function subscriptionRows(subscriberId: string, choice: SubscriptionChoice): SubscriptionsTable[] {
  const watchIds = choice.watchIds.length === 0 ? [null] : choice.watchIds;
  return watchIds.map((watchId) => ({
    id: newId(),
    subscriber_id: subscriberId,
    watch_id: watchId,
    kinds: JSON.stringify(choice.kinds),
    min_severity: choice.minSeverity,
  }));
}
