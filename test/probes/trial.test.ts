import { describe, expect, it } from 'vitest';
import { systemClock } from '../../src/core/index.js';
import { createApiEndpoint } from '../../src/probes/endpoints/api.js';
import { type Endpoint, type PlannedTrial, runTrial } from '../../src/probes/index.js';
import type { FailureKind, Outcome } from '../../src/probes/outcome.js';
import { noMeta } from '../../src/probes/outcome.js';
import { createPacer } from '../../src/probes/pacer.js';
import { endpointConfig, event, serve, startStream } from './_server.js';

const planned: PlannedTrial = {
  suite: 's',
  promptId: 'p',
  prompt: 'Hello?',
  promptHash: 'h',
  order: ['released:1', 'listed', 'released:0'],
};
const fresh = (): AbortSignal => new AbortController().signal;
const answer = (text: string, kind: 'answer' | 'truncated' = 'answer'): Outcome => ({ kind, text });
const failure = (kind: FailureKind, beforeGeneration: boolean): Outcome => ({
  kind,
  beforeGeneration,
  retryable: false,
  retryAfterMs: null,
  detail: kind,
});

/** Both sides, giving `outcomes` in the order in which they are asked; `asked` notes which side was. */
function sides(outcomes: readonly Outcome[]): {
  asked: string[];
  endpoints: Record<'listed' | 'released', Endpoint>;
} {
  const asked: string[] = [];
  const side = (name: string): Endpoint => ({
    ask: async (prompt) => {
      const outcome = outcomes[asked.length];
      if (!outcome) throw new Error('asked too often');
      asked.push(`${name} ${prompt}`);
      return { outcome, meta: noMeta, attempts: 1, startedAt: 0, latencyMs: 1 };
    },
  });
  return { asked, endpoints: { listed: side('listed'), released: side('released') } };
}

const options = { windowMs: 30_000, compareLength: 10, clock: systemClock };

describe('runTrial', () => {
  it('asks in the planned order and keeps each answer in its place', async () => {
    const { asked, endpoints } = sides([answer('r1'), answer('l'), answer('r0')]);
    const result = await runTrial(planned, { ...options, endpoints }, fresh());
    expect(asked).toEqual(['released Hello?', 'listed Hello?', 'released Hello?']);
    expect(result.void).toBe(null);
    expect(result.answers.map(({ side, slot, result: r }) => [side, slot, r.outcome])).toEqual([
      ['released', 1, answer('r1')],
      ['listed', 0, answer('l')],
      ['released', 0, answer('r0')],
    ]);
  });

  it.each([
    ['rate-limited', true, 'free'],
    ['unreachable', true, 'free'],
    ['http-error', true, 'free'],
    ['timeout', true, 'free'],
    ['http-error', false, 'content'],
    ['timeout', false, 'content'],
    ['refused', false, 'content'],
    ['disconnected', false, 'content'],
    ['malformed', false, 'content'],
    ['too-large', false, 'content'],
    ['empty', false, 'content'],
  ] as const)(
    'is void at the first failure: %s, before generation %s, is %s',
    async (kind, before, cause) => {
      const { asked, endpoints } = sides([answer('r1'), failure(kind, before)]);
      const result = await runTrial(planned, { ...options, endpoints }, fresh());
      expect(asked).toHaveLength(2);
      expect(result.answers).toHaveLength(2);
      expect(result.void).toEqual({ cause, side: 'listed', reason: kind });
    },
  );

  it.each([
    ['1234567890', null],
    ['123456789', 'cut-short'],
    // What is compared is the canonical text, counted in code points.
    ['\n\n123456789 ', 'cut-short'],
    ['😀😀😀😀😀😀😀😀😀', 'cut-short'],
    ['😀😀😀😀😀😀😀😀😀😀', null],
  ])('takes an answer cut at max_tokens only when long enough: %j', async (text, reason) => {
    const { endpoints } = sides([answer(text, 'truncated'), answer('short'), answer('')]);
    const result = await runTrial(planned, { ...options, endpoints }, fresh());
    expect(result.void).toEqual(reason && { cause: 'content', side: 'released', reason });
    if (reason) expect(result.answers.map(({ result: r }) => r.outcome.kind)).toEqual(['cut-short']);
  });

  it('sends nothing when it was stopped before it began', async () => {
    const { asked, endpoints } = sides([failure('interrupted', true)]);
    const result = await runTrial(planned, { ...options, endpoints }, AbortSignal.abort());
    expect(asked).toHaveLength(1);
    expect(result.void?.side === null || result.void?.cause === 'free').toBe(true);
  });
});

describe('runTrial with a real endpoint', () => {
  it.each([
    { stream: true, why: 'window-closed' },
    { stream: false, why: 'window-closed' },
    { stream: true, why: 'stopped' },
    { stream: false, why: 'stopped' },
  ])('tells a window that closed from a stop: $why, stream: $stream', async ({ stream, why }) => {
    const stop = new AbortController();
    const server = await serve((response) => {
      // The first byte is on its way; the rest never comes.
      if (stream) {
        startStream(response);
        response.write(event('Well'));
      }
      if (why === 'stopped') setImmediate(() => stop.abort());
    });
    const config = endpointConfig(server.url, { stream, maxRetries: 2 });
    const pacer = createPacer(config);
    const endpoint = createApiEndpoint(config, { apiKey: null, pacer, clock: systemClock });
    const endpoints = { listed: endpoint, released: endpoint };
    const windowMs = why === 'stopped' ? 30_000 : 1000;
    const result = await runTrial(planned, { ...options, endpoints, windowMs }, stop.signal);
    await server.close();
    expect(result.void).toEqual(
      why === 'stopped'
        ? { cause: 'interrupted', side: null, reason: 'stopped' }
        : { cause: 'content', side: 'released', reason: 'window-closed' },
    );
    expect(server.received).toHaveLength(1);
    expect(result.answers.map(({ result: r }) => [r.outcome.kind, r.attempts])).toEqual([['interrupted', 1]]);
  });

  it('frees the place in the queue of requests that a closed window left waiting', async () => {
    const server = await serve(() => {});
    const config = endpointConfig(server.url, { concurrency: 1, totalTimeoutMs: 300 });
    const pacer = createPacer(config);
    const endpoint = createApiEndpoint(config, { apiKey: null, pacer, clock: systemClock });
    const endpoints = { listed: endpoint, released: endpoint };
    const [first, second] = await Promise.all([
      runTrial(planned, { ...options, endpoints }, fresh()),
      runTrial(planned, { ...options, endpoints, windowMs: 50 }, fresh()),
    ]);
    await server.close();
    expect(first?.void).toMatchObject({ cause: 'content', reason: 'timeout' });
    // It waited for another request, so it says nothing about the side's answers.
    expect(second?.void).toMatchObject({ cause: 'free' });
    expect(server.received).toHaveLength(1);
  });
});
