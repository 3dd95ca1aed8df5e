import type { ServerResponse } from 'node:http';
import { describe, expect, it } from 'vitest';
import { json } from '../_server.js';
import { drip, type Published, sse, startApi } from './_api.js';
import { bearerHeaders, geminiRequest } from './_published.js';

const published: Published = {
  kind: 'gemini',
  base: '/v1beta/openai',
  path: '/chat/completions',
  request: geminiRequest,
  headers: bearerHeaders,
};
const both = [{ stream: false }, { stream: true }] as const;

/** The route gives no fingerprint, and no id of the request. */
function say(response: ServerResponse, stream: boolean, parts: readonly string[], finish = 'stop'): void {
  const common = { created: 1, model: 'gemini-x' };
  const usage = { prompt_tokens: 4, completion_tokens: 9, total_tokens: 13 };
  if (!stream) {
    const message = { role: 'assistant', content: parts.join('') };
    const choices = [{ index: 0, message, finish_reason: finish }];
    json(response, { ...common, id: 'g-1', object: 'chat.completion', choices, usage });
    return;
  }
  const events = parts.map((content, i) => {
    const thought = content.startsWith('<thought>') ? { extra_content: { google: { thought: true } } } : {};
    const last = i === parts.length - 1 ? { finish_reason: finish } : {};
    const choices = [{ index: 0, delta: { role: 'assistant', content, ...thought }, ...last }];
    return sse({ ...common, id: 'g-1', object: 'chat.completion.chunk', choices, usage });
  });
  drip(response, `${events.join('')}data: [DONE]\n\n`);
}

describe.each(both)("Gemini's route, stream: $stream", ({ stream }) => {
  it('gives the answer and takes the settings of the route', async () => {
    const api = await startApi(published, (response) => say(response, stream, ['Grüß ', 'dich 😀']));
    const params = { system: 'Be brief.', temperature: 0.7, maxTokens: 50, reasoningEffort: 'low' };
    const extraBody = { extra_body: { google: { thinking_config: { include_thoughts: true } } } };
    const result = await api.ask({ stream, params, extraBody });
    expect(result.outcome).toEqual({ kind: 'answer', text: 'Grüß dich 😀' });
    expect(result.meta).toMatchObject({ modelReturned: 'gemini-x', completionTokens: 9, promptTokens: 4 });
    expect(result.meta.requestId).toBe(stream ? 'req-1' : 'g-1');
    expect(api.server.received[0]?.body).toMatchObject({ max_tokens: 50, reasoning_effort: 'low' });
  });

  it.each([
    [['<thought>Two and two', ' make four</thought>Four', ' it is.'], 'Four it is.', 21],
    [['The tag is ', '<thought>so</thought>.'], 'The tag is <thought>so</thought>.', null],
  ])('keeps thoughts %j apart', async (parts, text, reasoningLength) => {
    const api = await startApi(published, (response) => say(response, stream, parts));
    const result = await api.ask({ stream });
    expect(result.outcome).toEqual({ kind: 'answer', text });
    expect(result.meta.reasoningLength).toBe(reasoningLength);
  });

  it('says when thoughts used up the limit', async () => {
    const api = await startApi(published, (response) =>
      say(response, stream, ['<thought>Hm, ', 'well'], 'length'),
    );
    expect((await api.ask({ stream })).outcome).toMatchObject({
      kind: 'empty',
      beforeGeneration: false,
      detail: expect.stringContaining('reasoning used up'),
    });
  });

  it.each(['content_filter', 'content_filter: SAFETY', 'content_filter: RECITATION'])(
    'withholds an answer for %s',
    async (finish) => {
      const api = await startApi(published, (response) => say(response, stream, ['Some'], finish));
      const result = await api.ask({ stream });
      expect(result.outcome).toMatchObject({ kind: 'refused', beforeGeneration: false });
      expect(result.meta.finishReason).toBe(finish);
    },
  );

  it('reads the message of an error, which stands in a list', async () => {
    const api = await startApi(published, (response, number) => {
      const [status, message] = number === 0 ? [429, 'Quota exceeded'] : [503, 'The model is overloaded'];
      json(response, [{ error: { code: status, message, status: 'X' } }], status, { 'retry-after': '7' });
    });
    expect((await api.ask({ stream })).outcome).toMatchObject({
      kind: 'rate-limited',
      beforeGeneration: true,
      retryAfterMs: 7000,
      detail: 'HTTP 429: Quota exceeded',
    });
    expect((await api.ask({ stream })).outcome).toMatchObject({
      kind: 'http-error',
      beforeGeneration: true,
      retryable: true,
      detail: 'HTTP 503: The model is overloaded',
    });
  });
});
