import { apiAccount, type Budget, isApi, type WatchConfig } from '../config/index.js';
import type { Side } from '../fingerprint/index.js';
import { budgetUse } from '../probes/index.js';
import { type BudgetName, type Db, findPause } from '../store/index.js';

/** What one budget of a side's account has used. The account may serve other sides and watches too. */
export interface BudgetStatus {
  readonly side: Side;
  readonly budget: BudgetName;
  /** Tokens, or amounts of `currency`; what is reserved for requests under way is included. */
  readonly used: number;
  readonly limit: number;
  /** null for tokens. */
  readonly currency: string | null;
  /** When it begins anew, ISO 8601. */
  readonly renewsAt: string;
}

/** What a watch waits for, with the trials that its round has left. */
export interface PauseStatus {
  readonly reason: 'budget';
  readonly side: Side;
  readonly budget: BudgetName;
  /** ISO 8601. */
  readonly since: string;
  /** ISO 8601; null when a trial may need more than the whole budget. */
  readonly resumesAt: string | null;
}

/** Each budget of a watch's sides. `budgets` is by account. */
export async function budgetsOf(
  db: Db,
  watch: WatchConfig,
  budgets: ReadonlyMap<string, Budget>,
  now: number,
): Promise<BudgetStatus[]> {
  const rows: BudgetStatus[] = [];
  for (const side of ['listed', 'released'] as const) {
    const endpoint = watch[side];
    const budget = isApi(endpoint) ? budgets.get(apiAccount(endpoint)) : undefined;
    if (!isApi(endpoint) || !budget) continue;
    for (const { name, limit, used, renewsAt } of await budgetUse(db, apiAccount(endpoint), budget, now)) {
      const isMoney = name !== 'tokens_per_day';
      const unit = isMoney ? 1e6 : 1;
      rows.push({
        side,
        budget: name,
        used: used / unit,
        limit: limit / unit,
        currency: isMoney ? (endpoint.price?.currency ?? null) : null,
        renewsAt: new Date(renewsAt).toISOString(),
      });
    }
  }
  return rows;
}

/** What a watch waits for; null when it doesn't. */
export async function pauseOf(db: Db, watchId: string): Promise<PauseStatus | null> {
  const row = await findPause(db, watchId);
  if (row === null) return null;
  return {
    reason: 'budget',
    side: row.side,
    budget: row.budget,
    since: new Date(row.since).toISOString(),
    resumesAt: row.resumes_at === null ? null : new Date(row.resumes_at).toISOString(),
  };
}
