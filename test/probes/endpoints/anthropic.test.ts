import type { ServerResponse } from 'node:http';
import { describe, expect, it } from 'vitest';
import { json, startStream } from '../_server.js';
import { type Api, type Changes, drip, type Published, sse, startApi } from './_api.js';
import { anthropicHeaders, messagesRequest } from './_published.js';

const published: Published = {
  kind: 'anthropic',
  base: '/v1',
  path: '/messages',
  request: messagesRequest,
  headers: anthropicHeaders,
};
const start = (answer: Parameters<typeof startApi>[1]): Promise<Api> => startApi(published, answer);
const both = [{ stream: false }, { stream: true }] as const;
const params = { maxTokens: 2000 };

type Block = { type: 'text'; text: string } | { type: 'thinking'; thinking: string; signature: string };

const usage = {
  input_tokens: 25,
  cache_creation_input_tokens: 0,
  cache_read_input_tokens: 12,
  output_tokens: 15,
  service_tier: 'standard',
};

function message(content: readonly Block[], stop: string | null): object {
  return {
    id: 'msg_1',
    type: 'message',
    role: 'assistant',
    model: 'claude-x-20260101',
    content,
    stop_reason: stop,
    stop_sequence: null,
    usage,
  };
}

/** A named event, as the API sends it. */
function named(event: { type: string; [key: string]: unknown }): string {
  return sse(event, event.type);
}

function blockEvents(block: Block, index: number): string {
  const parts = (text: string): string[] => [text.slice(0, 3), text.slice(3)];
  const [empty, deltas] =
    block.type === 'text'
      ? [{ type: 'text', text: '' }, parts(block.text).map((text) => ({ type: 'text_delta', text }))]
      : [
          { type: 'thinking', thinking: '', signature: '' },
          [
            ...parts(block.thinking).map((thinking) => ({ type: 'thinking_delta', thinking })),
            { type: 'signature_delta', signature: block.signature },
          ],
        ];
  return [
    named({ type: 'content_block_start', index, content_block: empty }),
    named({ type: 'ping' }),
    ...deltas.map((delta) => named({ type: 'content_block_delta', index, delta })),
    named({ type: 'content_block_stop', index }),
  ].join('');
}

function events(content: readonly Block[], stop: string): string {
  const begun = { ...message([], null), usage: { ...usage, output_tokens: 1 } };
  return [
    named({ type: 'message_start', message: begun }),
    ...content.map(blockEvents),
    named({
      type: 'message_delta',
      delta: { stop_reason: stop, stop_sequence: null },
      usage: { output_tokens: 15 },
    }),
    named({ type: 'message_stop' }),
  ].join('');
}

function say(response: ServerResponse, stream: boolean, content: readonly Block[], stop = 'end_turn'): void {
  if (stream) drip(response, events(content, stop));
  else json(response, message(content, stop), 200, { 'request-id': 'req_a' });
}

const text = (words: string): Block => ({ type: 'text', text: words });
const thinking = (thought: string): Block => ({ type: 'thinking', thinking: thought, signature: 'sig' });

describe.each(both)('the Messages API, stream: $stream', ({ stream }) => {
  const ask = async (api: Api, changes: Changes = {}): ReturnType<Api['ask']> =>
    await api.ask({ stream, params, ...changes });

  it('gives the text, and what it says about it', async () => {
    const api = await start((response) =>
      say(response, stream, [text('Grüße 😀\n\n- één'), text(' – 日本')]),
    );
    const result = await ask(api);
    expect(result.outcome).toEqual({ kind: 'answer', text: 'Grüße 😀\n\n- één – 日本' });
    expect(result.meta).toMatchObject({
      finishReason: 'end_turn',
      modelReturned: 'claude-x-20260101',
      requestId: stream ? 'req-1' : 'req_a',
      promptTokens: 25,
      cachedTokens: 12,
      completionTokens: 15,
      reasoningLength: null,
    });
    expect(result.meta.firstTokenMs === null).toBe(!stream);
  });

  it('sends every setting where the reference wants it', async () => {
    const api = await start((response) => say(response, stream, [text('ok')]));
    await ask(api, {
      params: { maxTokens: 4000, system: 'Be brief.', topP: 0.9, stop: ['END'], thinkingBudget: 2000 },
      extraBody: { top_k: 40 },
    });
    await ask(api, { params: { maxTokens: 9, temperature: 0.7, reasoningEffort: 'low' } });
    const common = {
      model: 'm-1',
      messages: [{ role: 'user', content: 'Hello?' }],
      ...(stream ? { stream } : {}),
    };
    expect(api.server.received.map(({ body }) => body)).toEqual([
      {
        ...common,
        max_tokens: 4000,
        system: 'Be brief.',
        top_p: 0.9,
        top_k: 40,
        stop_sequences: ['END'],
        thinking: { type: 'enabled', budget_tokens: 2000 },
      },
      { ...common, max_tokens: 9, temperature: 0.7, output_config: { effort: 'low' } },
    ]);
    expect(api.server.received[0]?.headers).toMatchObject({ 'x-api-key': 'key-1' });
  });

  it('keeps thinking apart', async () => {
    const api = await start((response) =>
      say(response, stream, [thinking('Let me think 🤔'), text('Four.')]),
    );
    const result = await ask(api);
    expect(result.outcome).toEqual({ kind: 'answer', text: 'Four.' });
    expect(result.meta.reasoningLength).toBe(14);
  });

  it.each([
    ['max_tokens', { kind: 'truncated', text: 'Some words' }],
    ['model_context_window_exceeded', { kind: 'truncated', text: 'Some words' }],
    ['stop_sequence', { kind: 'answer', text: 'Some words' }],
    ['refusal', { kind: 'refused', beforeGeneration: false, retryable: false }],
    ['tool_use', { kind: 'malformed', beforeGeneration: false }],
    ['pause_turn', { kind: 'malformed', beforeGeneration: false }],
  ])('tells %s apart', async (stop, expected) => {
    const api = await start((response) => say(response, stream, [text('Some words')], stop));
    const result = await ask(api);
    expect(result.outcome).toMatchObject(expected);
    expect(result.meta.finishReason).toBe(stop);
  });

  it('says when thinking used up the limit', async () => {
    const api = await start((response) => say(response, stream, [thinking('Hm')], 'max_tokens'));
    expect((await ask(api)).outcome).toMatchObject({
      kind: 'empty',
      beforeGeneration: false,
      detail: expect.stringContaining('reasoning used up max_tokens'),
    });
  });

  it('is overloaded before anything was written', async () => {
    const api = await start((response) =>
      json(response, { type: 'error', error: { type: 'overloaded_error', message: 'Overloaded' } }, 529),
    );
    expect(await ask(api)).toMatchObject({
      outcome: {
        kind: 'http-error',
        beforeGeneration: true,
        retryable: true,
        detail: expect.stringContaining('Overloaded'),
      },
      meta: { httpStatus: 529 },
    });
  });

  it('says which setting a model refuses', async () => {
    const error = { type: 'invalid_request_error', message: '`temperature` is deprecated for this model.' };
    const api = await start((response) => json(response, { type: 'error', error }, 400));
    expect((await ask(api, { params: { ...params, temperature: 0.7 } })).outcome).toMatchObject({
      kind: 'http-error',
      beforeGeneration: true,
      retryable: false,
      detail: expect.stringMatching(/^HTTP 400: leave out params\.temperature.*deprecated/),
    });
  });
});

describe('the stream of the Messages API', () => {
  it('passes over pings, comments and events that are not known yet', async () => {
    const api = await start((response) => {
      const known = events([text('Fine.')], 'end_turn');
      const odd = `: hello\n\n${named({ type: 'ping' })}${named({ type: 'weather', sunny: true })}`;
      drip(response, known.replaceAll('event: content_block_stop', `${odd}event: content_block_stop`));
    });
    expect((await api.ask({ stream: true, params })).outcome).toEqual({ kind: 'answer', text: 'Fine.' });
  });

  it('that reports an error depends on the answer', async () => {
    const api = await start((response) => {
      const begun = events([text('Half an answer')], 'end_turn').split('event: message_delta')[0] ?? '';
      const error = { type: 'overloaded_error', message: 'Overloaded' };
      drip(response, begun + named({ type: 'error', error }));
    });
    expect(await api.ask({ stream: true, params, maxRetries: 3 })).toMatchObject({
      attempts: 1,
      outcome: { kind: 'http-error', beforeGeneration: false, detail: expect.stringContaining('Overloaded') },
    });
  });

  it.each([
    ['ends early', events([text('Half')], 'end_turn').split('event: message_delta')[0], 'disconnected'],
    [
      'holds another shape',
      named({ type: 'content_block_delta', index: 0, delta: { text: 5 } }),
      'malformed',
    ],
    ['holds no events of this API', 'data: 5\n\n', 'malformed'],
  ])('that %s gives no answer', async (_, body, kind) => {
    const api = await start((response) => {
      startStream(response);
      response.end(body);
    });
    expect((await api.ask({ stream: true, params })).outcome).toMatchObject({
      kind,
      beforeGeneration: false,
    });
  });

  it.each([{}, { content: 'text' }, { content: [{ text: 'x' }] }])(
    'a reply %j is malformed',
    async (body) => {
      const api = await start((response) => json(response, body));
      expect((await api.ask({ params })).outcome).toMatchObject({ kind: 'malformed' });
    },
  );
});
