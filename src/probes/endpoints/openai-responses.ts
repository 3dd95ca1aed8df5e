import { z } from 'zod';
import type { ApiEndpointConfig } from '../../config/index.js';
import type { Failed } from '../outcome.js';
import { failed } from './classify.js';
import { type Draft, type Ending, note } from './draft.js';
import { noteLogprobs, tokenLogprob } from './logprobs.js';
import { openAiHeaders } from './openai-chat.js';
import { given, type Protocol } from './protocol.js';

const text = z.string().nullish();
const count = z.number().nullish();
const spoken = z.array(z.object({ text })).nullish();
const logprobs = z.array(tokenLogprob).nullish();

const response = z.object({
  id: text,
  model: text,
  status: text,
  error: z.object({ message: text }).nullish(),
  incomplete_details: z.object({ reason: text }).nullish(),
  usage: z
    .object({
      input_tokens: count,
      output_tokens: count,
      input_tokens_details: z.object({ cached_tokens: count }).nullish(),
      output_tokens_details: z.object({ reasoning_tokens: count }).nullish(),
    })
    .nullish(),
});

const item = z.discriminatedUnion('type', [
  z.object({
    type: z.literal('message'),
    content: z.array(
      z.discriminatedUnion('type', [
        z.object({ type: z.literal('output_text'), text: z.string(), logprobs }),
        z.object({ type: z.literal('refusal'), refusal: z.string() }),
      ]),
    ),
  }),
  z.object({ type: z.literal('reasoning'), summary: spoken, content: spoken }),
]);

const whole = response.extend({ output: z.array(z.looseObject({ type: z.string() })) });

const delta = z.object({ delta: z.string(), logprobs });
const tagged = z.object({ type: z.string() });
const ended = z.object({ response });
const error = z.object({ message: z.string() });

/** OpenAI's Responses API (https://platform.openai.com/docs/api-reference/responses). */
export const responsesProtocol: Protocol = {
  path: '/responses',
  greets: true,
  headers: openAiHeaders,
  body: responsesBody,
  whole: (reply, draft) => {
    const parsed = whole.safeParse(reply);
    if (!parsed.success) return failed('malformed', 'the reply is not a response');
    for (const raw of parsed.data.output) {
      const wrong = noteItem(draft, raw);
      if (wrong) return wrong;
    }
    return noteEnd(draft, parsed.data);
  },
  event: (event, draft) => {
    const type = tagged.safeParse(event).data?.type;
    if (type === undefined) return malformed;
    return (handlers.get(type) ?? ignore)(event, draft);
  },
};

function responsesBody(config: ApiEndpointConfig, prompt: string): object {
  const { params, topLogprobs } = config;
  return {
    ...config.extraBody,
    model: config.model,
    input: prompt,
    // Without it the answer would be kept, and could be taken up later.
    store: false,
    ...given({
      instructions: params.system,
      temperature: params.temperature,
      top_p: params.topP,
      max_output_tokens: params.maxTokens,
      reasoning: params.reasoningEffort === null ? null : { effort: params.reasoningEffort },
      top_logprobs: topLogprobs,
      include: topLogprobs === null ? null : ['message.output_text.logprobs'],
    }),
    ...(config.stream ? { stream: true } : {}),
  };
}

const malformed = failed('malformed', 'an event of the stream is not of the Responses API');

type Handler = (event: unknown, draft: Draft) => Failed | null;

const ignore: Handler = () => null;

/** A handler of a kind of delta. */
function adds(to: 'content' | 'refusal' | 'reasoning'): Handler {
  return (event, draft) => {
    const parsed = delta.safeParse(event);
    if (!parsed.success) return malformed;
    draft[to] += parsed.data.delta;
    if (to === 'content') noteLogprobs(draft.logprobs, parsed.data.logprobs);
    return null;
  };
}

const begins: Handler = (event, draft) => {
  const parsed = ended.safeParse(event);
  if (!parsed.success) return malformed;
  note(draft, { id: parsed.data.response.id, model: parsed.data.response.model });
  return null;
};

const ends: Handler = (event, draft) => {
  const parsed = ended.safeParse(event);
  return parsed.success ? noteEnd(draft, parsed.data.response) : malformed;
};

// What is not here says nothing about the text: items and parts begin and end.
const handlers: ReadonlyMap<string, Handler> = new Map([
  ['response.created', begins],
  ['response.output_text.delta', adds('content')],
  ['response.refusal.delta', adds('refusal')],
  ['response.reasoning_summary_text.delta', adds('reasoning')],
  ['response.reasoning_text.delta', adds('reasoning')],
  ['response.completed', ends],
  ['response.incomplete', ends],
  ['response.failed', ends],
  [
    'error',
    (event) =>
      failed('http-error', `the stream reported an error: ${error.safeParse(event).data?.message ?? ''}`),
  ],
]);

function noteItem(draft: Draft, raw: { type: string }): Failed | null {
  if (raw.type.endsWith('_call')) {
    draft.ending = 'tool-call';
    return null;
  }
  if (raw.type !== 'message' && raw.type !== 'reasoning') return null;
  const parsed = item.safeParse(raw);
  if (!parsed.success)
    return failed('malformed', 'the reply holds a message that is not of the Responses API');
  if (parsed.data.type === 'reasoning') {
    const parts = [...(parsed.data.summary ?? []), ...(parsed.data.content ?? [])];
    draft.reasoning += parts.map((part) => part.text ?? '').join('');
    return null;
  }
  for (const part of parsed.data.content) {
    if (part.type === 'refusal') draft.refusal += part.refusal;
    else {
      draft.content += part.text;
      noteLogprobs(draft.logprobs, part.logprobs);
    }
  }
  return null;
}

function noteEnd(draft: Draft, said: z.infer<typeof response>): Failed | null {
  const { usage } = said;
  const reason = said.incomplete_details?.reason ?? null;
  note(draft, {
    id: said.id,
    model: said.model,
    finishReason: reason ?? said.status,
    promptTokens: usage?.input_tokens,
    cachedTokens: usage?.input_tokens_details?.cached_tokens,
    completionTokens: usage?.output_tokens,
    reasoningTokens: usage?.output_tokens_details?.reasoning_tokens,
  });
  if (said.status === 'failed')
    return failed('http-error', `the response failed: ${said.error?.message ?? ''}`);
  const ending = endingOf(said.status, reason);
  if (ending === null) return failed('malformed', 'the response neither ended nor failed');
  draft.ending ??= ending;
  return null;
}

function endingOf(status: string | null | undefined, reason: string | null): Ending | null {
  if (status === 'completed') return 'complete';
  if (status !== 'incomplete') return null;
  return reason === 'content_filter' ? 'withheld' : 'cut';
}
