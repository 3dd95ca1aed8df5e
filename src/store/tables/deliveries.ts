/** `pending` until it was `sent`, `rejected` by the receiver, or `dead` after the last retry. */
export type DeliveryStatus = 'pending' | 'sent' | 'rejected' | 'dead';

/** The outbox: what has to reach whom. Written in the transaction that makes the message. */
export interface DeliveriesTable {
  /** Stable over restarts; the webhook-id and the Message-ID derive from it. Random at its end: only the receiver knows it. */
  id: string;
  message_id: string;
  /** The message's; here too, because what is said of an incident is said in order. */
  incident_id: string | null;
  /** Null where the target stands in the watch file. */
  subscriber_id: string | null;
  /** JSON of the target. */
  target: string;
  status: DeliveryStatus;
  attempts: number;
  next_attempt_at: number;
  last_error: string | null;
  /** When it was put into the outbox, or last put back by hand. */
  created_at: number;
  finished_at: number | null;
}
