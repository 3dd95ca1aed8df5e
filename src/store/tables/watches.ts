/** A claim under test, as the store knows it. One row per watch id that was ever configured. */
export interface WatchesTable {
  id: string;
  /** The current epoch, 1-based. */
  epoch: number;
  title: string;
  claim: string;
  created_at: number;
  /** The schedule that `next_due_at` belongs to. */
  schedule: string | null;
  /** When the next round is due, ms since 1970: in the past at start-up, it was missed. */
  next_due_at: number | null;
  /** When the next canary round is due; null where the watch has none. */
  canary_due_at: number | null;
}
