import type { Budget } from '../config/index.js';
import { type BudgetDaysTable, type BudgetName, budgetDays, type Db } from '../store/index.js';

/** Settled and open together: what is reserved may still be used. */
export interface Spent {
  readonly dayTokens: number;
  readonly dayMicros: number;
  readonly monthMicros: number;
}

/** A budget without room. */
export interface Exceeded {
  readonly budget: BudgetName;
  /** When it begins anew, ms since 1970; null when even then there is no room. */
  readonly resumesAt: number | null;
}

/** The UTC day of a time, `2026-01-31`. */
export function utcDay(at: number): string {
  return new Date(at).toISOString().slice(0, 10);
}

/** The first day of a day's month. */
export function monthStart(day: string): string {
  return `${day.slice(0, 7)}-01`;
}

/** The day an account is in: that of the clock, or a later one that it has used, so that no clock set back gives a new budget. */
export function latest(now: number, rows: readonly BudgetDaysTable[]): string {
  return rows.reduce((day, row) => (row.day > day ? row.day : day), utcDay(now));
}

/** Sums of the day and its month. `rows` holds at least that month. */
export function spentOn(day: string, rows: readonly BudgetDaysTable[]): Spent {
  const sum = { dayTokens: 0, dayMicros: 0, monthMicros: 0 };
  for (const row of rows) {
    if (monthStart(row.day) !== monthStart(day)) continue;
    sum.monthMicros += row.micros + row.open_micros;
    if (row.day !== day) continue;
    sum.dayTokens += row.tokens + row.open_tokens;
    sum.dayMicros += row.micros + row.open_micros;
  }
  return sum;
}

/** What was used of one budget. */
export interface BudgetUse {
  readonly name: BudgetName;
  /** Tokens, or millionths of the currency. */
  readonly limit: number;
  /** Reservations included. */
  readonly used: number;
  readonly renewsAt: number;
}

/** Each budget that is set. */
function usesOf(budget: Budget, spent: Spent, day: string): BudgetUse[] {
  const nextDay = Date.parse(day) + 86_400_000;
  const [year, month] = day.split('-').map(Number);
  // Months count from 0 here, so this is the next one.
  const nextMonth = Date.UTC(year ?? 0, month ?? 0);
  const uses: (Omit<BudgetUse, 'limit'> & { readonly limit: number | null })[] = [
    { name: 'tokens_per_day', limit: budget.tokensPerDay, used: spent.dayTokens, renewsAt: nextDay },
    { name: 'money_per_day', limit: budget.moneyPerDay, used: spent.dayMicros, renewsAt: nextDay },
    { name: 'money_per_month', limit: budget.moneyPerMonth, used: spent.monthMicros, renewsAt: nextMonth },
  ];
  return uses.flatMap(({ limit, ...use }) => (limit === null ? [] : [{ ...use, limit }]));
}

/** What an account has used of each of its budgets. Reads only. */
export async function budgetUse(db: Db, account: string, budget: Budget, now: number): Promise<BudgetUse[]> {
  const rows = await budgetDays(db, account, monthStart(utcDay(now)));
  const day = latest(now, rows);
  return usesOf(budget, spentOn(day, rows), day);
}

/** Of the budgets that have no room for `need`, the one that opens last; null where all have. */
export function exceeded(
  budget: Budget,
  spent: Spent,
  need: { readonly tokens: number; readonly micros: number },
  day: string,
): Exceeded | null {
  let last: Exceeded | null = null;
  for (const { name, limit, used, renewsAt } of usesOf(budget, spent, day)) {
    const needed = name === 'tokens_per_day' ? need.tokens : need.micros;
    if (used + needed <= limit) continue;
    if (needed > limit) return { budget: name, resumesAt: null };
    if (renewsAt >= (last?.resumesAt ?? 0)) last = { budget: name, resumesAt: renewsAt };
  }
  return last;
}
