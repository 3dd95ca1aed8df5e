import { z } from 'zod';
import type { ApiEndpointConfig } from '../../config/index.js';
import { failed } from './classify.js';
import { type Draft, type Ending, note } from './draft.js';
import { given, type Protocol } from './protocol.js';

// The version of the protocol that is spoken here; new models come without a new version.
const VERSION = '2023-06-01';

const text = z.string().nullish();
const count = z.number().nullish();

const usage = z
  .object({ input_tokens: count, output_tokens: count, cache_read_input_tokens: count })
  .nullish();
const message = { id: text, model: text, stop_reason: text, usage };
/** A block of a message, or a delta of one: what is neither text nor thought holds neither. */
const block = z.object({ type: z.string(), text: z.string().optional(), thinking: z.string().optional() });

const whole = z.object({ ...message, content: z.array(block) });

const event = z.discriminatedUnion('type', [
  z.object({ type: z.literal('message_start'), message: z.object(message) }),
  z.object({ type: z.literal('content_block_start'), content_block: block }),
  z.object({ type: z.literal('content_block_delta'), delta: block }),
  z.object({ type: z.literal('message_delta'), delta: z.object({ stop_reason: text }), usage }),
]);
const tagged = z.object({ type: z.string() });
const read = new Set<string>(event.options.flatMap((option) => option.shape.type.value));

/** Anthropic's Messages API (https://platform.claude.com/docs/en/api/messages). */
export const anthropicProtocol: Protocol = {
  path: '/messages',
  greets: true,
  headers: (apiKey) => ({
    ...(apiKey === null ? {} : { 'x-api-key': apiKey }),
    'anthropic-version': VERSION,
  }),
  body: messagesBody,
  whole: (reply, draft) => {
    const parsed = whole.safeParse(reply);
    if (!parsed.success) return failed('malformed', 'the reply is not a message');
    for (const part of parsed.data.content) noteBlock(draft, part);
    noteMessage(draft, parsed.data);
    draft.ending ??= 'complete';
    return null;
  },
  event: (raw, draft) => {
    const type = tagged.safeParse(raw).data?.type;
    // Pings and the ends of blocks say nothing; further kinds of events may come, the API says.
    if (type !== undefined && !read.has(type)) return null;
    const parsed = event.safeParse(raw);
    if (!parsed.success) return failed('malformed', 'an event of the stream is not of the Messages API');
    const { data } = parsed;
    if (data.type === 'message_start') noteMessage(draft, data.message);
    else if (data.type === 'content_block_start') noteBlock(draft, data.content_block);
    else if (data.type === 'content_block_delta') noteBlock(draft, data.delta);
    else noteMessage(draft, { stop_reason: data.delta.stop_reason, usage: data.usage });
    return null;
  },
};

function messagesBody(config: ApiEndpointConfig, prompt: string): object {
  const { params } = config;
  const budget = params.thinkingBudget;
  return {
    ...config.extraBody,
    model: config.model,
    messages: [{ role: 'user', content: prompt }],
    ...given({
      max_tokens: params.maxTokens,
      system: params.system,
      temperature: params.temperature,
      top_p: params.topP,
      stop_sequences: params.stop.length > 0 ? params.stop : null,
      thinking: budget === null ? null : { type: 'enabled', budget_tokens: budget },
      output_config: params.reasoningEffort === null ? null : { effort: params.reasoningEffort },
    }),
    ...(config.stream ? { stream: true } : {}),
  };
}

function noteBlock(draft: Draft, part: z.infer<typeof block>): void {
  draft.content += part.text ?? '';
  draft.reasoning += part.thinking ?? '';
}

interface MessageParts {
  readonly id?: string | null | undefined;
  readonly model?: string | null | undefined;
  readonly stop_reason?: string | null | undefined;
  readonly usage?: z.infer<typeof usage>;
}

function noteMessage(draft: Draft, said: MessageParts): void {
  const { stop_reason: reason } = said;
  note(draft, {
    id: said.id,
    model: said.model,
    finishReason: reason,
    ending: typeof reason === 'string' ? endingOf(reason) : null,
    promptTokens: said.usage?.input_tokens,
    // Streams count up: the last figure is the whole.
    completionTokens: said.usage?.output_tokens,
    cachedTokens: said.usage?.cache_read_input_tokens,
  });
}

const endings: ReadonlyMap<string, Ending> = new Map([
  ['max_tokens', 'cut'],
  ['model_context_window_exceeded', 'cut'],
  ['refusal', 'withheld'],
  ['tool_use', 'tool-call'],
  ['pause_turn', 'tool-call'],
]);

function endingOf(reason: string): Ending {
  return endings.get(reason) ?? 'complete';
}
