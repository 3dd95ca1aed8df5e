/** Heads of other logs that do not go on from what was seen before. */
export interface LogForksTable {
  origin: string;
  /** The signed note that was seen before. */
  kept_note: string;
  /** The signed note that does not follow from it. */
  other_note: string;
  found_at: number;
}
