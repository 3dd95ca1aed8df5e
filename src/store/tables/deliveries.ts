/** `pending` until it was `sent`, `rejected` by the receiver, or `dead` after the last retry. */
export type DeliveryStatus = 'pending' | 'sent' | 'rejected' | 'dead';

/** The outbox: what has to reach whom. Written in the transaction that opens the incident. */
export interface DeliveriesTable {
  /** Stable over restarts; the webhook-id and the Message-ID derive from it. */
  id: string;
  incident_id: string;
  /** JSON of the alert target. */
  target: string;
  status: DeliveryStatus;
  attempts: number;
  next_attempt_at: number;
  last_error: string | null;
  /** When it was put into the outbox, or last put back by hand. */
  created_at: number;
  finished_at: number | null;
}
