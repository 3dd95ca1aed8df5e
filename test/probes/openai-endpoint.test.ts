import type { ServerResponse } from 'node:http';
import { afterEach, describe, expect, it, vi } from 'vitest';
import type { ApiEndpointConfig } from '../../src/config/index.js';
import { type Clock, systemClock } from '../../src/core/index.js';
import { type AskResult, createApiEndpoint } from '../../src/probes/index.js';
import { createPacer } from '../../src/probes/pacer.js';
import {
  completion,
  endpointConfig,
  event,
  json,
  noParams,
  quickClock,
  serve,
  startStream,
  type TestServer,
} from './_server.js';

const servers: TestServer[] = [];
const both = [{ stream: false }, { stream: true }] as const;

afterEach(async () => {
  vi.unstubAllEnvs();
  await Promise.all(servers.splice(0).map((server) => server.close()));
});

async function started(...args: Parameters<typeof serve>): Promise<TestServer> {
  const server = await serve(...args);
  servers.push(server);
  return server;
}

interface Asking {
  readonly clock?: Clock;
  readonly apiKey?: string | null;
  readonly signal?: AbortSignal;
}

async function ask(
  url: string,
  changes: Partial<ApiEndpointConfig> = {},
  asking: Asking = {},
): Promise<AskResult> {
  const config = endpointConfig(url, changes);
  const pacer = createPacer(config);
  const deps = { apiKey: asking.apiKey ?? null, pacer, clock: asking.clock ?? systemClock };
  return await createApiEndpoint(config, deps).ask('Hello?', asking.signal ?? new AbortController().signal);
}

/** Answers with the same text as a whole or as a stream, whatever was asked for. */
function say(response: ServerResponse, stream: boolean, parts: readonly string[], finish = 'stop'): void {
  if (!stream) {
    json(response, completion(parts.join(''), finish), 200, { 'x-request-id': 'req-1' });
    return;
  }
  startStream(response);
  response.end(`${parts.map((part) => event(part)).join('')}${event(null, finish)}data: [DONE]\n\n`);
}

describe.each(both)('an answer, stream: $stream', ({ stream }) => {
  it('is given raw with what is known about it', async () => {
    const text = '\n\n  # Hi\r\n\u001b[31mred\u0000 \u202e 😀 \n';
    const server = await started((response) => say(response, stream, [text.slice(0, 8), text.slice(8)]));
    const result = await ask(server.url, { stream });
    expect(result.outcome).toEqual({ kind: 'answer', text });
    expect(result.attempts).toBe(1);
    expect(result.meta).toMatchObject({
      finishReason: 'stop',
      modelReturned: 'm-2',
      requestId: 'req-1',
      httpStatus: 200,
    });
    expect(result.meta.firstByteMs).toBeGreaterThanOrEqual(0);
    expect(result.latencyMs).toBeGreaterThanOrEqual(result.meta.firstByteMs ?? 0);
  });

  it('joins a pair split between two parts and replaces lone surrogates', async () => {
    const server = await started((response) =>
      say(response, stream, ['a\ud83d', '\ude00b \udc00', '\ud83d']),
    );
    expect((await ask(server.url, { stream })).outcome).toEqual({
      kind: 'answer',
      text: 'a😀b \ufffd\ufffd',
    });
  });

  it.each([
    ['length', { kind: 'truncated', text: 'Some words' }],
    ['content_filter', { kind: 'refused', beforeGeneration: false, retryable: false }],
    ['tool_calls', { kind: 'malformed', beforeGeneration: false }],
  ])('that finished with %s is told apart', async (finish, expected) => {
    const server = await started((response) => say(response, stream, ['Some ', 'words'], finish));
    const result = await ask(server.url, { stream });
    expect(result.outcome).toMatchObject(expected);
    expect(result.meta.finishReason).toBe(finish);
  });

  it('without text is empty; one in the refusal field is refused', async () => {
    const server = await started((response, number) => {
      if (number === 0) return say(response, stream, [' \n']);
      if (!stream) return json(response, completion(null, 'stop', { refusal: 'I cannot' }));
      startStream(response);
      response.end(`${event(null, null, { refusal: 'I cannot' })}${event(null, 'stop')}data: [DONE]\n\n`);
    });
    expect((await ask(server.url, { stream })).outcome.kind).toBe('empty');
    expect((await ask(server.url, { stream })).outcome).toMatchObject({
      kind: 'refused',
      beforeGeneration: false,
    });
  });
});

describe('what is sent', () => {
  const params = {
    ...noParams,
    system: 'Be brief.',
    temperature: 0.7,
    topP: 0.9,
    maxTokens: 50,
    presencePenalty: 0.1,
    frequencyPenalty: 0,
    stop: ['END'],
  };

  it('is exactly what is configured', async () => {
    const server = await started((response) => say(response, false, ['ok']));
    await ask(server.url);
    await ask(server.url, { params, extraBody: { seed: 7, model: 'not-this', nested: { a: [1] } } });
    expect(server.received.map((request) => request.path)).toEqual([
      '/v1/chat/completions',
      '/v1/chat/completions',
    ]);
    expect(server.received[0]?.body).toEqual({
      model: 'm-1',
      messages: [{ role: 'user', content: 'Hello?' }],
    });
    expect(server.received[1]?.body).toEqual({
      seed: 7,
      nested: { a: [1] },
      model: 'm-1',
      messages: [
        { role: 'system', content: 'Be brief.' },
        { role: 'user', content: 'Hello?' },
      ],
      temperature: 0.7,
      top_p: 0.9,
      max_tokens: 50,
      presence_penalty: 0.1,
      frequency_penalty: 0,
      stop: ['END'],
    });
  });

  it.each(both)('ignores the environment of the SDK, stream: $stream', async ({ stream }) => {
    const elsewhere = await started((response) => say(response, stream, ['wrong server']));
    vi.stubEnv('OPENAI_BASE_URL', elsewhere.url);
    vi.stubEnv('OPENAI_API_KEY', 'sk-from-environment');
    vi.stubEnv('OPENAI_ADMIN_KEY', 'sk-admin');
    vi.stubEnv('OPENAI_ORG_ID', 'org-env');
    vi.stubEnv('OPENAI_PROJECT_ID', 'proj-env');
    vi.stubEnv('OPENAI_LOG', 'debug');
    vi.stubEnv(
      'OPENAI_CUSTOM_HEADERS',
      'x-env: leaked\nauthorization: Bearer env\nuser-agent: env-agent\naccept: env/accept',
    );
    const server = await started((response) => say(response, stream, ['ok']));
    const log = vi.spyOn(console, 'debug');
    expect((await ask(server.url, { stream }, { apiKey: 'sk-given' })).outcome).toEqual({
      kind: 'answer',
      text: 'ok',
    });
    expect(log).not.toHaveBeenCalled();
    expect(elsewhere.received).toEqual([]);
    const headers = server.received[0]?.headers ?? {};
    // The rest is HTTP's own, added by fetch.
    const transport = [
      'host',
      'connection',
      'content-length',
      'accept-encoding',
      'accept-language',
      'sec-fetch-mode',
      'transfer-encoding',
    ];
    expect(
      Object.keys(headers)
        .filter((name) => !transport.includes(name))
        .sort(),
    ).toEqual(['accept', 'authorization', 'content-type', 'user-agent']);
    expect(headers.authorization).toBe('Bearer sk-given');
    expect(JSON.stringify(headers)).not.toMatch(/env|leaked/);
  });
});

describe('retrying', () => {
  it.each([
    ['2', 2000],
    ['0', 0],
    ['0.5', 500],
    ['Wed, 21 Oct 2026 07:28:07 GMT', 7000],
    ['Wed, 21 Oct 2026 07:27:00 GMT', 0],
    ['86400', 3_600_000],
    ['-5', 0],
    ['soon', null],
    ['', null],
  ])('reads Retry-After %j as %j ms', async (header, expected) => {
    const clock = quickClock(Date.parse('2026-10-21T07:28:00Z'));
    const server = await started((response) =>
      json(response, { error: { message: 'slow down' } }, 429, { 'retry-after': header }),
    );
    const result = await ask(server.url, {}, { clock });
    expect(result.outcome).toMatchObject({
      kind: 'rate-limited',
      beforeGeneration: true,
      retryable: true,
      retryAfterMs: expected,
    });
    expect(result).toMatchObject({ attempts: 1, meta: { httpStatus: 429 } });
  });

  it.each(both)('waits as long as a 429 asks, then answers, stream: $stream', async ({ stream }) => {
    const clock = quickClock();
    const server = await started((response, number) =>
      number < 2 ? json(response, '{}', 429, { 'retry-after': '9' }) : say(response, stream, ['ok']),
    );
    const result = await ask(server.url, { stream, maxRetries: 3 }, { clock });
    expect(result.outcome).toEqual({ kind: 'answer', text: 'ok' });
    expect(result.attempts).toBe(3);
    expect(clock.slept).toEqual([9000, 9000]);
  });

  it('backs off with jitter and stops at its number of retries', async () => {
    const clock = quickClock();
    const server = await started((response) => json(response, '{}', 503));
    const result = await ask(server.url, { maxRetries: 8 }, { clock });
    expect(result).toMatchObject({ attempts: 9, outcome: { kind: 'http-error', beforeGeneration: true } });
    expect(server.received).toHaveLength(9);
    clock.slept.forEach((ms, i) => {
      const ceiling = Math.min(500 * 2 ** i, 30_000);
      expect(ms).toBeGreaterThanOrEqual(ceiling / 2);
      expect(ms).toBeLessThanOrEqual(ceiling);
    });
    expect(new Set(clock.slept).size).toBeGreaterThan(6);
  });

  it('stops waiting at once when the trial ends', async () => {
    const trial = new AbortController();
    const server = await started((response) => {
      json(response, '{}', 429, { 'retry-after': '3600' });
      response.on('close', () => setTimeout(() => trial.abort(), 20));
    });
    const result = await ask(server.url, { maxRetries: 3 }, { signal: trial.signal });
    expect(result).toMatchObject({ attempts: 1, outcome: { kind: 'rate-limited', beforeGeneration: true } });
  });

  it.each([
    // Without streaming a 5xx can come after the answer was written.
    { stream: false, status: 500, attempts: 1, beforeGeneration: false },
    { stream: false, status: 504, attempts: 1, beforeGeneration: false },
    { stream: true, status: 500, attempts: 3, beforeGeneration: true },
    { stream: true, status: 504, attempts: 3, beforeGeneration: true },
    { stream: true, status: 401, attempts: 1, beforeGeneration: true },
    { stream: false, status: 400, attempts: 1, beforeGeneration: true },
  ])(
    'HTTP $status, stream: $stream, is asked $attempts times',
    async ({ stream, status, attempts, beforeGeneration }) => {
      const server = await started((response) =>
        json(response, { error: { message: 'no\u001b[2J' } }, status),
      );
      const result = await ask(server.url, { stream, maxRetries: 2 }, { clock: quickClock() });
      expect(result).toMatchObject({
        attempts,
        outcome: { kind: 'http-error', beforeGeneration },
        meta: { httpStatus: status },
      });
      expect(result.outcome).toHaveProperty(
        'detail',
        expect.stringMatching(new RegExp(`^HTTP ${status}: [ -~]+$`)),
      );
    },
  );

  it('never asks again once an answer may have begun', async () => {
    const server = await started((response) => {
      startStream(response);
      response.write(event('Half an'), () => response.destroy());
    });
    const result = await ask(server.url, { stream: true, maxRetries: 5 });
    expect(result).toMatchObject({
      attempts: 1,
      outcome: { kind: 'disconnected', beforeGeneration: false, retryable: false },
    });
  });
});

describe('servers that misbehave', () => {
  it.each(both)('connection refused, stream: $stream', async ({ stream }) => {
    const server = await serve(() => {});
    await server.close();
    const result = await ask(server.url, { stream, maxRetries: 1 }, { clock: quickClock() });
    expect(result).toMatchObject({
      attempts: 2,
      outcome: {
        kind: 'unreachable',
        beforeGeneration: true,
        detail: expect.stringContaining('ECONNREFUSED'),
      },
      meta: { httpStatus: null, firstByteMs: null },
    });
  });

  it.each([
    ...both.map(({ stream }) => ({
      stream,
      type: 'text/html',
      body: '<!doctype html><h1>\u001b[31mLogin</h1>',
    })),
    ...both.map(({ stream }) => ({ stream, type: 'application/json', body: '<html></html>' })),
    { stream: false, type: 'application/json', body: '{"choices":[]}' },
    { stream: false, type: 'application/json', body: 'null' },
    { stream: false, type: 'application/json', body: '' },
    { stream: false, type: 'application/json', body: '{"choices":[{"message":{"content":[1]}}]}' },
    { stream: true, type: 'text/event-stream', body: 'data: {"choices":[{"delta":{"content":{}}}]}\n\n' },
    { stream: true, type: 'text/event-stream', body: 'data: not json\n\n' },
    { stream: true, type: 'text/event-stream', body: 'data: 5\n\n' },
  ])('$type $body, stream: $stream, is malformed', async ({ stream, type, body }) => {
    const server = await started((response) => {
      response.writeHead(200, { 'content-type': type });
      response.end(body);
    });
    const result = await ask(server.url, { stream, maxRetries: 2 });
    expect(result).toMatchObject({ attempts: 1, outcome: { kind: 'malformed', beforeGeneration: false } });
    expect(result.outcome).toHaveProperty('detail', expect.not.stringContaining('\u001b'));
  });

  it.each([
    { stream: false, head: '{"choices":[{"message":{"content":"', piece: 'x'.repeat(1 << 20) },
    { stream: true, head: '', piece: event('x'.repeat(1 << 20)) },
    { stream: true, head: 'data: ', piece: 'x'.repeat(1 << 20) },
  ])('an answer of 50 MB is broken off, stream: $stream', async ({ stream, head, piece }) => {
    let sent = 0;
    const server = await started((response) => {
      response.writeHead(200, { 'content-type': stream ? 'text/event-stream' : 'application/json' });
      response.write(head);
      const more = (): void => {
        if (response.destroyed || sent >= 50) response.end();
        else {
          sent += 1;
          response.write(piece, more);
        }
      };
      more();
    });
    const result = await ask(server.url, { stream, maxRetries: 2 });
    expect(result).toMatchObject({
      attempts: 1,
      outcome: { kind: 'too-large', beforeGeneration: false, retryable: false },
    });
    // The cap is 4 MiB; a few more are in the buffers of two sockets.
    expect(sent).toBeLessThan(25);
  });

  it.each([
    { stream: true, beforeGeneration: true },
    { stream: false, beforeGeneration: false },
  ])('never answering is a timeout, stream: $stream', async ({ stream, beforeGeneration }) => {
    const server = await started(() => {});
    // Without streaming only the limit of the whole answer counts.
    const limit = stream ? { firstByteTimeoutMs: 60 } : { firstByteTimeoutMs: 20, totalTimeoutMs: 60 };
    const result = await ask(server.url, { stream, ...limit, maxRetries: 2 });
    expect(result).toMatchObject({
      attempts: 1,
      outcome: { kind: 'timeout', beforeGeneration, retryable: false },
    });
    expect(result.meta.firstByteMs).toBe(null);
  });

  it.each(both)(
    'stalling after the first byte is a timeout that depends on content, stream: $stream',
    async ({ stream }) => {
      const server = await started((response) => {
        response.writeHead(200, { 'content-type': stream ? 'text/event-stream' : 'application/json' });
        response.write(stream ? event('Well') : '{"choi');
      });
      const result = await ask(server.url, { stream, totalTimeoutMs: 200, maxRetries: 2 });
      expect(result).toMatchObject({ attempts: 1, outcome: { kind: 'timeout', beforeGeneration: false } });
      expect(result.meta.firstByteMs).not.toBe(null);
    },
  );

  it('a whole answer that breaks off depends on content, before and after its headers', async () => {
    const server = await started((response, number) => {
      if (number === 0) {
        response.destroy();
        return;
      }
      response.writeHead(200, { 'content-type': 'application/json', 'content-length': '1000' });
      response.write('{"choices":', () => response.destroy());
    });
    for (let i = 0; i < 2; i += 1) {
      const result = await ask(server.url, { maxRetries: 2 });
      expect(result).toMatchObject({
        attempts: 1,
        outcome: { kind: 'disconnected', beforeGeneration: false },
      });
    }
  });

  it('a stream that ends or reports an error before it finished gives no answer', async () => {
    const server = await started((response, number) => {
      startStream(response);
      const rest = number === 0 ? '' : 'data: {"error":{"message":"overloaded","type":"server"}}\n\n';
      response.end(`${event('Half')}${rest}`);
    });
    const ended = await ask(server.url, { stream: true });
    expect(ended.outcome).toMatchObject({ kind: 'disconnected', beforeGeneration: false });
    const reported = await ask(server.url, { stream: true, maxRetries: 2 });
    expect(reported).toMatchObject({ attempts: 1, outcome: { kind: 'http-error', beforeGeneration: false } });
  });

  it('redirects are refused, and the key goes nowhere else', async () => {
    const elsewhere = await started((response) => say(response, false, ['stolen']));
    const server = await started((response) => {
      response.writeHead(307, { location: `${elsewhere.url}/chat/completions` });
      response.end();
    });
    const result = await ask(server.url, {}, { apiKey: 'sk-given' });
    expect(result.outcome).toMatchObject({
      kind: 'unreachable',
      detail: expect.stringContaining('redirect'),
    });
    expect(elsewhere.received).toEqual([]);
  });
});

describe('stopping', () => {
  it('interrupts a request under way, and sends none afterwards', async () => {
    const stop = new AbortController();
    const server = await started((response) => {
      startStream(response);
      response.write(event('Well'), () => stop.abort());
    });
    const during = await ask(server.url, { stream: true, maxRetries: 2 }, { signal: stop.signal });
    expect(during).toMatchObject({ attempts: 1, outcome: { kind: 'interrupted', beforeGeneration: false } });
    const after = await ask(server.url, { stream: true }, { signal: stop.signal });
    expect(after).toMatchObject({ attempts: 0, outcome: { kind: 'interrupted', beforeGeneration: true } });
    expect(server.received).toHaveLength(1);
  });
});
