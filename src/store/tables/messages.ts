/** What is said, once, to however many. */
export interface MessagesTable {
  id: string;
  /** Null where it is about no incident: a digest, a mail about a subscription. */
  incident_id: string | null;
  /** The incident's event that made it; 0 without an incident. */
  seq: number;
  created_at: number;
  /** JSON, as it was when the message was made. */
  content: string;
}
