/**
 * What one account used on one UTC day. The ledger is nothing but these sums: a request adds its worst case
 * to the open ones before it is sent, and moves what it really used to the settled ones afterwards. What a
 * crash interrupted is never moved, so it stays counted.
 */
export interface BudgetDaysTable {
  /** Base URL and the name of the key's variable; no secret. */
  account: string;
  /** UTC, `2026-01-31`. */
  day: string;
  tokens: number;
  /** Millionths of the account's currency. */
  micros: number;
  /** Reserved, not settled. */
  open_tokens: number;
  open_micros: number;
}
