export { type App, openApp } from './app.js';
export type { BudgetStatus } from './budget-status.js';
export { readStatus, statusOf, type WatchStatus } from './status.js';
