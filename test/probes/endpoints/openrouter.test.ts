import type { ServerResponse } from 'node:http';
import { describe, expect, it } from 'vitest';
import { json } from '../_server.js';
import { type Changes, drip, type Published, sse, startApi } from './_api.js';
import { bearerHeaders, openRouterRequest } from './_published.js';

const published: Published = {
  kind: 'openrouter',
  base: '/api/v1',
  path: '/chat/completions',
  request: openRouterRequest,
  headers: bearerHeaders,
};
const both = [{ stream: false }, { stream: true }] as const;

const processing = ': OPENROUTER PROCESSING\n\n';

function say(response: ServerResponse, stream: boolean, provider: string | null, finish = 'stop'): void {
  const common = {
    id: 'gen-1',
    ...(provider === null ? {} : { provider }),
    model: 'vendor/model',
    created: 1,
    system_fingerprint: null,
  };
  const usage = { prompt_tokens: 4, completion_tokens: 9, total_tokens: 13, cost: 0.001 };
  const ended = { finish_reason: finish, native_finish_reason: finish, logprobs: null };
  if (!stream) {
    const message = { role: 'assistant', content: 'Hello there', refusal: null, reasoning: 'Hm' };
    const choices = [{ index: 0, message, ...ended }];
    json(response, { ...common, object: 'chat.completion', choices, usage });
    return;
  }
  const chunk = (delta: object, more: object = { finish_reason: null }): string =>
    sse({ ...common, object: 'chat.completion.chunk', choices: [{ index: 0, delta, ...more }] });
  drip(
    response,
    [
      processing,
      processing,
      chunk({ role: 'assistant', content: '', reasoning: 'Hm', reasoning_details: [] }),
      chunk({ role: 'assistant', content: 'Hello' }),
      processing,
      chunk({ role: 'assistant', content: ' there' }),
      chunk({ role: 'assistant', content: '' }, ended),
      sse({ ...common, object: 'chat.completion.chunk', choices: [], usage }),
      'data: [DONE]\n\n',
    ].join(''),
  );
}

const pinned = (slug: string, name: string | null = null): Changes => ({ provider: { slug, name } });

describe.each(both)('OpenRouter, stream: $stream', ({ stream }) => {
  it('asks the pinned provider alone, and records who answered', async () => {
    const api = await startApi(published, (response) => say(response, stream, 'DeepInfra'));
    const params = { maxTokens: 50, reasoningEffort: 'low' };
    const result = await api.ask({ stream, ...pinned('deepinfra/fp8'), params, topLogprobs: 2 });
    expect(result.outcome).toEqual({ kind: 'answer', text: 'Hello there' });
    expect(result.meta).toMatchObject({ provider: 'DeepInfra', reasoningLength: 2, completionTokens: 9 });
    expect(api.server.received[0]?.body).toEqual({
      model: 'm-1',
      messages: [{ role: 'user', content: 'Hello?' }],
      provider: { order: ['deepinfra/fp8'], allow_fallbacks: false },
      max_tokens: 50,
      reasoning: { effort: 'low' },
      logprobs: true,
      top_logprobs: 2,
      ...(stream ? { stream: true, stream_options: { include_usage: true } } : {}),
    });
  });

  it.each([
    ['amazon-bedrock', null, 'Amazon Bedrock', 'answer'],
    ['google-vertex/global', 'Google', 'Google', 'answer'],
    ['google-vertex', null, 'Google AI Studio', 'other-provider'],
    ['deepinfra', null, 'Together', 'other-provider'],
    ['deepinfra', null, null, 'answer'],
  ])('pinned to %s (%s), an answer from %s is: %4$s', async (slug, name, answered, kind) => {
    const api = await startApi(published, (response) => say(response, stream, answered));
    const { outcome, meta } = await api.ask({ stream, ...pinned(slug, name) });
    expect(outcome.kind).toBe(kind);
    expect(meta.provider).toBe(answered);
    if (kind === 'other-provider') {
      expect(outcome).toMatchObject({ beforeGeneration: false, retryable: false });
      expect(outcome).toHaveProperty('detail', expect.stringContaining(`"${answered}", not from ${slug}`));
    }
  });

  it('reports an error with status 200 once the model has begun', async () => {
    const error = { code: 502, message: 'Provider disconnected' };
    const api = await startApi(published, (response) => {
      if (!stream) return json(response, { error, user_id: 'u' });
      const choices = [{ index: 0, delta: { content: '' }, finish_reason: 'error' }];
      drip(response, processing + sse({ id: 'gen-1', provider: 'X', choices, error }));
    });
    expect(await api.ask({ stream, maxRetries: 2, ...pinned('deepinfra') })).toMatchObject({
      attempts: 1,
      outcome: {
        kind: 'http-error',
        beforeGeneration: false,
        detail: expect.stringContaining('Provider disconnected'),
      },
    });
  });

  it('has no provider, or no money, before anything was written', async () => {
    const api = await startApi(published, (response, number) =>
      json(response, { error: { code: 1, message: 'none' } }, number === 0 ? 503 : 402),
    );
    const changes = { stream, ...pinned('deepinfra') };
    expect((await api.ask(changes)).outcome).toMatchObject({ beforeGeneration: true, retryable: true });
    expect((await api.ask(changes)).outcome).toMatchObject({ beforeGeneration: true, retryable: false });
  });
});
