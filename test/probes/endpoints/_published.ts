import type OpenAI from 'openai';
import { z } from 'zod';

// The requests that the published references allow, each checked strictly. Written from: OpenAI's OpenAPI
// description (as the types of its own SDK mirror it), https://platform.claude.com/docs/en/api/messages,
// https://ai.google.dev/gemini-api/docs/openai and https://openrouter.ai/docs/api-reference/overview.

const fraction = z.number().min(0).max(1);
const message = z.union([
  z.strictObject({ role: z.literal('system'), content: z.string() }),
  z.strictObject({ role: z.literal('user'), content: z.string() }),
]);
const effort = z.enum(['none', 'minimal', 'low', 'medium', 'high', 'xhigh', 'max']);

/** No key but those that the SDK's types know. */
type KeysOf<T> = { readonly [K in keyof T]?: z.ZodType };

const chatShape = {
  model: z.string(),
  messages: z.array(message).min(1),
  temperature: z.number().min(0).max(2).optional(),
  top_p: fraction.optional(),
  max_tokens: z.int().min(1).optional(),
  max_completion_tokens: z.int().min(1).optional(),
  presence_penalty: z.number().min(-2).max(2).optional(),
  frequency_penalty: z.number().min(-2).max(2).optional(),
  stop: z.array(z.string()).min(1).max(4).optional(),
  logprobs: z.boolean().optional(),
  top_logprobs: z.int().min(0).max(20).optional(),
  reasoning_effort: effort.optional(),
  user: z.string().optional(),
  stream: z.boolean().optional(),
  stream_options: z.strictObject({ include_usage: z.boolean().optional() }).optional(),
} satisfies KeysOf<OpenAI.ChatCompletionCreateParams>;

/** POST /chat/completions. */
export const chatRequest: z.ZodType = z
  .strictObject(chatShape)
  .refine((body) => body.top_logprobs === undefined || body.logprobs === true, 'top_logprobs needs logprobs')
  .refine((body) => body.stream_options === undefined || body.stream === true, 'stream_options needs stream')
  .refine((body) => body.max_tokens === undefined || body.max_completion_tokens === undefined, 'two limits');

const responsesShape = {
  model: z.string(),
  input: z.string(),
  instructions: z.string().optional(),
  temperature: z.number().min(0).max(2).optional(),
  top_p: fraction.optional(),
  max_output_tokens: z.int().min(1).optional(),
  reasoning: z.strictObject({ effort: effort.optional(), summary: z.string().optional() }).optional(),
  include: z.array(z.enum(['message.output_text.logprobs', 'reasoning.encrypted_content'])).optional(),
  top_logprobs: z.int().min(0).max(20).optional(),
  store: z.boolean(),
  truncation: z.enum(['auto', 'disabled']).optional(),
  stream: z.boolean().optional(),
} satisfies KeysOf<OpenAI.Responses.ResponseCreateParams>;

/** POST /responses. */
export const responsesRequest: z.ZodType = z.strictObject(responsesShape);

/** POST /v1/messages. */
export const messagesRequest: z.ZodType = z
  .strictObject({
    model: z.string(),
    max_tokens: z.int().min(1),
    messages: z
      .array(z.strictObject({ role: z.enum(['user', 'assistant']), content: z.string().min(1) }))
      .min(1),
    system: z.string().optional(),
    temperature: fraction.optional(),
    top_p: fraction.optional(),
    top_k: z.int().min(0).optional(),
    stop_sequences: z.array(z.string()).optional(),
    stream: z.boolean().optional(),
    thinking: z
      .discriminatedUnion('type', [
        z.strictObject({ type: z.literal('enabled'), budget_tokens: z.int().min(1024) }),
        z.strictObject({ type: z.literal('adaptive') }),
        z.strictObject({ type: z.literal('disabled') }),
      ])
      .optional(),
    output_config: z.strictObject({ effort: z.enum(['low', 'medium', 'high', 'xhigh', 'max']) }).optional(),
    metadata: z.strictObject({ user_id: z.string() }).optional(),
    service_tier: z.enum(['auto', 'standard_only']).optional(),
  })
  .refine(
    ({ thinking, max_tokens: limit }) => thinking?.type !== 'enabled' || thinking.budget_tokens < limit,
    'budget_tokens must be less than max_tokens',
  );

/** POST /v1beta/openai/chat/completions. */
export const geminiRequest: z.ZodType = z.strictObject({
  model: z.string(),
  messages: z.array(message).min(1),
  temperature: z.number().min(0).max(2).optional(),
  top_p: fraction.optional(),
  max_tokens: z.int().min(1).optional(),
  max_completion_tokens: z.int().min(1).optional(),
  presence_penalty: z.number().optional(),
  frequency_penalty: z.number().optional(),
  stop: z.array(z.string()).max(5).optional(),
  reasoning_effort: z.enum(['none', 'minimal', 'low', 'medium', 'high']).optional(),
  stream: z.boolean().optional(),
  stream_options: z.strictObject({ include_usage: z.boolean() }).optional(),
  extra_body: z
    .strictObject({
      google: z.strictObject({
        thinking_config: z.strictObject({
          include_thoughts: z.boolean().optional(),
          thinking_budget: z.int().optional(),
        }),
      }),
    })
    .optional(),
});

/** POST /api/v1/chat/completions. */
export const openRouterRequest: z.ZodType = z.strictObject({
  model: z.string(),
  messages: z.array(message).min(1),
  provider: z.strictObject({ order: z.array(z.string()).length(1), allow_fallbacks: z.literal(false) }),
  reasoning: z
    .strictObject({
      effort: effort.optional(),
      max_tokens: z.int().optional(),
      exclude: z.boolean().optional(),
    })
    .optional(),
  temperature: z.number().min(0).max(2).optional(),
  top_p: fraction.optional(),
  max_tokens: z.int().min(1).optional(),
  presence_penalty: z.number().optional(),
  frequency_penalty: z.number().optional(),
  stop: z.array(z.string()).optional(),
  logprobs: z.boolean().optional(),
  top_logprobs: z.int().min(0).max(20).optional(),
  stream: z.boolean().optional(),
  stream_options: z.strictObject({ include_usage: z.boolean() }).optional(),
});

// What HTTP and Node's fetch add by themselves.
const transport = {
  host: z.string(),
  connection: z.string(),
  'content-length': z.string().regex(/^\d+$/),
  'accept-encoding': z.string(),
  'accept-language': z.string(),
  'sec-fetch-mode': z.string(),
  'user-agent': z.string().min(1),
  'content-type': z.literal('application/json'),
  accept: z.enum(['application/json', 'text/event-stream']),
};

/** Headers of the APIs that take a bearer token. */
export const bearerHeaders: z.ZodType = z.strictObject({
  ...transport,
  authorization: z.string().regex(/^Bearer \S+$/),
});

/** Headers of Anthropic's API. */
export const anthropicHeaders: z.ZodType = z.strictObject({
  ...transport,
  'x-api-key': z.string().min(1),
  'anthropic-version': z.literal('2023-06-01'),
});
