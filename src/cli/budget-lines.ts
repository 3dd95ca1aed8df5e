import type { BudgetStatus } from '../app/index.js';
import type { BudgetPause } from '../jobs/index.js';
import { money } from './figures.js';

/** Why a watch waits, and until when. */
export function pauseLine(
  { side, budget }: Omit<BudgetPause, 'resumesAt'>,
  resumesAt: string | null,
): string {
  const why = `paused (budget): the ${side} side's ${budget}`;
  return resumesAt === null
    ? `${why} has no room for even one trial; raise it, or lower max_tokens`
    : `${why} has no room for another trial; resumes ${resumesAt}`;
}

/** What a side's account has used of its budgets. */
export function budgetLine(side: BudgetStatus['side'], budgets: readonly BudgetStatus[]): string {
  const parts = budgets.map(({ budget, used, limit, currency }) => {
    const when = budget === 'money_per_month' ? 'this month' : 'today';
    return `${amount(used, currency)} of ${amount(limit, currency)} ${currency ?? 'tokens'} ${when}`;
  });
  return `budget of the ${side} side: ${parts.join(', ')}`;
}

function amount(value: number, currency: string | null): string {
  return currency === null ? value.toLocaleString('en-US') : money(value);
}
