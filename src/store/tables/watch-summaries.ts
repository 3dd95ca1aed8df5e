import type { Severity, Verdict } from '../../fingerprint/index.js';

/** Where a watch's newest epoch with a verdict stood after its last round, for lists. */
export interface WatchSummariesTable {
  watch_id: string;
  epoch: number;
  verdict: Verdict;
  severity: Severity | null;
  log10_e: number;
  /** The epoch's share of alpha: the evidence alarms at 1/level. */
  level: number;
  trials: number;
  void_trials: number;
  at: number;
}
