import { z } from 'zod';
import { budgetSchema, priceSchema } from '../budget-schema.js';
import { duration, envName, httpUrl, line } from '../schema-parts.js';
import type { ApiEndpointConfig, EndpointConfig } from '../types.js';
import { extraBody, type ReservedKeys } from './extra-body.js';
import { apiParams, type ParamName, paramsOf, type RawParams } from './params.js';

/** The schema of one kind of endpoint: a strict map whose `kind` tells it from the others. */
export type EndpointKind = z.ZodPipe<z.ZodObject, z.ZodTransform<EndpointConfig, Record<string, unknown>>>;

/** What sets one API apart. */
export interface ApiSpec {
  readonly kind: ApiEndpointConfig['kind'];
  readonly title: string;
  /** null: has to be given. */
  readonly defaultBaseUrl: string | null;
  /** What the program adds to the base URL. */
  readonly path: string;
  readonly params: readonly ParamName[];
  readonly settings: readonly ('top_logprobs' | 'provider' | 'provider_name')[];
  readonly reserved: ReservedKeys;
  /** What is wrong with the params beyond each one's own limits. */
  readonly refuse?: (params: RawParams) => readonly (readonly [key: ParamName, reason: string])[];
}

/** Settings that some APIs have. */
const special = {
  top_logprobs: z
    .int()
    .min(0)
    .max(20)
    .nullish()
    .describe('Record log-probabilities, with so many alternatives a token. Left out: none are asked for.'),
  provider: line(100).describe('Slug of the only provider that may answer, such as deepinfra/fp8.'),
  provider_name: line(100)
    .nullish()
    .describe("The provider's name as answers give it, where that is not its slug in other words."),
};

const common = {
  model: line(200).describe("The model's name, as the API wants it."),
  api_key_env: envName()
    .nullish()
    .describe('Environment variable that holds the API key. None: no key is sent.'),
  stream: z.boolean().default(true).describe('Ask for the answer as a stream.'),
  concurrency: z.int().min(1).max(64).default(2).describe('Requests under way at once.'),
  requests_per_minute: z.number().gt(0).lte(100_000).nullish().describe('Rate limit of the endpoint.'),
  price: priceSchema.nullish().describe('What tokens cost, for budgets in money.'),
  budget: budgetSchema
    .nullish()
    .describe('What the account (base_url and api_key_env) may use. Where it ends, the watch pauses.'),
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
};

const commonSchema = z.strictObject(common);
const specialSchema = z.strictObject(special).partial();

type RawApi = z.infer<typeof commonSchema> &
  z.infer<typeof specialSchema> & {
    readonly base_url: string;
    readonly params?: RawParams | null;
    readonly extra_body?: ApiEndpointConfig['extraBody'] | null;
  };

/** The schema of the endpoints of one API. */
export function apiKind(spec: ApiSpec): EndpointKind {
  const fields = z
    .strictObject({
      kind: z.literal(spec.kind).describe(spec.title),
      base_url: baseUrl(spec),
      ...common,
      params: apiParams(spec.params).nullish().describe('Settings. What is left out is not sent.'),
      extra_body: extraBody(spec.reserved)
        .nullish()
        .describe("Further keys of the request's body, as the API wants them."),
      ...Object.fromEntries(spec.settings.map((name) => [name, special[name]])),
    })
    .superRefine((raw, context) => {
      for (const [key, message] of spec.refuse?.((raw.params ?? {}) as RawParams) ?? []) {
        context.addIssue({ code: 'custom', path: ['params', key], message });
      }
    });
  // Which keys there are depends on the spec; the type can't follow that.
  return fields.transform((raw) => apiConfig(spec.kind, raw as unknown as RawApi)) as unknown as EndpointKind;
}

function baseUrl(spec: ApiSpec): z.ZodType<string> {
  const url = httpUrl()
    .refine((text) => !text.includes('?'), 'must not have a query (?…): put such settings in extra_body')
    .refine(
      (text) => !text.replace(/\/+$/, '').endsWith(spec.path),
      `must end before ${spec.path}: the program adds that itself`,
    )
    .describe('Where the API starts, such as https://api.example.org/v1.');
  return spec.defaultBaseUrl === null ? url : url.default(spec.defaultBaseUrl);
}

const defaultFirstByteMs = 60_000;

function apiConfig(kind: ApiEndpointConfig['kind'], raw: RawApi): ApiEndpointConfig {
  return {
    kind,
    baseUrl: raw.base_url.replace(/\/+$/, ''),
    model: raw.model,
    apiKeyEnv: raw.api_key_env ?? null,
    stream: raw.stream,
    params: paramsOf(raw.params ?? {}),
    topLogprobs: raw.top_logprobs ?? null,
    provider: raw.provider === undefined ? null : { slug: raw.provider, name: raw.provider_name ?? null },
    extraBody: raw.extra_body ?? {},
    price: raw.price ?? null,
    budget: raw.budget ?? null,
    concurrency: raw.concurrency,
    requestsPerMinute: raw.requests_per_minute ?? null,
    firstByteTimeoutMs: raw.first_byte_timeout ?? Math.min(defaultFirstByteMs, raw.total_timeout),
    totalTimeoutMs: raw.total_timeout,
    maxRetries: raw.max_retries,
  };
}
