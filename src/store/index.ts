export type { Db, Tx } from './database.js';
export { StoreError } from './errors.js';
export { inspectStore, type StoreState } from './inspect.js';
export { addToDay, budgetDays, clearPause, findPause, savePause } from './queries/budgets.js';
export { declaredValues, saveDeclaredValue } from './queries/declared-values.js';
export {
  type DueDelivery,
  deliveryLanes,
  dueDeliveries,
  listDeliveries,
  MAIL_LANE,
  messageContents,
  postponeDeliveries,
  replayDelivery,
  updateDelivery,
} from './queries/deliveries.js';
export { findSnapshot, insertPoints, lastPoint, saveSnapshot } from './queries/evidence.js';
export {
  deliveriesOf,
  endedEmbargoes,
  type IncidentFilter,
  listIncidents,
  newestMessage,
  nextEmbargoEnd,
  openIncidents,
  toldOf,
} from './queries/incident-life.js';
export {
  findIncident,
  incidentEvents,
  incidentsOfEpoch,
  insertMessage,
  messagesOf,
  saveContent,
  saveIncident,
} from './queries/incidents.js';
export {
  checkpointsOver,
  insertCheckpoint,
  insertLogEntries,
  insertLogKey,
  logEntriesFrom,
  logHead,
  logKeys,
  logSubtrees,
  newestCheckpoint,
  saveLogSubtrees,
} from './queries/log.js';
export { newestVoidReasons, unreadableSince } from './queries/readability.js';
export {
  countRemoved,
  loggedArtifacts,
  removedTrials,
  removeText,
  trialsWithTexts,
  wipeLog,
} from './queries/redactions.js';
export { extraRounds, finishRound, insertRound, lastRound, openRounds } from './queries/rounds.js';
export {
  contentsOf,
  dueForDigest,
  insertDeliveries,
  insertDigestItems,
  keepMessage,
  markItemsSent,
  markReturned,
  subscriberOfDelivery,
  waitingItems,
} from './queries/subscriber-mail.js';
export {
  addBounce,
  audienceOf,
  clearBounces,
  findSubscriber,
  findSubscriberByKey,
  insertSubscriber,
  listSubscribers,
  removeSubscriber,
  removeUnconfirmed,
  replaceSubscriptions,
  subscriptionsOf,
  updateSubscriber,
} from './queries/subscribers.js';
export { findSuiteText, keepSuites } from './queries/suites.js';
export {
  findToken,
  insertTokens,
  markTokenUsed,
  removeExpiredTokens,
  removeTokens,
} from './queries/tokens.js';
export {
  endedTrialsAfter,
  endTrial,
  lastSeq,
  startTrial,
  type TrialWithAnswers,
  trialsAfter,
  trialsOfRound,
  usedPrompts,
} from './queries/trials.js';
export {
  declaredChangeEntries,
  evidencePoints,
  newestPairs,
  type WatchActivity,
  watchActivity,
} from './queries/watch-report.js';
export {
  beginEpoch,
  type CurrentWatch,
  epochsOf,
  findWatch,
  listWatches,
  renameWatch,
  setCanaryDue,
  setNextDue,
} from './queries/watches.js';
export {
  changedIncidents,
  type Embargo,
  findPublicIncident,
  type IncidentCursor,
  messagesOfAll,
  openEmbargoes,
  publicIncidents,
} from './queries/web-incidents.js';
export {
  evidencePointsAt,
  firstTrialAt,
  newestDeclaredChanges,
  newestTrials,
  roundsByTier,
} from './queries/web-watch.js';
export {
  findWatchReport,
  replaceWatchReport,
  saveWatchReport,
  type WatchRow,
  watchRows,
} from './queries/web-watches.js';
export {
  cosignaturesOf,
  insertCosignature,
  keepFork,
  logForks,
  newestCosigned,
  saveSeenLog,
  seenLog,
} from './queries/witnesses.js';
export type { StoreLock } from './sqlite.js';
export { lockStore, openStore, type Store } from './store.js';
export type { AnswersTable } from './tables/answers.js';
export type { BudgetDaysTable } from './tables/budget-days.js';
export type { BudgetName, BudgetPausesTable } from './tables/budget-pauses.js';
export type { CheckpointsTable } from './tables/checkpoints.js';
export type { DeclaredField, DeclaredValuesTable } from './tables/declared-values.js';
export type { DeliveriesTable, DeliveryStatus } from './tables/deliveries.js';
export type { EpochsTable } from './tables/epochs.js';
export type { EvidencePointsTable } from './tables/evidence-points.js';
export type { IncidentEventsTable } from './tables/incident-events.js';
export type { IncidentsTable } from './tables/incidents.js';
export type { LogTable } from './tables/log.js';
export type { MessagesTable } from './tables/messages.js';
export type { RoundsTable, RoundTier } from './tables/rounds.js';
export type { SeenLogsTable } from './tables/seen-logs.js';
export type { Frequency, SubscribersTable } from './tables/subscribers.js';
export type { SubscriptionsTable } from './tables/subscriptions.js';
export type { TokenPurpose } from './tables/tokens.js';
export type { TrialsTable } from './tables/trials.js';
