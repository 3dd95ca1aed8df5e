import { isApi } from './definition.js';
import type { Finding, Path } from './findings.js';
import type { ApiEndpointConfig, Budget, WatchConfig } from './types.js';

/** Whose rate limit and budget an API endpoint's requests count against. Holds the name of the key, not the key. */
export function apiAccount({ baseUrl, apiKeyEnv }: ApiEndpointConfig): string {
  return `${baseUrl} ${apiKeyEnv ?? ''}`;
}

/** The accounts with a budget. Where endpoints of one account state different limits, the strictest count. */
export function accountBudgets(watches: readonly WatchConfig[]): ReadonlyMap<string, Budget> {
  const budgets = new Map<string, Budget>();
  for (const { endpoint } of apiSides(watches)) {
    if (endpoint.budget === null) continue;
    const account = apiAccount(endpoint);
    const known = budgets.get(account);
    budgets.set(account, known ? stricter(known, endpoint.budget) : endpoint.budget);
  }
  return budgets;
}

function stricter(a: Budget, b: Budget): Budget {
  const smaller = (x: number | null, y: number | null): number | null =>
    x === null || y === null ? (x ?? y) : Math.min(x, y);
  return {
    tokensPerDay: smaller(a.tokensPerDay, b.tokensPerDay),
    moneyPerDay: smaller(a.moneyPerDay, b.moneyPerDay),
    moneyPerMonth: smaller(a.moneyPerMonth, b.moneyPerMonth),
  };
}

interface ApiSide {
  readonly path: Path;
  readonly endpoint: ApiEndpointConfig;
}

function apiSides(watches: readonly WatchConfig[]): ApiSide[] {
  return watches.flatMap((watch, i) =>
    (['listed', 'released'] as const).flatMap((side): ApiSide[] => {
      const endpoint = watch[side];
      return isApi(endpoint) ? [{ path: ['watches', i, side], endpoint }] : [];
    }),
  );
}

/** Money is counted for a whole account: each endpoint of it needs a price, all in one currency. */
export function priceFindings(watches: readonly WatchConfig[]): Finding[] {
  const budgets = accountBudgets(watches);
  const currencies = new Map<string, string>();
  return apiSides(watches).flatMap(({ path, endpoint }): Finding[] => {
    const account = apiAccount(endpoint);
    const budget = budgets.get(account);
    if ((budget?.moneyPerDay ?? budget?.moneyPerMonth ?? null) === null) return [];
    if (endpoint.price === null)
      return [
        { path, reason: 'needs a price: its account (base_url and api_key_env) has a budget in money' },
      ];
    const currency = currencies.get(account) ?? endpoint.price.currency;
    currencies.set(account, currency);
    if (currency === endpoint.price.currency) return [];
    const reason = `must be ${currency}, as at the other endpoints of this account`;
    return [{ path: [...path, 'price', 'currency'], reason }];
  });
}
