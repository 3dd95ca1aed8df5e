import type { CanaryConfig } from '../config/index.js';
import type { FoldStatus } from '../fingerprint/index.js';
import { isSuspicious } from '../jobs/index.js';
import { type CurrentWatch, type Db, extraRounds } from '../store/index.js';

/** A watch's canary rounds, and what they led to. */
export interface CanaryStatus {
  /** When the next one is due, ISO 8601, or null. */
  readonly nextAt: string | null;
  /** The e-value from which the full suites are asked at once. */
  readonly suspicion: number;
  /** The evidence has reached it now, but not the alarm. */
  readonly suspicious: boolean;
  /** Rounds that suspicion has added in this epoch. */
  readonly extraRounds: number;
  /** When the last of them began, ISO 8601, or null. */
  readonly lastExtraRoundAt: string | null;
}

export async function canaryOf(
  db: Db,
  { watch, epoch }: CurrentWatch,
  canary: CanaryConfig,
  status: FoldStatus,
): Promise<CanaryStatus> {
  const added = await extraRounds(db, watch.id, epoch.started_at);
  const last = added.at(-1);
  return {
    nextAt: watch.canary_due_at === null ? null : new Date(watch.canary_due_at).toISOString(),
    suspicion: canary.suspicion,
    suspicious: isSuspicious(status, canary),
    extraRounds: added.length,
    lastExtraRoundAt: last ? new Date(last.started_at).toISOString() : null,
  };
}
