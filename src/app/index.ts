export { type App, openApp } from './app.js';
export type { BudgetStatus } from './budget-status.js';
export type { CanaryStatus } from './canary-status.js';
export { type Check, examine, type Level } from './doctor/index.js';
export { exportEvidence } from './export.js';
export {
  type Limit,
  MONTH,
  planWatch,
  type SidePlan,
  type Tier,
  type Use,
  type WatchPlan,
} from './plan/index.js';
export { redactTexts } from './redact.js';
export { readWatchReport } from './report.js';
export { readStatus, statusOf, type WatchStatus } from './status.js';
export { costCurrency, type VerifyOptions } from './verify.js';
export type { Verified } from './watches.js';
export { servePage } from './web.js';
