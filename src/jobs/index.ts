export type { VerifyLimits } from './allowance.js';
export { isSuspicious, startCanary } from './canary.js';
export type { BudgetPause, JobContext, JobEvents, RunnableWatch } from './context.js';
export { type Ticks, ticksAhead } from './count-ticks.js';
export { createDecider, type Decider, readReport } from './decide.js';
export { type DeclaredChange, lastDeclaredChange } from './declared-changes.js';
export { beginVerification, type DefinedWatch, defineWatch } from './define-watch.js';
export {
  type Acted,
  acknowledge,
  correct,
  type IncidentContext,
  note,
  reopen,
  reply,
  resolve,
  retract,
} from './incidents/act.js';
export { incidentOf } from './incidents/incident-rows.js';
export { startPublishing } from './incidents/publish.js';
export { submitReply } from './incidents/reply.js';
export { incidentOfEpoch } from './incidents/reported-incident.js';
export { createOutbox, type Outbox } from './outbox.js';
export { type Redaction, type RedactionRequest, redact } from './redact.js';
export { startRetention } from './retention.js';
export { resumeRound, runRound, type StopSignals } from './run-round.js';
export { type Schedule, startSchedule } from './schedule.js';
export { type BounceKind, noteBounceMessage } from './subscriptions/bounces.js';
export type { SubscriptionChoice } from './subscriptions/choice.js';
export { startDigests } from './subscriptions/digests.js';
export { type MailAddress, mailFor, noteMailResult } from './subscriptions/mail.js';
export {
  changeSubscription,
  type OpenedSubscription,
  openSubscription,
  unsubscribe,
} from './subscriptions/manage.js';
export { addConfirmedSubscriber, forgetSubscriber } from './subscriptions/operate.js';
export {
  confirmSubscription,
  requestSubscription,
  type SubscriptionRequest,
} from './subscriptions/request.js';
export { transportState } from './transport.js';
export { type Verification, type VerifyEnd, type VerifyProgress, verifyWatch } from './verify.js';
export { createWatchRounds, type LiveWatch, renewEpoch, type WatchRounds } from './watch-rounds.js';
