/** What happened to an incident: its timeline. */
export interface IncidentEventsTable {
  incident_id: string;
  /** From 1, without gaps. */
  seq: number;
  at: number;
  type: string;
  /** JSON of the event. */
  event: string;
}
