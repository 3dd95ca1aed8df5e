import type { WatchConfig } from '../config/index.js';
import type { Clock, Logger } from '../core/index.js';
import type { EngineDefinition, FoldStatus, Report, Side } from '../fingerprint/index.js';
import type { Endpoint, Suite } from '../probes/index.js';
import type { Store } from '../store/index.js';

/** What the jobs report while they work; the command line and the demo listen. */
export interface JobEvents {
  roundStarted(watchId: string, round: number, trials: number): void;
  /** One more trial was folded. */
  trialFolded(watchId: string, status: FoldStatus): void;
  /** `level` is the epoch's: the evidence alarms at 1/level. */
  roundFinished(watchId: string, round: number, status: FoldStatus, level: number): void;
  /** Once per incident, when it opens. */
  incidentOpened(watchId: string, report: Report): void;
}

/** What every job needs. */
export interface JobContext {
  readonly store: Store;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly events: JobEvents;
}

/** A watch that is ready to run: its definition is in the log and its endpoints can be asked. */
export interface RunnableWatch {
  readonly config: WatchConfig;
  readonly epoch: number;
  readonly engine: EngineDefinition;
  readonly suites: readonly Suite[];
  readonly endpoints: Readonly<Record<Side, Endpoint>>;
}
