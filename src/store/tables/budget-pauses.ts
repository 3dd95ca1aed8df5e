import type { Side } from '../../fingerprint/index.js';

/** The budgets of the watch file, as it names them. */
export type BudgetName = 'tokens_per_day' | 'money_per_day' | 'money_per_month';

/** A watch whose open round waits for a budget. */
export interface BudgetPausesTable {
  watch_id: string;
  /** The side whose account has no room; where both sides use it, the listed one. */
  side: Side;
  budget: BudgetName;
  since: number;
  /** When the budget begins anew, ms since 1970; null when even then it has no room for a trial. */
  resumes_at: number | null;
}
