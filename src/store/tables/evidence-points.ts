import type { Verdict } from '../../fingerprint/index.js';

/** The evidence after each folded trial: the curve, and the mark of how far the fold has been recorded. */
export interface EvidencePointsTable {
  watch_id: string;
  epoch: number;
  seq: number;
  log10_e: number;
  verdict: Verdict;
  trials: number;
  void_trials: number;
  at: number;
}
