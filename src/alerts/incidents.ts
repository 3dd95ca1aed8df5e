import { sha256 } from '../core/index.js';
import type { Severity, Verdict } from '../fingerprint/index.js';

/** Opens when a watch's verdict turns `different`. There is at most one per watch and epoch. */
export interface Incident {
  /** `<watch>-<epoch>`, made of letters, digits, `-` and `_` only. */
  readonly id: string;
  readonly watchId: string;
  readonly epoch: number;
  /** `test`: somebody tries out whether alerts arrive. */
  readonly kind: 'divergence' | 'test';
  readonly status: 'open';
  readonly severity: Severity;
  /** Milliseconds since the Unix epoch. */
  readonly openedAt: number;
}

/** What the engine now says about a watch. */
export interface VerdictChange {
  readonly watchId: string;
  readonly epoch: number;
  readonly verdict: Verdict;
  readonly severity: Severity | null;
  /** Milliseconds since the Unix epoch. */
  readonly at: number;
}

/**
 * The incident that a verdict opens, or null when it opens none. `current` is the watch's latest
 * incident, of whatever epoch. The id follows from watch and epoch alone, so that a restart between
 * deciding and storing can't make a second one.
 */
export function incidentOnVerdict(current: Incident | null, change: VerdictChange): Incident | null {
  if (change.verdict !== 'different') return null;
  if (current !== null && current.watchId === change.watchId && current.epoch === change.epoch) return null;
  return {
    id: `${slug(change.watchId)}-${change.epoch}`,
    watchId: change.watchId,
    epoch: change.epoch,
    kind: 'divergence',
    status: 'open',
    severity: change.severity ?? 'trace',
    openedAt: change.at,
  };
}

// The id stands in webhook-id (where Standard Webhooks excludes ".") and in Message-ID. A name that
// has to be altered gets a hash, or two different watches could share one incident.
function slug(watchId: string): string {
  if (/^[A-Za-z0-9_-]{1,80}$/.test(watchId)) return watchId;
  const safe = watchId.replaceAll(/[^A-Za-z0-9_-]+/g, '-').slice(0, 60);
  return `${safe}-${sha256(watchId).slice(0, 12)}`;
}
