export type { Limit } from './limits.js';
export { planWatch, type WatchPlan } from './plan.js';
export type { SidePlan, Use } from './side-plan.js';
export { MONTH, type Tier } from './tiers.js';
