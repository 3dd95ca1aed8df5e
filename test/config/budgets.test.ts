import { describe, expect, it } from 'vitest';
import { stringify } from 'yaml';
import {
  accountBudgets,
  ConfigError,
  parseWatchFile,
  type WatchConfig,
  watchWarnings,
} from '../../src/config/index.js';

const side = { kind: 'openai', base_url: 'http://127.0.0.1:9/v1', model: 'm' };
const price = { input_per_million: 2.5, output_per_million: 10 };

/** One watch for each pair of sides. */
function watches(...pairs: [listed: object, released: object][]): readonly WatchConfig[] {
  const listed = pairs.map(([one, two], i) => ({
    id: `w${i}`,
    listed: { ...side, ...one },
    released: { ...side, ...two },
    schedule: '0 12 * * *',
  }));
  return parseWatchFile(stringify({ version: 1, watches: listed }), 'twinwatch.yaml', null).watches;
}

function problems(...pairs: [listed: object, released: object][]): string[] {
  try {
    watches(...pairs);
    return [];
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    return error.problems.map(({ key, reason }) => `${key} ${reason}`);
  }
}

describe('price and budget', () => {
  it('are whole millionths', () => {
    const [watch] = watches([
      { price: { ...price, input_per_million: 0.29 }, budget: { money_per_day: 1.1 } },
      { price },
    ]);
    expect(watch?.listed).toMatchObject({
      price: { input: 290_000, output: 10_000_000, currency: 'USD' },
      budget: { tokensPerDay: null, moneyPerDay: 1_100_000, moneyPerMonth: null },
    });
  });

  it('want max_tokens', () => {
    const budget = { tokens_per_day: 9 };
    const [watch] = watches([{ budget }, { budget, params: { max_tokens: 5 } }]);
    if (!watch) throw new Error('no watch');
    const warnings = watchWarnings(watch).filter((warning) => warning.includes('budget'));
    expect(warnings).toEqual([expect.stringMatching(/^w0: the listed side has a budget but no max_tokens/)]);
  });

  it('of one account count together, the strictest of each kind', () => {
    const two = watches(
      [{ price, budget: { money_per_day: 2, money_per_month: 9 } }, { api_key_env: 'OWN' }],
      [{ price, budget: { money_per_day: 1, tokens_per_day: 500 } }, { price }],
    );
    expect([...accountBudgets(two)]).toEqual([
      ['http://127.0.0.1:9/v1 ', { tokensPerDay: 500, moneyPerDay: 1_000_000, moneyPerMonth: 9_000_000 }],
    ]);
  });

  it.each([
    ['no price at another endpoint of the account', {}, /^watches\[0\]\.released needs a price/],
    [
      'another currency there',
      { price: { ...price, currency: 'EUR' } },
      /^watches\[0\]\.released\.price\.currency must be USD/,
    ],
  ])('say where money can not be counted: %s', (_, released, problem) => {
    const listed = { price, budget: { money_per_month: 5 } };
    expect(problems([listed, released])).toEqual([expect.stringMatching(problem)]);
    expect(problems([listed, { ...released, api_key_env: 'OWN' }])).toEqual([]);
    expect(problems([{ ...listed, budget: { tokens_per_day: 5 } }, released])).toEqual([]);
  });

  it.each([
    [{ budget: { tokens_per_day: 0.5 } }, /budget\.tokens_per_day/],
    [{ budget: { money_per_day: 0 } }, /budget\.money_per_day/],
    [{ budget: { per_week: 1 } }, /budget\.per_week/],
    [{ price: { input_per_million: 1 } }, /price\.output_per_million/],
    [{ price: { ...price, currency: 'dollars' } }, /price\.currency must be the three capitals/],
  ])('refuse %j', (listed, problem) => {
    expect(problems([listed, {}])).toEqual([expect.stringMatching(problem)]);
  });
});
