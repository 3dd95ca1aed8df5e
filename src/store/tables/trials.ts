import type { Side, VoidCause } from '../../fingerprint/index.js';

/** `planned` → `running` → `complete` or `void`. */
export type TrialStatus = 'planned' | 'running' | 'complete' | 'void';

export interface TrialsTable {
  id: string;
  watch_id: string;
  epoch: number;
  /** 1-based order of the watch and epoch in which trials are folded: the planned order. */
  seq: number;
  round_id: string;
  suite: string;
  prompt_id: string;
  /** SHA-256 of the prompt. Unique within the epoch: no prompt is bet on twice. */
  prompt_hash: string;
  prompt: string;
  /** JSON array of slots in sending order, e.g. `["released:0","listed"]`. */
  slot_order: string;
  status: TrialStatus;
  void_cause: VoidCause | null;
  void_side: Side | null;
  void_reason: string | null;
  started_at: number | null;
  finished_at: number | null;
}
