/** What watches ask, kept so that their evidence can be handed out after a suite's file has changed. */
export interface SuitesTable {
  /** SHA-256 of the text. */
  hash: string;
  /** The suite's canonical JSON. */
  text: string;
}
