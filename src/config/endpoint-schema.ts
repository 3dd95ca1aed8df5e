import { z } from 'zod';
import type { Json } from '../core/index.js';
import { seedReason } from './explain.js';
import { isRecord, type Path } from './findings.js';
import { block, duration, envName, httpUrl, line } from './schema-parts.js';
import type { EndpointConfig, EndpointParams } from './types.js';

const fresh = 'every answer must be drawn afresh';

/** Body keys that have a place of their own in the watch file, or that the program sets itself. */
const reserved: ReadonlyMap<string, string> = new Map([
  ['model', 'set model instead'],
  ['messages', 'the program sets it: the prompts come from the suites'],
  ['stream', 'set stream instead'],
  ['stream_options', 'the program sets it'],
  ['n', 'the program sets it: each request draws one answer'],
  ['best_of', 'the program sets it: each request draws one answer'],
  ['temperature', 'set params.temperature instead'],
  ['top_p', 'set params.top_p instead'],
  ['max_tokens', 'set params.max_tokens instead'],
  ['max_completion_tokens', 'set params.max_tokens instead'],
  ['presence_penalty', 'set params.presence_penalty instead'],
  ['frequency_penalty', 'set params.frequency_penalty instead'],
  ['stop', 'set params.stop instead'],
]);

const penalty = z.number().gte(-2).lte(2).nullish();

const params = z.strictObject({
  system: block(100_000).nullish().describe('System prompt. Not sent when left out.'),
  temperature: z
    .number()
    .gt(0, `must be above 0: at temperature 0 the answers are frozen, and ${fresh}`)
    .lte(2)
    .nullish()
    .describe("Sampling temperature. Left out: the endpoint's own default."),
  top_p: z.number().gt(0, `must be above 0: ${fresh}`).lte(1).nullish().describe('Nucleus sampling.'),
  max_tokens: z.int().min(1).max(1_000_000).nullish().describe('Limit of an answer, in tokens.'),
  presence_penalty: penalty,
  frequency_penalty: penalty,
  stop: z.array(z.string().min(1).max(200)).max(16).nullish().describe('Texts that end an answer.'),
});

const extraBody = z
  // What YAML holds is JSON once numbers are finite, which the check below sees to.
  .record(z.string(), z.custom<Json>())
  .superRefine((body, context) => {
    for (const { path, message } of bodyProblems(body)) {
      context.addIssue({ code: 'custom', path: [...path], message });
    }
  });

function bodyProblems(body: { readonly [key: string]: Json }): { path: Path; message: string }[] {
  const problems = Object.keys(body).flatMap((key) => {
    const message = reserved.get(key);
    return message === undefined ? [] : [{ path: [key], message }];
  });
  if (body.top_k === 1) problems.push({ path: ['top_k'], message: `must be above 1: ${fresh}` });
  return [...problems, ...nestedProblems(body, [])];
}

function nestedProblems(value: Json, path: Path): { path: Path; message: string }[] {
  if (typeof value === 'number' && !Number.isFinite(value))
    return [{ path, message: 'must be a finite number' }];
  if (typeof value !== 'object' || value === null) return [];
  const entries: [string | number, Json][] = isRecord(value) ? Object.entries(value) : [...value.entries()];
  return entries.flatMap(([key, item]) =>
    key === 'seed' ? [{ path: [...path, key], message: seedReason }] : nestedProblems(item, [...path, key]),
  );
}

const baseUrl = httpUrl()
  .refine((url) => !url.includes('?'), 'must not have a query (?…): put such settings in extra_body')
  .refine(
    (url) => !/\/(chat\/)?completions\/*$/.test(url),
    'must end before /chat/completions: the program adds that itself',
  );

const fields = z.strictObject({
  kind: z.literal('openai').describe('How the endpoint is reached: an OpenAI-compatible chat API.'),
  base_url: baseUrl.describe('Where the API starts, such as https://openrouter.ai/api/v1.'),
  model: line(200).describe("The model's name, as the API wants it."),
  api_key_env: envName()
    .nullish()
    .describe('Environment variable that holds the API key. None: no key is sent.'),
  stream: z.boolean().default(true).describe('Ask for the answer as a stream.'),
  params: params.nullish().describe('Sampling settings. What is left out is not sent.'),
  extra_body: extraBody
    .nullish()
    .describe("Further keys of the request's body, such as OpenRouter's provider."),
  concurrency: z.int().min(1).max(64).default(2).describe('Requests under way at once.'),
  requests_per_minute: z.number().gt(0).lte(100_000).nullish().describe('Rate limit of the endpoint.'),
  first_byte_timeout: duration(100, 3_600_000)
    .nullish()
    .describe('Longest wait for the first byte. Default 60s, or total_timeout where that is shorter.'),
  total_timeout: duration(100, 3_600_000).prefault('180s').describe('Longest time for a whole answer.'),
  max_retries: z
    .int()
    .min(0)
    .max(10)
    .default(3)
    .describe('Retries of a request that failed before its first byte.'),
});

/** One side of a watch. */
export const endpointSchema: z.ZodType<EndpointConfig> = fields.transform(
  (raw): EndpointConfig => ({
    kind: raw.kind,
    baseUrl: raw.base_url.replace(/\/+$/, ''),
    model: raw.model,
    apiKeyEnv: raw.api_key_env ?? null,
    stream: raw.stream,
    params: paramsOf(raw.params ?? {}),
    extraBody: raw.extra_body ?? {},
    concurrency: raw.concurrency,
    requestsPerMinute: raw.requests_per_minute ?? null,
    firstByteTimeoutMs: raw.first_byte_timeout ?? Math.min(defaultFirstByteMs, raw.total_timeout),
    totalTimeoutMs: raw.total_timeout,
    maxRetries: raw.max_retries,
  }),
);

const defaultFirstByteMs = 60_000;

function paramsOf(raw: z.infer<typeof params>): EndpointParams {
  return {
    system: raw.system ?? null,
    temperature: raw.temperature ?? null,
    topP: raw.top_p ?? null,
    maxTokens: raw.max_tokens ?? null,
    presencePenalty: raw.presence_penalty ?? null,
    frequencyPenalty: raw.frequency_penalty ?? null,
    stop: raw.stop ?? [],
  };
}
