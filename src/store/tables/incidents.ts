/** What people are told of. The columns are what is looked for; the whole stands in `state`. */
export interface IncidentsTable {
  id: string;
  watch_id: string;
  epoch: number;
  kind: string;
  status: string;
  severity: string | null;
  opened_at: number;
  updated_at: number;
  /** When its embargo ends; null without one, and once it has ended. */
  embargo_ends_at: number | null;
  /** Since when it is public; null while it isn't. */
  published_at: number | null;
  /** JSON of the incident. */
  state: string;
}
