/**
 * `full`: all suites, on the watch's schedule. `canary`: cheap prompts, in between. `extra`: all suites, at once,
 * because the evidence had grown suspicious.
 */
export type RoundTier = 'full' | 'canary' | 'extra';

export interface RoundsTable {
  id: string;
  watch_id: string;
  epoch: number;
  /** 1-based within the watch and epoch. */
  number: number;
  tier: RoundTier;
  /** The schedule's tick that the round belongs to, ms since 1970. */
  scheduled_at: number;
  started_at: number;
  finished_at: number | null;
  /** The secret seed of prompts and order; revealed in the log when the round has finished. */
  seed: string;
  seed_hash: string;
}
