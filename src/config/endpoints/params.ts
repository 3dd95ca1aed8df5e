import { z } from 'zod';
import { block } from '../schema-parts.js';
import type { EndpointParams } from '../types.js';
import { fresh } from './extra-body.js';

/** Settings as they stand in the watch file. */
export interface RawParams {
  readonly system?: string | null;
  readonly temperature?: number | null;
  readonly top_p?: number | null;
  readonly max_tokens?: number | null;
  readonly max_tokens_field?: 'auto' | 'max_tokens' | 'max_completion_tokens' | null;
  readonly presence_penalty?: number | null;
  readonly frequency_penalty?: number | null;
  readonly stop?: readonly string[] | null;
  readonly reasoning_effort?: string | null;
  readonly thinking_budget?: number | null;
}

export type ParamName = keyof RawParams;

const penalty = z.number().gte(-2).lte(2).nullish();

/** Every setting that some API has; an endpoint takes those of its own API. */
const all: Readonly<Record<ParamName, z.ZodType>> = {
  system: block(100_000).nullish().describe('System prompt. Not sent when left out.'),
  temperature: z
    .number()
    .gt(0, `must be above 0: at temperature 0 the answers are frozen, and ${fresh}`)
    .lte(2)
    .nullish()
    .describe("Sampling temperature. Left out: the endpoint's own default."),
  top_p: z.number().gt(0, `must be above 0: ${fresh}`).lte(1).nullish().describe('Nucleus sampling.'),
  max_tokens: z
    .int()
    .min(1)
    .max(1_000_000)
    .nullish()
    .describe('Limit of an answer, in tokens; reasoning counts.'),
  max_tokens_field: z
    .enum(['auto', 'max_tokens', 'max_completion_tokens'])
    .nullish()
    .describe(
      'What max_tokens is called in requests. auto (the default): max_completion_tokens where reasoning_effort is set.',
    ),
  presence_penalty: penalty,
  frequency_penalty: penalty,
  stop: z.array(z.string().min(1).max(200)).max(16).nullish().describe('Texts that end an answer.'),
  reasoning_effort: z
    .enum(['none', 'minimal', 'low', 'medium', 'high', 'xhigh', 'max'])
    .nullish()
    .describe('How much a reasoning model thinks. Each model takes some of these.'),
  thinking_budget: z
    .int()
    .min(1024)
    .max(1_000_000)
    .nullish()
    .describe('Tokens of max_tokens that may go into thinking. Left out: no thinking is asked for.'),
};

/** The schema of the settings that one API takes. */
export function apiParams(names: readonly ParamName[]): z.ZodObject {
  return z.strictObject(Object.fromEntries(names.map((name) => [name, all[name]])));
}

export function paramsOf(raw: RawParams): EndpointParams {
  const reasoningEffort = raw.reasoning_effort ?? null;
  const stated = raw.max_tokens_field ?? 'auto';
  const fitting = reasoningEffort === null ? 'max_tokens' : 'max_completion_tokens';
  return {
    system: raw.system ?? null,
    temperature: raw.temperature ?? null,
    topP: raw.top_p ?? null,
    maxTokens: raw.max_tokens ?? null,
    maxTokensField: stated === 'auto' ? fitting : stated,
    presencePenalty: raw.presence_penalty ?? null,
    frequencyPenalty: raw.frequency_penalty ?? null,
    stop: raw.stop ?? [],
    reasoningEffort,
    thinkingBudget: raw.thinking_budget ?? null,
  };
}
