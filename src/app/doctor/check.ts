/** `problem`: a watch can't do its work. `warning`: it can, but something may be wrong. */
export type Level = 'ok' | 'warning' | 'problem';

export type Area = 'secret' | 'suites' | 'store' | 'endpoint' | 'browser' | 'clock' | 'mail' | 'webhook';

/** What one look at the installation found. Texts are for people, one safe line each. */
export interface Check {
  readonly level: Level;
  readonly area: Area;
  readonly subject: string;
  readonly detail: string;
  /** What to do about it; null where nothing has to be done. */
  readonly fix: string | null;
}
