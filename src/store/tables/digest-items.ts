/** A message that waits for a subscriber's next digest. */
export interface DigestItemsTable {
  subscriber_id: string;
  message_id: string;
}
