/** What a subscriber wants to hear of. */
export interface SubscriptionsTable {
  id: string;
  subscriber_id: string;
  /** Null: all watches. */
  watch_id: string | null;
  /** JSON array of incident kinds. */
  kinds: string;
  min_severity: string;
}
