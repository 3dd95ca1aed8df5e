import { z } from 'zod';
import { type ApiError, invalidRequest } from './api-error.js';

/** A chat completion request that passed every check. */
export interface ChatRequest {
  readonly model: string;
  readonly messages: readonly { readonly role: string; readonly content: string }[];
  readonly stream: boolean;
  readonly includeUsage: boolean;
  /** null = no limit. */
  readonly maxTokens: number | null;
  readonly temperature: number;
  readonly seed: number | null;
  readonly stop: readonly string[];
}

const textParts = z.array(z.strictObject({ type: z.literal('text'), text: z.string() })).min(1);
const content = z.union([z.string(), textParts.transform((parts) => parts.map((p) => p.text).join(''))]);
const message = z.strictObject({
  role: z.enum(['system', 'developer', 'user', 'assistant']),
  content,
  name: z.string().optional(),
});
const optional = <T extends z.ZodType>(schema: T): z.ZodOptional<z.ZodNullable<T>> => schema.nullish();
const tokens = z.int().min(1);
const penalty = z.number().min(-2).max(2);

// What the sandbox has no use for (top_p, penalties, user, …) is checked and then ignored.
const body = z.strictObject({
  model: z.string(),
  messages: z.array(message).min(1),
  stream: optional(z.boolean()),
  stream_options: optional(z.strictObject({ include_usage: z.boolean().optional() })),
  max_tokens: optional(tokens),
  max_completion_tokens: optional(tokens),
  temperature: optional(z.number().min(0).max(2)),
  top_p: optional(z.number().min(0).max(1)),
  presence_penalty: optional(penalty),
  frequency_penalty: optional(penalty),
  n: optional(z.literal(1)),
  seed: optional(z.int()),
  stop: optional(z.union([z.string().min(1), z.array(z.string().min(1)).max(4)])),
  response_format: optional(z.strictObject({ type: z.literal('text') })),
  logprobs: optional(z.literal(false)),
  user: optional(z.string()),
  store: optional(z.boolean()),
  metadata: optional(z.record(z.string(), z.string())),
  // OpenRouter's pinning of a provider.
  provider: optional(z.record(z.string(), z.unknown())),
});

/** Checks a request body as strictly as the OpenAI API does: one error, naming the field. */
export function parseChatRequest(text: string): ChatRequest | ApiError {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    return invalidRequest('We could not parse the JSON body of your request.');
  }
  const parsed = body.safeParse(json);
  if (!parsed.success) return fieldError(parsed.error.issues);
  const r = parsed.data;
  if (r.stream_options && r.stream !== true) {
    return invalidRequest("'stream_options' is only allowed when 'stream' is enabled.", 'stream_options');
  }
  if (typeof r.max_tokens === 'number' && typeof r.max_completion_tokens === 'number') {
    return invalidRequest("'max_tokens' and 'max_completion_tokens' can't both be set.", 'max_tokens');
  }
  return {
    model: r.model,
    messages: r.messages,
    stream: r.stream ?? false,
    includeUsage: r.stream_options?.include_usage ?? false,
    maxTokens: r.max_completion_tokens ?? r.max_tokens ?? null,
    temperature: r.temperature ?? 1,
    seed: r.seed ?? null,
    stop: typeof r.stop === 'string' ? [r.stop] : (r.stop ?? []),
  };
}

function fieldError(issues: readonly z.core.$ZodIssue[]): ApiError {
  const [issue] = issues;
  if (issue === undefined) return invalidRequest('The request is not valid.');
  if (issue.code === 'unrecognized_keys') {
    const key = [...issue.path, issue.keys[0] ?? ''].join('.');
    return invalidRequest(`Unrecognized request argument supplied: ${key}`, key, 'unknown_parameter');
  }
  const param = issue.path.join('.') || null;
  if (issue.code === 'invalid_type' && issue.message.endsWith('undefined')) {
    return invalidRequest(`Missing required parameter: '${param}'.`, param, 'missing_required_parameter');
  }
  return invalidRequest(`Invalid value for '${param}': ${issue.message}`, param, 'invalid_value');
}
