import { z } from 'zod';
import type { Budget, Price } from './types.js';

// Money is kept in whole millionths, so that sums of it are exact.
const micros = (amount: number): number => Math.round(amount * 1e6);

const perMillion = z.number().gte(0).lte(100_000);

export const priceSchema: z.ZodType<Price> = z
  .strictObject({
    input_per_million: perMillion.describe('Price of a million tokens of prompts.'),
    output_per_million: perMillion.describe('Price of a million tokens of answers, reasoning included.'),
    currency: z
      .string()
      .regex(/^[A-Z]{3}$/, 'must be the three capitals of a currency, such as USD')
      .default('USD'),
  })
  .transform((raw) => ({
    input: micros(raw.input_per_million),
    output: micros(raw.output_per_million),
    currency: raw.currency,
  }));

const money = z.number().gte(0.000001).lte(1_000_000_000).nullish();

export const budgetSchema: z.ZodType<Budget> = z
  .strictObject({
    tokens_per_day: z.int().min(1).max(1_000_000_000_000).nullish().describe('Prompts and answers together.'),
    money_per_day: money.describe("In the price's currency. Days and months are those of UTC."),
    money_per_month: money,
  })
  .transform((raw) => ({
    tokensPerDay: raw.tokens_per_day ?? null,
    moneyPerDay: raw.money_per_day == null ? null : micros(raw.money_per_day),
    moneyPerMonth: raw.money_per_month == null ? null : micros(raw.money_per_month),
  }));
