import {
  type ApiEndpointConfig,
  apiAccount,
  type EndpointConfig,
  endpointPlace,
  isApi,
} from '../../config/index.js';
import { answerTokensOf, systemTokens, type Tier } from './tiers.js';

/** Counted for an answer whose length nothing limits. */
const ASSUMED_ANSWER_TOKENS = 1000;

/** What one side is asked, and what that costs. A month has 30 days. */
export interface SidePlan {
  readonly kind: EndpointConfig['kind'];
  readonly place: string;
  readonly model: string;
  readonly perDay: Use;
  readonly perMonth: Use;
  /** Counted for each answer to a prompt of usual kind; null where there are no tokens to count. */
  readonly answerTokens: number | null;
  /** max_tokens is not set, and `answerTokens` is a guess. */
  readonly isAssumed: boolean;
  /** ISO 4217; null where no price is given. */
  readonly currency: string | null;
}

export interface Use {
  readonly requests: number;
  /** Prompts and answers; null where there are none to count. */
  readonly tokens: number | null;
  /** Amount of the price's currency; null where no price is given. */
  readonly cost: number | null;
}

/** The plan of a side that gets `answers` requests in each trial. */
export function sidePlan(endpoint: EndpointConfig, tiers: readonly Tier[], answers: number): SidePlan {
  const { kind, model } = endpoint;
  const shared = { kind, model, place: endpointPlace(endpoint) };
  const use = (rounds: (tier: Tier) => number): Use =>
    tiers.map((tier) => useOf(endpoint, tier, answers * tier.trialsPerRound * rounds(tier))).reduce(addUse);
  const perDay = use((tier) => tier.roundsPerDay);
  const perMonth = use((tier) => tier.roundsPerMonth);
  if (!isApi(endpoint))
    return { ...shared, perDay, perMonth, answerTokens: null, isAssumed: false, currency: null };
  const answerTokens = endpoint.params.maxTokens ?? ASSUMED_ANSWER_TOKENS;
  const isAssumed = endpoint.params.maxTokens === null;
  const currency = endpoint.price?.currency ?? null;
  return { ...shared, perDay, perMonth, answerTokens, isAssumed, currency };
}

function useOf(endpoint: EndpointConfig, tier: Tier, requests: number): Use {
  if (!isApi(endpoint)) return { requests, tokens: null, cost: null };
  const { prompt, answer } = requestTokens(endpoint, tier);
  const { price } = endpoint;
  // Prices are in millionths of the currency for a million tokens.
  const cost = price === null ? null : (requests * (prompt * price.input + answer * price.output)) / 1e12;
  return { requests, tokens: requests * (prompt + answer), cost };
}

function requestTokens({ params }: ApiEndpointConfig, tier: Tier): { prompt: number; answer: number } {
  return {
    prompt: tier.promptTokens + systemTokens(params.system),
    answer: answerTokensOf(tier, params.maxTokens ?? ASSUMED_ANSWER_TOKENS),
  };
}

export function addUse(a: Use, b: Use): Use {
  const plus = (x: number | null, y: number | null): number | null =>
    x === null || y === null ? null : x + y;
  return { requests: a.requests + b.requests, tokens: plus(a.tokens, b.tokens), cost: plus(a.cost, b.cost) };
}

/** Whose limits a side's requests count against; null where none are kept. */
export function accountOf(endpoint: EndpointConfig): string | null {
  return isApi(endpoint) ? apiAccount(endpoint) : null;
}
