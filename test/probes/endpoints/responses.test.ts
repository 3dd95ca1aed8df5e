import type { ServerResponse } from 'node:http';
import type OpenAI from 'openai';
import { describe, expect, it } from 'vitest';
import { json, startStream } from '../_server.js';
import { drip, type Published, sse, startApi } from './_api.js';
import { bearerHeaders, responsesRequest } from './_published.js';

type Reply = Omit<OpenAI.Responses.Response, 'output_text'>;
type Event = OpenAI.Responses.ResponseStreamEvent;
type Item = OpenAI.Responses.ResponseOutputMessage | OpenAI.Responses.ResponseReasoningItem;

const published: Published = {
  kind: 'openai-responses',
  base: '/v1',
  path: '/responses',
  request: responsesRequest,
  headers: bearerHeaders,
};
const both = [{ stream: false }, { stream: true }] as const;

function reply(output: Item[], more: Partial<Reply> = {}): Reply {
  return {
    id: 'resp_1',
    object: 'response',
    created_at: 1,
    status: 'completed',
    error: null,
    incomplete_details: null,
    instructions: null,
    metadata: {},
    model: 'gpt-x-2026-01-01',
    output,
    parallel_tool_calls: true,
    temperature: 1,
    tool_choice: 'auto',
    tools: [],
    top_p: 1,
    usage: {
      input_tokens: 20,
      input_tokens_details: { cached_tokens: 16, cache_write_tokens: 0 },
      output_tokens: 90,
      output_tokens_details: { reasoning_tokens: 64 },
      total_tokens: 110,
    },
    ...more,
  };
}

type Logprob = OpenAI.Responses.ResponseOutputText.Logprob;

function said(text: string, logprobs: Logprob[] = []): OpenAI.Responses.ResponseOutputMessage {
  const content = [{ type: 'output_text' as const, text, annotations: [], logprobs }];
  return { id: 'msg_1', type: 'message', role: 'assistant', status: 'completed', content };
}

const thought = (text: string): OpenAI.Responses.ResponseReasoningItem => ({
  id: 'rs_1',
  type: 'reasoning',
  summary: [{ type: 'summary_text', text }],
});

const refusal: OpenAI.Responses.ResponseOutputMessage = {
  ...said(''),
  content: [{ type: 'refusal', refusal: 'I cannot help with that.' }],
};

/** A reply as the events that lead up to it. */
function events(final: Reply): Event[] {
  const place = { item_id: 'x', output_index: 0, content_index: 0, sequence_number: 0 };
  const parts = final.output.flatMap((item): Event[] => {
    if (item.type === 'reasoning') {
      const { text } = item.summary[0] ?? { text: '' };
      const at = { item_id: 'x', output_index: 0, summary_index: 0, sequence_number: 0 };
      return [{ ...at, type: 'response.reasoning_summary_text.delta', delta: text }];
    }
    if (item.type !== 'message') return [];
    return item.content.flatMap((part): Event[] => {
      if (part.type === 'refusal') return [{ ...place, type: 'response.refusal.delta', delta: part.refusal }];
      const { logprobs = [] } = part;
      const pieces =
        logprobs.length > 0
          ? logprobs.map((one) => ({ delta: one.token, logprobs: [one] }))
          : [part.text.slice(0, 4), part.text.slice(4)].map((delta) => ({ delta, logprobs: [] }));
      return [
        ...pieces.map((piece) => ({ ...place, type: 'response.output_text.delta' as const, ...piece })),
        { ...place, type: 'response.output_text.done', text: part.text, logprobs: [] },
      ];
    });
  });
  const types = { completed: 'completed', incomplete: 'incomplete', failed: 'failed' } as const;
  const type = types[final.status as keyof typeof types];
  const whole = final as OpenAI.Responses.Response;
  const begun = { ...whole, status: 'in_progress' as const, output: [], usage: undefined };
  return [
    { type: 'response.created', response: begun, sequence_number: 0 } as unknown as Event,
    { type: 'response.in_progress', response: begun, sequence_number: 1 } as unknown as Event,
    ...parts,
    { type: `response.${type}`, response: whole, sequence_number: 9 } as Event,
  ];
}

function give(response: ServerResponse, stream: boolean, final: Reply): void {
  if (!stream) json(response, final, 200, { 'x-request-id': 'req-1' });
  else
    drip(
      response,
      events(final)
        .map((event) => sse(event, event.type))
        .join(''),
    );
}

describe.each(both)('the Responses API, stream: $stream', ({ stream }) => {
  it('gives the text, apart from the reasoning, and what it says about it', async () => {
    const api = await startApi(published, (response) =>
      give(response, stream, reply([thought('**Adding** ✨'), said('Čtyři 😀\n'), said('and more')])),
    );
    const result = await api.ask({ stream });
    expect(result.outcome).toEqual({ kind: 'answer', text: 'Čtyři 😀\nand more' });
    expect(result.meta).toMatchObject({
      finishReason: 'completed',
      modelReturned: 'gpt-x-2026-01-01',
      requestId: 'req-1',
      promptTokens: 20,
      cachedTokens: 16,
      completionTokens: 90,
      reasoningTokens: 64,
      reasoningLength: 12,
    });
    expect(result.meta.firstTokenMs === null).toBe(!stream);
  });

  it('sends every setting where the reference wants it, and stores nothing', async () => {
    const api = await startApi(published, (response) => give(response, stream, reply([said('ok')])));
    await api.ask({ stream });
    await api.ask({
      stream,
      params: { system: 'Be brief.', temperature: 0.7, topP: 0.9, maxTokens: 50, reasoningEffort: 'low' },
      topLogprobs: 3,
      extraBody: { truncation: 'auto' },
    });
    const common = { model: 'm-1', input: 'Hello?', store: false, ...(stream ? { stream } : {}) };
    expect(api.server.received.map(({ body }) => body)).toEqual([
      common,
      {
        ...common,
        instructions: 'Be brief.',
        temperature: 0.7,
        top_p: 0.9,
        max_output_tokens: 50,
        reasoning: { effort: 'low' },
        top_logprobs: 3,
        include: ['message.output_text.logprobs'],
        truncation: 'auto',
      },
    ]);
  });

  it('records log-probabilities', async () => {
    const top = { token: 'Yo', logprob: -2, bytes: [89, 111] };
    const tokens = ['Hi', ' you'].map((token, i) => ({
      token,
      logprob: -i,
      bytes: [...Buffer.from(token)],
      top_logprobs: [top],
    }));
    const final = reply([said('Hi you', tokens)]);
    const api = await startApi(published, (response) => give(response, stream, final));
    const result = await api.ask({ stream, topLogprobs: 1 });
    expect(result.outcome).toEqual({ kind: 'answer', text: 'Hi you' });
    expect(JSON.parse(result.meta.logprobs ?? '')).toEqual([
      ['Hi', 0, [['Yo', -2]]],
      [' you', -1, [['Yo', -2]]],
    ]);
  });

  it.each([
    ['max_output_tokens', { kind: 'truncated', text: 'Some words' }],
    ['content_filter', { kind: 'refused', beforeGeneration: false }],
  ] as const)('tells an answer that is incomplete by %s', async (reason, expected) => {
    const final = reply([said('Some words')], { status: 'incomplete', incomplete_details: { reason } });
    const api = await startApi(published, (response) => give(response, stream, final));
    const result = await api.ask({ stream });
    expect(result.outcome).toMatchObject(expected);
    expect(result.meta.finishReason).toBe(reason);
  });

  it('says when reasoning used up the limit', async () => {
    const incomplete = { reason: 'max_output_tokens' } as const;
    const final = reply([thought('Hm')], { status: 'incomplete', incomplete_details: incomplete });
    const api = await startApi(published, (response) => give(response, stream, final));
    expect((await api.ask({ stream })).outcome).toMatchObject({
      kind: 'empty',
      beforeGeneration: false,
      detail: expect.stringContaining('(64 tokens)'),
    });
  });

  it('refuses, fails and is overloaded in its own ways', async () => {
    const failed = reply([], {
      status: 'failed',
      error: { code: 'server_error', message: 'The model broke' },
    });
    const api = await startApi(published, (response, number) => {
      if (number === 0) give(response, stream, reply([refusal]));
      else if (number === 1) give(response, stream, failed);
      else json(response, { error: { message: 'Overloaded', type: 'server_error' } }, 503);
    });
    expect((await api.ask({ stream })).outcome).toMatchObject({ kind: 'refused', beforeGeneration: false });
    expect((await api.ask({ stream })).outcome).toMatchObject({
      kind: 'http-error',
      beforeGeneration: false,
      detail: 'the response failed: The model broke',
    });
    expect((await api.ask({ stream })).outcome).toMatchObject({ kind: 'http-error', beforeGeneration: true });
  });
});

describe('the stream of the Responses API', () => {
  const half = events(reply([said('Half an answer')])).slice(0, -1);

  it('that reports an error or breaks off gives no answer', async () => {
    const error: Event = { type: 'error', code: 'x', message: 'Broke', param: null, sequence_number: 5 };
    const api = await startApi(published, (response, number) =>
      drip(
        response,
        [...half, ...(number === 0 ? [error] : [])].map((event) => sse(event, event.type)).join(''),
      ),
    );
    expect((await api.ask({ stream: true, maxRetries: 2 })).outcome).toMatchObject({
      kind: 'http-error',
      beforeGeneration: false,
      detail: 'the stream reported an error: Broke',
    });
    expect((await api.ask({ stream: true })).outcome).toMatchObject({ kind: 'disconnected' });
  });

  it('passes over comments and events that are not known yet', async () => {
    const all = events(reply([said('Fine.')])).map((event) => sse(event, event.type));
    const odd = ': still here\n\nevent: response.weather\ndata: {"type":"response.weather","sunny":true}\n\n';
    const api = await startApi(published, (response) => drip(response, all.join(odd)));
    expect((await api.ask({ stream: true })).outcome).toEqual({ kind: 'answer', text: 'Fine.' });
  });

  it.each(['data: 5\n\n', 'data: {"type":"response.output_text.delta","delta":5}\n\n'])(
    'that says %j is malformed',
    async (body) => {
      const api = await startApi(published, (response) => {
        startStream(response);
        response.end(body);
      });
      expect((await api.ask({ stream: true })).outcome).toMatchObject({ kind: 'malformed' });
    },
  );

  it.each([
    {},
    { output: [{ type: 'message', content: 'x' }], status: 'completed' },
    { output: [], status: 'queued' },
  ])('a reply %j is malformed', async (body) => {
    const api = await startApi(published, (response) => json(response, body));
    expect((await api.ask()).outcome).toMatchObject({ kind: 'malformed', beforeGeneration: false });
  });

  it('a reply that calls a tool is no answer', async () => {
    const call = { type: 'function_call', call_id: 'c', name: 'f', arguments: '{}' };
    const api = await startApi(published, (response) => json(response, { ...reply([]), output: [call] }));
    expect((await api.ask()).outcome).toMatchObject({ kind: 'malformed' });
  });
});
