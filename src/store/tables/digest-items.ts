/** A message for a subscriber's digest. It stays after that: a retraction has to reach whoever was told. */
export interface DigestItemsTable {
  subscriber_id: string;
  message_id: string;
  /** Null: it waits for the next digest. */
  sent_at: number | null;
}
