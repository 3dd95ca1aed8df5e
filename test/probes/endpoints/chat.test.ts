import type { ServerResponse } from 'node:http';
import type OpenAI from 'openai';
import { describe, expect, it } from 'vitest';
import { json } from '../_server.js';
import { ask, drip, type Published, sse, startApi } from './_api.js';
import { bearerHeaders, chatRequest } from './_published.js';

const published: Published = {
  kind: 'openai',
  base: '/v1',
  path: '/chat/completions',
  request: chatRequest,
  headers: bearerHeaders,
};
const both = [{ stream: false }, { stream: true }] as const;

const usage: OpenAI.CompletionUsage = {
  prompt_tokens: 20,
  completion_tokens: 90,
  total_tokens: 110,
  prompt_tokens_details: { cached_tokens: 16, audio_tokens: 0 },
  completion_tokens_details: { reasoning_tokens: 64, audio_tokens: 0 },
};

interface Said {
  readonly content: string;
  /** As servers with reasoning models add it to the protocol. */
  readonly reasoning?: { readonly [key in 'reasoning' | 'reasoning_content']?: string };
  readonly logprobs?: OpenAI.ChatCompletionTokenLogprob[];
  readonly finish?: 'stop' | 'length';
}

function completion({ content, reasoning = {}, logprobs, finish = 'stop' }: Said): OpenAI.ChatCompletion {
  const message = { role: 'assistant' as const, content, refusal: null, ...reasoning };
  const choice = {
    index: 0,
    message,
    finish_reason: finish,
    logprobs: logprobs ? { content: logprobs, refusal: null } : null,
  };
  return {
    id: 'chatcmpl-1',
    object: 'chat.completion',
    created: 1,
    model: 'gpt-x-2026-01-01',
    system_fingerprint: 'fp_1',
    choices: [choice],
    usage,
  };
}

function chunk(
  delta: object,
  more: Partial<OpenAI.ChatCompletionChunk.Choice> = {},
): OpenAI.ChatCompletionChunk {
  return {
    id: 'chatcmpl-1',
    object: 'chat.completion.chunk',
    created: 1,
    model: 'gpt-x-2026-01-01',
    system_fingerprint: 'fp_1',
    choices: [{ index: 0, delta, finish_reason: null, logprobs: null, ...more }],
  };
}

function chunks({ content, reasoning = {}, logprobs, finish = 'stop' }: Said): string {
  const thought = Object.entries(reasoning).flatMap(([key, text]) =>
    [text.slice(0, 4), text.slice(4)].map((part) => chunk({ [key]: part, content: null })),
  );
  const tokens = logprobs?.map((one) =>
    chunk({ content: one.token }, { logprobs: { content: [one], refusal: null } }),
  );
  const words = [content.slice(0, 5), content.slice(5)].map((part) => chunk({ content: part }));
  return [
    chunk({ role: 'assistant', content: '' }),
    ...thought,
    ...(tokens ?? words),
    chunk({}, { finish_reason: finish }),
    { ...chunk({}), choices: [], usage },
  ]
    .map((event) => sse(event))
    .concat('data: [DONE]\n\n')
    .join('');
}

function say(response: ServerResponse, stream: boolean, said: Said): void {
  if (stream) drip(response, chunks(said));
  else json(response, completion(said), 200, { 'x-request-id': 'req-1' });
}

const token = (text: string, logprob: number): OpenAI.ChatCompletionTokenLogprob => ({
  token: text,
  logprob,
  bytes: [...Buffer.from(text)],
  top_logprobs: [
    { token: text, logprob, bytes: null },
    { token: 'No', logprob: -3.5, bytes: null },
  ],
});

describe.each(both)('chat completions, stream: $stream', ({ stream }) => {
  it.each(['reasoning', 'reasoning_content'] as const)('keep %s apart from the answer', async (key) => {
    const api = await startApi(published, (response) =>
      say(response, stream, { content: 'Čtyři. 😀', reasoning: { [key]: 'Two and two…' } }),
    );
    const result = await api.ask({ stream });
    expect(result.outcome).toEqual({ kind: 'answer', text: 'Čtyři. 😀' });
    expect(result.meta).toMatchObject({
      modelReturned: 'gpt-x-2026-01-01',
      systemFingerprint: 'fp_1',
      requestId: 'req-1',
      promptTokens: 20,
      cachedTokens: 16,
      completionTokens: 90,
      reasoningTokens: 64,
      reasoningLength: 12,
      logprobs: null,
    });
    expect(result.meta.firstTokenMs === null).toBe(!stream);
  });

  it('keep thinking that comes as a part of the content apart', async () => {
    const content = [
      { type: 'thinking', thinking: [{ type: 'text', text: 'Two and two…' }] },
      { type: 'text', text: 'Four.' },
    ];
    const api = await startApi(published, (response) => {
      const choice = { index: 0, finish_reason: 'stop' };
      if (stream) drip(response, sse({ choices: [{ ...choice, delta: { content } }] }));
      else json(response, { choices: [{ ...choice, message: { role: 'assistant', content } }] });
    });
    const result = await api.ask({ stream });
    expect(result.outcome).toEqual({ kind: 'answer', text: 'Four.' });
    expect(result.meta.reasoningLength).toBe(12);
  });

  it('record log-probabilities of the first tokens where they are asked for', async () => {
    const logprobs = Array.from({ length: 100 }, (_, i) => token(`t${i} `, -i / 4));
    const content = logprobs.map((one) => one.token).join('');
    const api = await startApi(published, (response) => say(response, stream, { content, logprobs }));
    const result = await api.ask({ stream, topLogprobs: 2 });
    expect(result.outcome).toEqual({ kind: 'answer', text: content });
    expect(api.server.received[0]?.body).toMatchObject({ logprobs: true, top_logprobs: 2 });
    const stored = JSON.parse(result.meta.logprobs ?? '');
    expect(stored).toHaveLength(64);
    expect(stored[3]).toEqual([
      't3 ',
      -0.75,
      [
        ['t3 ', -0.75],
        ['No', -3.5],
      ],
    ]);
    await api.ask({ stream, topLogprobs: 0 });
    expect(api.server.received[1]?.body).toMatchObject({ logprobs: true, top_logprobs: 0 });
  });

  it('name the limit as reasoning models want it', async () => {
    const api = await startApi(published, (response) => say(response, stream, { content: 'ok' }));
    const params = {
      maxTokens: 500,
      maxTokensField: 'max_completion_tokens',
      reasoningEffort: 'low',
    } as const;
    await api.ask({ stream, params });
    expect(api.server.received[0]?.body).toEqual({
      model: 'm-1',
      messages: [{ role: 'user', content: 'Hello?' }],
      max_completion_tokens: 500,
      reasoning_effort: 'low',
      ...(stream ? { stream: true, stream_options: { include_usage: true } } : {}),
    });
  });

  it('say when reasoning used up the limit, and only then', async () => {
    const api = await startApi(published, (response, number) =>
      say(response, stream, { content: '', finish: number === 0 ? 'length' : 'stop' }),
    );
    expect((await api.ask({ stream })).outcome).toMatchObject({
      kind: 'empty',
      beforeGeneration: false,
      detail: expect.stringMatching(/^reasoning used up max_tokens before the answer began \(64 tokens\)/),
    });
    expect((await api.ask({ stream })).outcome).toHaveProperty('detail', 'the answer is empty');
  });

  it.each([
    [
      { temperature: 0.7 },
      "Unsupported value: 'temperature' does not support 0.7 with this model. Only the default (1) value is supported.",
      'leave out params.temperature',
    ],
    [
      { maxTokens: 5 },
      "Unsupported parameter: 'max_tokens' is not supported with this model. Use 'max_completion_tokens' instead.",
      'set params.max_tokens_field to max_completion_tokens',
    ],
    [
      { reasoningEffort: 'minimal' },
      "Unsupported value: 'reasoning_effort' does not support 'minimal' with this model.",
      'change or leave out params.reasoning_effort',
    ],
  ])('say what to change when a model refuses %j', async (params, message, advice) => {
    const error = { message, type: 'invalid_request_error', param: null, code: 'unsupported_value' };
    const api = await startApi(published, (response) => json(response, { error }, 400));
    const { outcome } = await api.ask({ stream, params });
    expect(outcome).toMatchObject({ kind: 'http-error', beforeGeneration: true, retryable: false });
    expect(outcome).toHaveProperty('detail', expect.stringContaining(`HTTP 400: ${advice}`));
  });

  it('give the complaint alone when it is about something else', async () => {
    const error = { message: 'The model `m-1` does not exist', type: 'invalid_request_error' };
    const api = await startApi(published, (response) => json(response, { error }, 400));
    const { outcome } = await api.ask({ stream, params: { temperature: 0.7, maxTokens: 5 } });
    expect(outcome).toHaveProperty('detail', 'HTTP 400: The model `m-1` does not exist');
  });

  it.each(['error', 'abort', 'insufficient_system_resource', 'network_error'])(
    'that finish with %s broke off',
    async (finish) => {
      const said = { content: 'Half an', finish: finish as 'stop' };
      const api = await startApi(published, (response) => say(response, stream, said));
      expect((await api.ask({ stream })).outcome).toMatchObject({
        kind: 'http-error',
        beforeGeneration: false,
        detail: `the answer ended with "${finish}"`,
      });
    },
  );

  it.each([
    { status: 408, beforeGeneration: stream },
    { status: 500, beforeGeneration: stream },
    { status: 502, beforeGeneration: stream },
    { status: 503, beforeGeneration: true },
    { status: 529, beforeGeneration: true },
  ])('turned away with $status', async ({ status, beforeGeneration }) => {
    const api = await startApi(published, (response) => json(response, { error: { message: 'no' } }, status));
    expect((await api.ask({ stream })).outcome).toMatchObject({
      beforeGeneration,
      retryable: beforeGeneration,
    });
  });
});

describe('a model that reasons', () => {
  const quick = { stream: true, firstByteTimeoutMs: 40, totalTimeoutMs: 120 };
  const unseen = { content: 'Four.' };
  const seen = { content: 'Four.', reasoning: { reasoning: 'Two and two' } };

  it.each([
    { said: unseen, params: {}, beforeGeneration: false },
    { said: seen, params: {}, beforeGeneration: true },
    { said: seen, params: { reasoningEffort: 'high' }, beforeGeneration: true },
  ])(
    'is silent until its answer, once $said showed it: no first byte may depend on the answer',
    async ({ said, params, beforeGeneration }) => {
      const api = await startApi(published, (response, number) => {
        if (number === 0) json(response, '{}', 503);
        else if (number === 1) say(response, true, said);
        else if (number === 2) json(response, '{}', 504);
      });
      const endpoint = api.endpoint({ ...quick, totalTimeoutMs: 1000, firstByteTimeoutMs: 500, params });
      expect((await ask(endpoint)).outcome).toMatchObject({ beforeGeneration: true, retryable: true });
      expect((await ask(endpoint)).outcome).toMatchObject({ kind: 'answer' });
      expect((await ask(endpoint)).outcome).toMatchObject({ kind: 'http-error', beforeGeneration });
      expect((await ask(endpoint)).outcome).toMatchObject({ kind: 'timeout', beforeGeneration });
    },
  );

  it.each([
    [{}, true],
    [{ reasoningEffort: 'none' }, true],
    [{ reasoningEffort: 'low' }, false],
  ])('is expected to be silent with %j', async (params, beforeGeneration) => {
    const api = await startApi(published, () => {});
    expect((await api.ask({ ...quick, params })).outcome).toMatchObject({
      kind: 'timeout',
      beforeGeneration,
    });
  });
});
