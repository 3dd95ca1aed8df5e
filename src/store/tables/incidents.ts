export interface IncidentsTable {
  id: string;
  watch_id: string;
  epoch: number;
  kind: string;
  status: string;
  severity: string;
  opened_at: number;
  /** JSON: the alert's content as it was when the incident opened. */
  content: string;
}
