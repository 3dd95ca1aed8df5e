import { VERSION } from 'openai/version';
import { z } from 'zod';
import type { ApiEndpointConfig } from '../../config/index.js';
import type { Failed } from '../outcome.js';
import { failed } from './classify.js';
import { type Draft, type Ending, note } from './draft.js';
import { noteLogprobs, tokenLogprob } from './logprobs.js';
import { given, type Protocol } from './protocol.js';

const text = z.string().nullish();
const count = z.number().nullish();

const common = {
  id: text,
  model: text,
  system_fingerprint: text,
  provider: text,
  usage: z
    .object({
      prompt_tokens: count,
      completion_tokens: count,
      total_tokens: count,
      prompt_tokens_details: z.object({ cached_tokens: count }).nullish(),
      completion_tokens_details: z.object({ reasoning_tokens: count }).nullish(),
    })
    .nullish(),
};
// Reasoning has no place in the protocol; servers use one of two fields, or (Mistral) parts of the content.
const part = z.discriminatedUnion('type', [
  z.object({ type: z.literal('text'), text: z.string() }),
  z.object({ type: z.literal('thinking'), thinking: z.array(z.object({ text })) }),
]);
const message = z.object({
  content: z.union([z.string(), z.array(part)]).nullish(),
  refusal: text,
  reasoning: text,
  reasoning_content: text,
});
const choice = {
  finish_reason: text,
  logprobs: z.object({ content: z.array(tokenLogprob).nullish() }).nullish(),
};
const completion = z.object({ ...common, choices: z.array(z.object({ ...choice, message })).min(1) });
const chunk = z.object({
  ...common,
  choices: z.array(z.object({ ...choice, delta: message.nullish() })).default([]),
});

/** The chat completions protocol (https://platform.openai.com/docs/api-reference/chat). */
export const chatProtocol: Protocol = {
  path: '/chat/completions',
  greets: false,
  headers: openAiHeaders,
  body: chatBody,
  whole: (reply, draft) => {
    const parsed = completion.safeParse(reply);
    const first = parsed.data?.choices[0];
    if (!parsed.success || !first) return notChat(reply, 'the reply is not a chat completion');
    noteCommon(draft, parsed.data);
    noteChoice(draft, first, first.message);
    draft.ending ??= 'complete';
    return null;
  },
  event: (event, draft) => {
    const parsed = chunk.safeParse(event);
    if (!parsed.success) return notChat(event, 'an event of the stream is not a chat completion chunk');
    noteCommon(draft, parsed.data);
    const [first] = parsed.data.choices;
    if (first) noteChoice(draft, first, first.delta);
    return null;
  },
};

/** The agent is the SDK's, so that a watch looks like any other client. */
export function openAiHeaders(apiKey: string | null): Record<string, string> {
  return {
    ...(apiKey === null ? {} : { authorization: `Bearer ${apiKey}` }),
    'user-agent': `OpenAI/JS ${VERSION}`,
  };
}

function chatBody(config: ApiEndpointConfig, prompt: string): object {
  const { params, topLogprobs } = config;
  const system = params.system === null ? [] : [{ role: 'system', content: params.system }];
  return {
    ...config.extraBody,
    model: config.model,
    messages: [...system, { role: 'user', content: prompt }],
    ...given({
      temperature: params.temperature,
      top_p: params.topP,
      [params.maxTokensField]: params.maxTokens,
      presence_penalty: params.presencePenalty,
      frequency_penalty: params.frequencyPenalty,
      stop: params.stop.length > 0 ? params.stop : null,
      reasoning_effort: params.reasoningEffort,
    }),
    ...(topLogprobs === null ? {} : { logprobs: true, top_logprobs: topLogprobs }),
    ...(config.stream ? { stream: true, stream_options: { include_usage: true } } : {}),
  };
}

function noteCommon(draft: Draft, part: z.infer<typeof chunk> | z.infer<typeof completion>): void {
  const { usage } = part;
  note(draft, {
    id: part.id,
    model: part.model,
    fingerprint: part.system_fingerprint,
    provider: part.provider,
    promptTokens: usage?.prompt_tokens,
    completionTokens: usage && completionTokens(usage),
    cachedTokens: usage?.prompt_tokens_details?.cached_tokens,
    reasoningTokens: usage?.completion_tokens_details?.reasoning_tokens,
  });
}

type Usage = NonNullable<z.infer<typeof completion>['usage']>;

/** Some servers leave unseen reasoning out of the completion's tokens, but not out of the total. */
function completionTokens(usage: Usage): number | null | undefined {
  const { prompt_tokens: prompt, completion_tokens: counted, total_tokens: total } = usage;
  if (typeof prompt !== 'number' || typeof total !== 'number') return counted;
  return Math.max(counted ?? 0, total - prompt);
}

function noteChoice(
  draft: Draft,
  part: Pick<z.infer<typeof chunk>['choices'][number], 'finish_reason' | 'logprobs'>,
  said: z.infer<typeof message> | null | undefined,
): void {
  noteContent(draft, said?.content ?? '');
  draft.refusal += said?.refusal ?? '';
  draft.reasoning += said?.reasoning ?? said?.reasoning_content ?? '';
  noteLogprobs(draft.logprobs, part.logprobs?.content);
  if (typeof part.finish_reason !== 'string') return;
  draft.finishReason = part.finish_reason;
  draft.ending = endingOf(part.finish_reason);
}

function noteContent(draft: Draft, content: string | readonly z.infer<typeof part>[]): void {
  if (typeof content === 'string') {
    draft.content += content;
    return;
  }
  for (const one of content) {
    if (one.type === 'text') draft.content += one.text;
    else draft.reasoning += one.thinking.map((thought) => thought.text ?? '').join('');
  }
}

const endings: Readonly<Record<string, Ending>> = {
  length: 'cut',
  content_filter: 'withheld',
  tool_calls: 'tool-call',
  function_call: 'tool-call',
  // Servers of this protocol that broke off say so in these words.
  error: 'error',
  abort: 'error',
  insufficient_system_resource: 'error',
  network_error: 'error',
  sensitive: 'withheld',
};

/** Google appends its own reason: `content_filter: SAFETY`. */
function endingOf(finishReason: string): Ending {
  const word = finishReason.split(':', 1)[0] ?? '';
  return Object.hasOwn(endings, word) ? (endings[word] ?? 'complete') : 'complete';
}

const reported = z.object({ error: z.object({ message: z.string() }) });

/** OpenRouter reports an error with status 200 once a model has begun. */
function notChat(reply: unknown, otherwise: string): Failed {
  const error = reported.safeParse(reply);
  return error.success
    ? failed('http-error', `the reply reports an error: ${error.data.error.message}`)
    : failed('malformed', otherwise);
}
