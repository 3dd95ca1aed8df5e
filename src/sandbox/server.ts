import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type Clock, errorMessage, newId, newSeed, systemClock } from '../core/index.js';
import { type ApiError, invalidRequest } from './api-error.js';
import { parseChatRequest } from './chat-request.js';
import { SandboxError } from './errors.js';
import { loadGrammar } from './grammar.js';
import { sendAnswer, sendError, sendGarbage } from './reply.js';
import { type Answer, Simulator } from './simulator.js';

/** How to start a sandbox. */
interface SandboxOptions {
  /** The TCP port; 0 or left out takes any free one. */
  readonly port?: number;
  /** Loopback only: the sandbox is for demos and tests. */
  readonly host?: '127.0.0.1';
  /** The same seed gives the same answers to the same requests. Left out: a new one. */
  readonly seed?: string;
  /** Milliseconds before each answer (default 0). */
  readonly latencyMs?: number;
  /** When given, requests need `Authorization: Bearer <apiKey>`. */
  readonly apiKey?: string;
  readonly clock?: Clock;
}

/** A running sandbox. */
export interface Sandbox {
  readonly port: number;
  /** `http://127.0.0.1:PORT`; the API's base URL is this with `/v1`. */
  readonly url: string;
  /** Requests per model string so far: those that were well-formed, faults included. */
  requests(): Record<string, number>;
  /** Breaks every open connection and frees the port. */
  close(): Promise<void>;
}

const MAX_BODY_BYTES = 1024 * 1024;
/** How long a `slow` request hangs unless its client leaves: longer than any sensible timeout. */
const HANG_MS = 600_000;

interface Context {
  readonly simulator: Simulator;
  readonly latencyMs: number;
  readonly apiKey: string | null;
  readonly clock: Clock;
}

/**
 * Serves simulated models on loopback through an OpenAI-compatible API: `POST /v1/chat/completions`,
 * streaming or not, and `GET /v1/models`. The model string picks variant and faults; its grammar
 * stands at `parseModelName` in model-name.ts and in the answer to an unknown model.
 * @throws SandboxError when the grammar's data is not valid or the port can't be had
 */
export async function startSandbox(options: SandboxOptions = {}): Promise<Sandbox> {
  const host = options.host ?? '127.0.0.1';
  const simulator = new Simulator(loadGrammar(), options.seed ?? newSeed());
  const context: Context = {
    simulator,
    latencyMs: options.latencyMs ?? 0,
    apiKey: options.apiKey ?? null,
    clock: options.clock ?? systemClock,
  };
  const server = createServer((request, response) => {
    handle(context, request, response).catch(() => response.destroy());
  });
  try {
    server.listen(options.port ?? 0, host);
    await once(server, 'listening');
  } catch (cause) {
    throw new SandboxError(
      `the sandbox can't listen on ${host}:${options.port ?? 0}: ${errorMessage(cause)}`,
      {
        cause,
      },
    );
  }
  const { port } = server.address() as AddressInfo;
  return {
    port,
    url: `http://${host}:${port}`,
    requests: () => simulator.counts(),
    close: () => close(server),
  };
}

async function close(server: Server): Promise<void> {
  if (!server.listening) return;
  server.close();
  server.closeAllConnections();
  await once(server, 'close');
}

async function handle(context: Context, request: IncomingMessage, response: ServerResponse): Promise<void> {
  // A client that leaves is no error of ours.
  response.on('error', () => {});
  response.setHeader('x-request-id', `req_${newId()}`);
  response.setHeader('server', 'twinwatch-sandbox (simulated)');
  const refusal = refuse(context, request);
  if (refusal !== null) sendError(response, refusal);
  else if (request.method === 'GET') sendModels(context, response);
  else await complete(context, request, response);
}

function refuse({ apiKey }: Context, request: IncomingMessage): ApiError | null {
  const path = (request.url ?? '').split('?')[0] ?? '';
  const method = { '/v1/models': 'GET', '/v1/chat/completions': 'POST' }[path];
  if (method === undefined) {
    return invalidRequest(
      `Unknown request URL: ${request.method} ${path}. This is the Twinwatch sandbox.`,
      null,
      'unknown_url',
      404,
    );
  }
  if (method !== request.method) {
    return {
      ...invalidRequest(`Not allowed to ${request.method} on ${path}.`, null, 'method_not_supported', 405),
      headers: { allow: method },
    };
  }
  if (apiKey !== null && request.headers.authorization !== `Bearer ${apiKey}`) {
    return invalidRequest('Incorrect API key provided.', null, 'invalid_api_key', 401);
  }
  return null;
}

function sendModels({ simulator, clock }: Context, response: ServerResponse): void {
  const created = Math.floor(clock.now() / 1000);
  const data = simulator
    .models()
    .map((id) => ({ id, object: 'model', created, owned_by: 'twinwatch-sandbox (simulated)' }));
  response.writeHead(200, { 'content-type': 'application/json' });
  response.end(JSON.stringify({ object: 'list', data }));
}

async function complete(context: Context, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const body = await readBody(request);
  const chat =
    body === null
      ? invalidRequest('The request body is over 1 MiB.', null, null, 413)
      : parseChatRequest(body);
  if ('status' in chat) return sendError(response, chat);
  const answer = context.simulator.answer(chat);
  if (answer === null) {
    const message = `The model '${chat.model}' does not exist. A model is a variant, 'swap-at=N[:variant]' or 'faulty', then optionally '+faults=name:rate,…'; GET /v1/models lists the variants.`;
    return sendError(response, invalidRequest(message, 'model', 'model_not_found', 404));
  }
  const wait = answer.fault === 'slow' ? HANG_MS : context.latencyMs;
  if (wait > 0 && !(await waitFor(context.clock, wait, response))) return;
  const failure = faultError(answer);
  if (failure !== null) return sendError(response, failure);
  if (answer.fault === 'garbage') return sendGarbage(response);
  await sendAnswer(response, chat, answer, Math.floor(context.clock.now() / 1000));
}

function faultError({ fault }: Answer): ApiError | null {
  const error = { param: null, message: 'Simulated fault of the Twinwatch sandbox.' };
  if (fault === '429') {
    return {
      ...error,
      status: 429,
      type: 'requests',
      code: 'rate_limit_exceeded',
      headers: { 'retry-after': '1' },
    };
  }
  if (fault === '500') return { ...error, status: 500, type: 'server_error', code: null };
  // Nothing but a status is left to say once a client has waited this long.
  if (fault === 'slow') return { ...error, status: 504, type: 'server_error', code: 'timeout' };
  return null;
}

/** Waits, and tells whether the client is still there. */
async function waitFor(clock: Clock, ms: number, response: ServerResponse): Promise<boolean> {
  if (response.closed) return false;
  const gone = new AbortController();
  const leave = (): void => gone.abort();
  response.once('close', leave);
  try {
    await clock.sleep(ms, gone.signal);
    return true;
  } catch {
    return false;
  } finally {
    response.off('close', leave);
  }
}

/** The body as text, or null when it is too long. */
async function readBody(request: IncomingMessage): Promise<string | null> {
  const chunks: Buffer[] = [];
  let size = 0;
  // Read to the end even when too long: a client that is still sending would not see the answer.
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size <= MAX_BODY_BYTES) chunks.push(chunk);
    else if (size > 64 * MAX_BODY_BYTES) throw new SandboxError('the client sends without end');
  }
  return size > MAX_BODY_BYTES ? null : Buffer.concat(chunks).toString('utf8');
}
