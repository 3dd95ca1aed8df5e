export type { BudgetPause, JobContext, JobEvents, RunnableWatch } from './context.js';
export { createDecider, type Decider, readReport } from './decide.js';
export { type DeclaredChange, lastDeclaredChange } from './declared-changes.js';
export { type DefinedWatch, defineWatch } from './define-watch.js';
export { createOutbox, type Outbox } from './outbox.js';
export { resumeRound, runRound, type StopSignals } from './run-round.js';
export { type Schedule, startSchedule } from './schedule.js';
