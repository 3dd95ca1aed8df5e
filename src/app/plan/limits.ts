import {
  accountBudgets,
  type Budget,
  type EndpointConfig,
  loadSiteRecipe,
  type WatchConfig,
  type WatchFile,
} from '../../config/index.js';
import { DAY_MS } from '../../core/index.js';
import type { BudgetName } from '../../store/index.js';
import { accountOf, addUse, type SidePlan, type Use } from './side-plan.js';
import { MONTH, type Tier } from './tiers.js';

/** What keeps a watch from running as often as its schedule says. */
export type Limit =
  | {
      readonly kind: 'rate';
      readonly place: string;
      /** Share of the scheduled trials that there is time for; below 1. */
      readonly share: number;
    }
  | {
      readonly kind: 'budget';
      readonly place: string;
      readonly budget: BudgetName;
      readonly limit: number;
      /** Of what the schedule uses in the budget's day or month; below 1. */
      readonly share: number;
      /** Other watches that use the same account. */
      readonly sharedWith: readonly string[];
    }
  | {
      readonly kind: 'prompts';
      readonly tier: Tier['kind'];
      readonly prompts: number;
      /** Days until each was used. */
      readonly days: number;
    };

interface Planned {
  readonly endpoint: EndpointConfig;
  readonly plan: SidePlan;
}

/** Every limit that the schedule passes. */
export function limitsOf(
  file: Pick<WatchFile, 'watches'>,
  watch: WatchConfig,
  sides: readonly Planned[],
  tiers: readonly Tier[],
): Limit[] {
  const budgets = accountBudgets(file.watches);
  const accounts = new Set(sides.map(({ endpoint }) => accountOf(endpoint)).filter((name) => name !== null));
  const ofAccounts = [...accounts].flatMap((account) => {
    const users = sides.filter(({ endpoint }) => accountOf(endpoint) === account);
    const others = file.watches.filter(
      ({ id, listed, released }) =>
        id !== watch.id && [listed, released].some((side) => accountOf(side) === account),
    );
    const budget = budgets.get(account);
    const sharedWith = others.map(({ id }) => id);
    return [...rateLimit(users), ...(budget ? budgetLimits(budget, users, sharedWith) : [])];
  });
  const ofSites = sides
    .filter(({ endpoint }) => endpoint.kind === 'browser')
    .flatMap((side) => rateLimit([side]));
  return [...ofAccounts, ...ofSites, ...tiers.flatMap(promptLimit)];
}

/** Share of the scheduled full rounds that the limits leave, on the average over a month. */
export function shareLeft(limits: readonly Limit[]): number {
  return Math.min(1, ...limits.flatMap((limit) => (limit.kind === 'prompts' ? [] : [limit.share])));
}

function totalOf(users: readonly Planned[], of: 'perDay' | 'perMonth'): Use {
  return users.map(({ plan }) => plan[of]).reduce(addUse);
}

function placeOf(users: readonly Planned[]): string {
  return users[0]?.plan.place ?? '';
}

/** Of endpoints that share one pace. */
function rateLimit(users: readonly Planned[]): Limit[] {
  const possible = Math.min(...users.map(({ endpoint }) => requestsPerDay(endpoint)));
  const share = possible / totalOf(users, 'perDay').requests;
  return share < 1 ? [{ kind: 'rate', place: placeOf(users), share }] : [];
}

function requestsPerDay(endpoint: EndpointConfig): number {
  if (endpoint.kind === 'browser') {
    const intervalMs = endpoint.minIntervalMs ?? loadSiteRecipe(endpoint.site).minIntervalMs;
    return DAY_MS / intervalMs;
  }
  return (endpoint.requestsPerMinute ?? Number.POSITIVE_INFINITY) * 1440;
}

function budgetLimits(budget: Budget, users: readonly Planned[], sharedWith: readonly string[]): Limit[] {
  const [day, month] = [totalOf(users, 'perDay'), totalOf(users, 'perMonth')];
  const money = (micros: number | null): number | null => (micros === null ? null : micros / 1e6);
  const rows: [BudgetName, number | null, number | null][] = [
    ['tokens_per_day', budget.tokensPerDay, day.tokens],
    ['money_per_day', money(budget.moneyPerDay), day.cost],
    ['money_per_month', money(budget.moneyPerMonth), month.cost],
  ];
  return rows.flatMap(([name, limit, used]): Limit[] => {
    if (limit === null || used === null || used <= limit) return [];
    return [{ kind: 'budget', place: placeOf(users), budget: name, limit, share: limit / used, sharedWith }];
  });
}

function promptLimit({ kind, prompts, trialsPerRound, roundsPerDay }: Tier): Limit[] {
  const days = prompts / (trialsPerRound * roundsPerDay);
  return days < MONTH ? [{ kind: 'prompts', tier: kind, prompts, days }] : [];
}
