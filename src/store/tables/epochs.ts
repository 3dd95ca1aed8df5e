/** One stretch of a watch with an unchanged definition and an alarm level of its own. */
export interface EpochsTable {
  watch_id: string;
  epoch: number;
  /** Canonical JSON: what is compared, without secrets. */
  definition: string;
  definition_hash: string;
  /** Canonical JSON of the engine's definition, level included. */
  engine: string;
  started_at: number;
}
