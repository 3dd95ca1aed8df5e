import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { ApiEndpointConfig } from '../../src/config/index.js';
import type { Clock } from '../../src/core/index.js';

/** What a client sent. */
export interface Received {
  readonly path: string;
  readonly headers: IncomingMessage['headers'];
  readonly body: Record<string, unknown>;
}

export interface TestServer {
  readonly url: string;
  readonly received: Received[];
  close(): Promise<void>;
}

/** A server on loopback that answers every request with `answer`, which is told the request's number from 0. */
export async function serve(
  answer: (response: ServerResponse, number: number, request: IncomingMessage) => void,
): Promise<TestServer> {
  const received: Received[] = [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    response.on('error', () => {});
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const text = Buffer.concat(chunks).toString('utf8');
      received.push({
        path: request.url ?? '',
        headers: request.headers,
        body: text === '' ? {} : (JSON.parse(text) as Record<string, unknown>),
      });
      answer(response, received.length - 1, request);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}/v1`,
    received,
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
}

export function json(
  response: ServerResponse,
  body: unknown,
  status = 200,
  headers: Record<string, string> = {},
): void {
  response.writeHead(status, { 'content-type': 'application/json', ...headers });
  response.end(typeof body === 'string' ? body : JSON.stringify(body));
}

export function completion(content: string | null, finish = 'stop', message = {}): object {
  return {
    id: 'c',
    object: 'chat.completion',
    model: 'm-2',
    system_fingerprint: 'fp',
    choices: [{ index: 0, message: { role: 'assistant', content, ...message }, finish_reason: finish }],
    usage: { prompt_tokens: 5, completion_tokens: 7, total_tokens: 12 },
  };
}

/** One event of a stream. */
export function event(content: string | null, finish: string | null = null, delta = {}): string {
  const choice = { index: 0, delta: content === null ? delta : { content, ...delta }, finish_reason: finish };
  return `data: ${JSON.stringify({ id: 'c', object: 'chat.completion.chunk', model: 'm-2', choices: [choice] })}\n\n`;
}

export function startStream(response: ServerResponse): void {
  response.writeHead(200, { 'content-type': 'text/event-stream', 'x-request-id': 'req-1' });
}

export const noParams: ApiEndpointConfig['params'] = {
  system: null,
  temperature: null,
  topP: null,
  maxTokens: null,
  maxTokensField: 'max_tokens',
  presencePenalty: null,
  frequencyPenalty: null,
  stop: [],
  reasoningEffort: null,
  thinkingBudget: null,
};

export function endpointConfig(url: string, changes: Partial<ApiEndpointConfig> = {}): ApiEndpointConfig {
  return {
    kind: 'openai',
    baseUrl: url,
    model: 'm-1',
    apiKeyEnv: null,
    stream: false,
    params: noParams,
    topLogprobs: null,
    provider: null,
    extraBody: {},
    price: null,
    budget: null,
    concurrency: 4,
    requestsPerMinute: null,
    firstByteTimeoutMs: 20_000,
    totalTimeoutMs: 30_000,
    maxRetries: 0,
    ...changes,
  };
}

/** A clock that notes how long it was told to sleep and does not. */
export function quickClock(now: number = Date.now()): Clock & { readonly slept: number[] } {
  const slept: number[] = [];
  return {
    slept,
    now: () => now,
    sleep: async (ms, signal) => {
      signal?.throwIfAborted();
      slept.push(ms);
    },
  };
}
