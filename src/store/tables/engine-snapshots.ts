/** The newest snapshot of a watch's fold. Trials after `seq` are folded again when it is loaded. */
export interface EngineSnapshotsTable {
  watch_id: string;
  epoch: number;
  version: string;
  seq: number;
  state: string;
  taken_at: number;
}
