/** What the engine said of an epoch after its last round, or when the verdict changed. */
export interface WatchReportsTable {
  watch_id: string;
  epoch: number;
  /** JSON of the engine's report. Past 1e308 its e-value is null; its logarithm always tells. */
  report: string;
  at: number;
}
