import type { WatchConfig } from '../config/index.js';
import type { Clock, Logger } from '../core/index.js';
import type { EngineDefinition, FoldStatus, Report, Side } from '../fingerprint/index.js';
import type { Endpoint, Ledger, Suite } from '../probes/index.js';
import type { BudgetName, Store } from '../store/index.js';

/** What the jobs report while they work; the command line and the demo listen. */
export interface JobEvents {
  roundStarted(watchId: string, round: number, trials: number): void;
  /** One more trial was folded. */
  trialFolded(watchId: string, status: FoldStatus): void;
  /** `level` is the epoch's: the evidence alarms at 1/level. */
  roundFinished(watchId: string, round: number, status: FoldStatus, level: number): void;
  /** The round waits for a budget; told again when it was tried in vain. */
  roundPaused(watchId: string, round: number, pause: BudgetPause): void;
  /** Once per incident, when it opens. */
  incidentOpened(watchId: string, report: Report): void;
}

/** Why a round waits with the trials that it has left. */
export interface BudgetPause {
  /** The side whose account has no room for one more trial. */
  readonly side: Side;
  readonly budget: BudgetName;
  /** When the budget begins anew, ms since 1970; null when a trial needs more than the whole of it. */
  readonly resumesAt: number | null;
}

/** What every job needs. */
export interface JobContext {
  readonly store: Store;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly events: JobEvents;
  /** Signs the head of the evidence log as it is now. */
  readonly seal: () => Promise<void>;
  /** Where the page is served, without a slash at its end; null: nowhere. */
  readonly publicUrl: string | null;
}

/** A watch that is ready to run: its definition is in the log and its endpoints can be asked. */
export interface RunnableWatch {
  readonly config: WatchConfig;
  readonly epoch: number;
  readonly engine: EngineDefinition;
  readonly suites: readonly Suite[];
  /** Empty where the watch has no canary rounds. */
  readonly canarySuites: readonly Suite[];
  readonly endpoints: Readonly<Record<Side, Endpoint>>;
  /** Counts what the endpoints use; shared by all watches. */
  readonly ledger: Ledger;
}
