import type { ServerResponse } from 'node:http';
import { afterEach, expect } from 'vitest';
import { z } from 'zod';
import type { ApiEndpointConfig } from '../../../src/config/index.js';
import { systemClock } from '../../../src/core/index.js';
import { type AskResult, createApiEndpoint, type Endpoint } from '../../../src/probes/index.js';
import { createPacer } from '../../../src/probes/pacer.js';
import { endpointConfig, json, noParams, serve, startStream, type TestServer } from '../_server.js';

/** An API as its reference describes it. */
export interface Published {
  readonly kind: ApiEndpointConfig['kind'];
  /** Path of the base URL, and of the one call that is made. */
  readonly base: string;
  readonly path: string;
  readonly request: z.ZodType;
  readonly headers: z.ZodType;
}

export type Answer = (response: ServerResponse, number: number, body: Record<string, unknown>) => void;

export interface Api {
  readonly server: TestServer;
  endpoint(changes?: Changes): Endpoint;
  /** Asks a new endpoint once. */
  ask(changes?: Changes): Promise<AskResult>;
}

/** What differs from an endpoint with every default. */
export type Changes = Partial<Omit<ApiEndpointConfig, 'params'>> & {
  readonly params?: Partial<ApiEndpointConfig['params']>;
};

const open: { server: TestServer; problems: string[] }[] = [];

afterEach(async () => {
  const servers = open.splice(0);
  await Promise.all(servers.map(({ server }) => server.close()));
  // A request that the published schema refuses fails its test, whatever came of it.
  expect(servers.flatMap(({ problems }) => problems)).toEqual([]);
});

/** A server that answers what the reference allows and refuses the rest, and an endpoint that asks it. */
export async function startApi(published: Published, answer: Answer): Promise<Api> {
  const problems: string[] = [];
  const server = await serve((response, number, request) => {
    const body = server.received[number]?.body ?? {};
    const found = [
      ...issues('headers', published.headers.safeParse(request.headers)),
      ...issues('body', published.request.safeParse(body)),
      ...(request.method === 'POST' ? [] : [`method ${request.method ?? ''}`]),
      ...(request.url === published.base + published.path ? [] : [`path ${request.url ?? ''}`]),
      ...((body.stream === true) === (request.headers.accept === 'text/event-stream') ? [] : ['accept']),
    ];
    problems.push(...found);
    if (found.length > 0) json(response, { error: { message: found.join('; ') } }, 400);
    else answer(response, number, body);
  });
  open.push({ server, problems });
  const baseUrl = new URL(published.base, server.url).href;
  const endpoint = (changes: Changes = {}): Endpoint => endpointAt(published.kind, baseUrl, changes);
  return { server, endpoint, ask: (changes) => ask(endpoint(changes)) };
}

function issues(part: string, result: z.ZodSafeParseResult<unknown>): string[] {
  return result.success ? [] : [`${part}: ${z.prettifyError(result.error)}`];
}

export async function ask(endpoint: Endpoint): Promise<AskResult> {
  return await endpoint.ask('Hello?', new AbortController().signal);
}

function endpointAt(kind: Published['kind'], baseUrl: string, changes: Changes): Endpoint {
  const params = { ...noParams, ...changes.params };
  const config = endpointConfig(baseUrl, { kind, ...changes, params });
  const pacer = createPacer(config);
  return createApiEndpoint(config, { apiKey: 'key-1', pacer, clock: systemClock });
}

/** `event` as a server-sent event, with its name where the API names its events. */
export function sse(event: object, name: string | null = null): string {
  return `${name === null ? '' : `event: ${name}\n`}data: ${JSON.stringify(event)}\n\n`;
}

/** Streams `text` in pieces of a few bytes, so that characters, lines and events are cut anywhere. */
export function drip(response: ServerResponse, text: string): void {
  startStream(response);
  const bytes = Buffer.from(text);
  const next = (from: number): void => {
    if (from >= bytes.length) response.end();
    else response.write(bytes.subarray(from, from + 7), () => next(from + 7));
  };
  next(0);
}
