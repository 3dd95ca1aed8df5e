import type { Kysely, Transaction } from 'kysely';
import type { AnswersTable } from './tables/answers.js';
import type { BudgetDaysTable } from './tables/budget-days.js';
import type { BudgetPausesTable } from './tables/budget-pauses.js';
import type { CheckpointsTable } from './tables/checkpoints.js';
import type { CosignaturesTable } from './tables/cosignatures.js';
import type { DeclaredValuesTable } from './tables/declared-values.js';
import type { DeliveriesTable } from './tables/deliveries.js';
import type { DigestItemsTable } from './tables/digest-items.js';
import type { EngineSnapshotsTable } from './tables/engine-snapshots.js';
import type { EpochsTable } from './tables/epochs.js';
import type { EvidencePointsTable } from './tables/evidence-points.js';
import type { IncidentEventsTable } from './tables/incident-events.js';
import type { IncidentsTable } from './tables/incidents.js';
import type { LogTable } from './tables/log.js';
import type { LogForksTable } from './tables/log-forks.js';
import type { LogKeysTable } from './tables/log-keys.js';
import type { MessagesTable } from './tables/messages.js';
import type { RoundsTable } from './tables/rounds.js';
import type { SeenLogsTable } from './tables/seen-logs.js';
import type { SubscribersTable } from './tables/subscribers.js';
import type { SubscriptionsTable } from './tables/subscriptions.js';
import type { SuitesTable } from './tables/suites.js';
import type { TokensTable } from './tables/tokens.js';
import type { TrialsTable } from './tables/trials.js';
import type { WatchReportsTable } from './tables/watch-reports.js';
import type { WatchSummariesTable } from './tables/watch-summaries.js';
import type { WatchesTable } from './tables/watches.js';

export interface Database {
  watches: WatchesTable;
  epochs: EpochsTable;
  suites: SuitesTable;
  rounds: RoundsTable;
  trials: TrialsTable;
  answers: AnswersTable;
  declared_values: DeclaredValuesTable;
  engine_snapshots: EngineSnapshotsTable;
  evidence_points: EvidencePointsTable;
  incidents: IncidentsTable;
  incident_events: IncidentEventsTable;
  messages: MessagesTable;
  deliveries: DeliveriesTable;
  digest_items: DigestItemsTable;
  subscribers: SubscribersTable;
  subscriptions: SubscriptionsTable;
  tokens: TokensTable;
  watch_summaries: WatchSummariesTable;
  watch_reports: WatchReportsTable;
  budget_days: BudgetDaysTable;
  budget_pauses: BudgetPausesTable;
  log: LogTable;
  log_keys: LogKeysTable;
  checkpoints: CheckpointsTable;
  cosignatures: CosignaturesTable;
  seen_logs: SeenLogsTable;
  log_forks: LogForksTable;
}

/** A connection or a transaction: queries take either. */
export type Db = Kysely<Database>;
/** Only a transaction: for writes that belong together. */
export type Tx = Transaction<Database>;
