import OpenAI from 'openai';
import { VERSION } from 'openai/version';
import { z } from 'zod';
import type { EndpointConfig } from '../../config/index.js';
import type { Clock } from '../../core/index.js';
import { type AnswerMeta, noMeta, type Outcome } from '../outcome.js';
import { cappedFetch, type Transport } from './capped-fetch.js';
import { classifyFailure, failed } from './classify.js';
import type { Deadline } from './deadline.js';

/** One request to a chat completions endpoint. */
export interface Attempt {
  readonly outcome: Outcome;
  readonly meta: AnswerMeta;
}

// Far above any chat answer, far below what would hurt.
const MAX_BYTES = 4 * 1024 * 1024;

const usage = z
  .object({ prompt_tokens: z.number().nullish(), completion_tokens: z.number().nullish() })
  .nullish();
const common = { model: z.string().nullish(), system_fingerprint: z.string().nullish(), usage };
const text = z.string().nullish();

const completion = z.object({
  ...common,
  choices: z
    .array(z.object({ message: z.object({ content: text, refusal: text }), finish_reason: text }))
    .min(1),
});

const chunk = z.object({
  ...common,
  choices: z
    .array(z.object({ delta: z.object({ content: text, refusal: text }).nullish(), finish_reason: text }))
    .default([]),
});

/** The answer as far as it has come in. */
interface Draft {
  content: string;
  refusal: string;
  finishReason: string | null;
  model: string | null;
  fingerprint: string | null;
  promptTokens: number | null;
  completionTokens: number | null;
}

/** Sends one request in the OpenAI chat completions format. Never rejects. */
export async function attemptChat(
  config: EndpointConfig,
  apiKey: string | null,
  prompt: string,
  deadline: Deadline,
  clock: Clock,
): Promise<Attempt> {
  const startedAt = clock.now();
  const { fetch, transport } = cappedFetch(MAX_BYTES, requestHeaders(config, apiKey), () => {
    deadline.firstByte();
    return clock.now();
  });
  const draft: Draft = {
    content: '',
    refusal: '',
    finishReason: null,
    model: null,
    fingerprint: null,
    promptTokens: null,
    completionTokens: null,
  };
  let outcome: Outcome;
  try {
    const client = createClient(config, fetch);
    outcome = config.stream
      ? await streamed(client, config, prompt, deadline, transport, draft)
      : await whole(client, config, prompt, deadline, draft);
  } catch (error) {
    outcome = classifyFailure(error, transport, {
      stream: config.stream,
      stopped: deadline.stopped(),
      now: clock.now(),
    });
  }
  return { outcome, meta: metaOf(draft, transport, startedAt) };
}

/**
 * All headers of a request, made here: the SDK would add some of its own, and let OPENAI_CUSTOM_HEADERS
 * replace the key. The agent is the SDK's, so that a watch looks like any other client.
 */
function requestHeaders(config: EndpointConfig, apiKey: string | null): Record<string, string> {
  return {
    ...(apiKey === null ? {} : { authorization: `Bearer ${apiKey}` }),
    'content-type': 'application/json',
    accept: config.stream ? 'text/event-stream' : 'application/json',
    'user-agent': `OpenAI/JS ${VERSION}`,
  };
}

function createClient(config: EndpointConfig, fetch: typeof globalThis.fetch): OpenAI {
  // Every option is given: left out, the SDK would look for OPENAI_* variables and retry by itself.
  return new OpenAI({
    apiKey: 'set by requestHeaders',
    adminAPIKey: null,
    baseURL: config.baseUrl,
    organization: null,
    project: null,
    webhookSecret: null,
    maxRetries: 0,
    timeout: config.totalTimeoutMs + 5_000,
    logLevel: 'off',
    fetch,
  });
}

function requestBody(config: EndpointConfig, prompt: string): OpenAI.ChatCompletionCreateParamsNonStreaming {
  const { params } = config;
  const messages: OpenAI.ChatCompletionMessageParam[] = [{ role: 'user', content: prompt }];
  if (params.system !== null) messages.unshift({ role: 'system', content: params.system });
  const optional = {
    temperature: params.temperature,
    top_p: params.topP,
    max_tokens: params.maxTokens,
    presence_penalty: params.presencePenalty,
    frequency_penalty: params.frequencyPenalty,
    stop: params.stop.length > 0 ? [...params.stop] : null,
  };
  const given = Object.fromEntries(Object.entries(optional).filter(([, value]) => value !== null));
  return { ...config.extraBody, model: config.model, messages, ...given };
}

async function whole(
  client: OpenAI,
  config: EndpointConfig,
  prompt: string,
  deadline: Deadline,
  draft: Draft,
): Promise<Outcome> {
  const raw: unknown = await client.chat.completions.create(requestBody(config, prompt), {
    signal: deadline.signal,
  });
  const parsed = completion.safeParse(raw);
  const choice = parsed.data?.choices[0];
  if (!parsed.success || !choice) return failed('malformed', 'the reply is not a chat completion');
  note(draft, parsed.data);
  draft.content = choice.message.content ?? '';
  draft.refusal = choice.message.refusal ?? '';
  draft.finishReason = choice.finish_reason ?? null;
  return conclude(draft);
}

async function streamed(
  client: OpenAI,
  config: EndpointConfig,
  prompt: string,
  deadline: Deadline,
  transport: Transport,
  draft: Draft,
): Promise<Outcome> {
  const stream = await client.chat.completions.create(
    { ...requestBody(config, prompt), stream: true, stream_options: { include_usage: true } },
    { signal: deadline.signal },
  );
  for await (const raw of stream as AsyncIterable<unknown>) {
    const parsed = chunk.safeParse(raw);
    if (!parsed.success) return failed('malformed', 'an event of the stream is not a chat completion chunk');
    note(draft, parsed.data);
    const choice = parsed.data.choices[0];
    draft.content += choice?.delta?.content ?? '';
    draft.refusal += choice?.delta?.refusal ?? '';
    draft.finishReason = choice?.finish_reason ?? draft.finishReason;
  }
  if (draft.finishReason === null) {
    // The SDK ends an aborted stream as if it were complete.
    deadline.signal.throwIfAborted();
    return transport.contentType.includes('text/event-stream')
      ? failed('disconnected', 'the stream ended before the answer did')
      : failed(
          'malformed',
          `the reply is ${transport.contentType || 'of no stated type'}, not an event stream`,
        );
  }
  return conclude(draft);
}

function note(draft: Draft, part: z.infer<typeof chunk> | z.infer<typeof completion>): void {
  draft.model = part.model ?? draft.model;
  draft.fingerprint = part.system_fingerprint ?? draft.fingerprint;
  draft.promptTokens = part.usage?.prompt_tokens ?? draft.promptTokens;
  draft.completionTokens = part.usage?.completion_tokens ?? draft.completionTokens;
}

function conclude(draft: Draft): Outcome {
  if (draft.finishReason === 'content_filter' || draft.refusal !== '') {
    return failed('refused', 'the provider withheld the answer');
  }
  if (draft.finishReason === 'tool_calls' || draft.finishReason === 'function_call') {
    return failed('malformed', 'the model called a tool that was never offered');
  }
  const answer = draft.content.toWellFormed();
  if (answer.trim() === '') return failed('empty', 'the answer is empty');
  return { kind: draft.finishReason === 'length' ? 'truncated' : 'answer', text: answer };
}

function metaOf(draft: Draft, transport: Transport, startedAt: number): AnswerMeta {
  const safe = (value: string | null): string | null => value?.toWellFormed().slice(0, 200) ?? null;
  return {
    ...noMeta,
    finishReason: safe(draft.finishReason),
    modelReturned: safe(draft.model),
    systemFingerprint: safe(draft.fingerprint),
    requestId: safe(transport.requestId),
    promptTokens: draft.promptTokens,
    completionTokens: draft.completionTokens,
    httpStatus: transport.status,
    firstByteMs: transport.firstByteAt === null ? null : transport.firstByteAt - startedAt,
  };
}
