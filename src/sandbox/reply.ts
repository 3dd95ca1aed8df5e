import type { ServerResponse } from 'node:http';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { type ApiError, errorBody } from './api-error.js';
import type { ChatRequest } from './chat-request.js';
import type { Answer } from './simulator.js';

/** Tokens in one event of a stream. */
const CHUNK_TOKENS = 8;
/** A huge answer is 50 MiB, in blocks of 64 KiB. */
const HUGE_BLOCK = 64 * 1024;
const HUGE_BLOCKS = 800;
// A colour and a cleared screen, markup, a bell, a right-to-left override, a lone surrogate, a NUL.
const HOSTILE = '\u001b[31m\u001b[2J<script>alert(1)</script>\u0007\u202e\ud83d\u0000 ';
const GARBAGE =
  '<!doctype html><html><head><title>Simulated gateway page</title></head><body><h1>One moment, please</h1></body></html>';

/** An error's status, headers and JSON body. */
export function sendError(response: ServerResponse, error: ApiError): void {
  response.writeHead(error.status, { 'content-type': 'application/json', ...error.headers });
  response.end(errorBody(error));
}

/** An HTML page with status 200, as some gateways send. */
export function sendGarbage(response: ServerResponse): void {
  response.writeHead(200, { 'content-type': 'text/html; charset=utf-8' }).end(GARBAGE);
}

/**
 * Sends an answer, streamed or whole. The faults `truncated`, `hostile` and `huge` strike here.
 * @param created seconds since the Unix epoch
 */
export async function sendAnswer(
  response: ServerResponse,
  request: ChatRequest,
  answer: Answer,
  created: number,
): Promise<void> {
  const tokens = sentTokens(answer);
  const pieces = request.stream
    ? streamPieces(request, answer, tokens, created)
    : [wholeBody(answer, tokens, created)];
  const type = request.stream ? 'text/event-stream; charset=utf-8' : 'application/json';
  response.writeHead(200, { 'content-type': type, 'cache-control': 'no-cache' });
  await pipeline(Readable.from(pieces), response, { end: false });
  if (answer.fault === 'truncated') response.write('', () => response.destroy());
  else response.end();
}

function sentTokens({ fault, tokens }: Answer): readonly string[] {
  if (fault === 'hostile') return [HOSTILE, ...tokens];
  if (fault !== 'huge') return tokens;
  const block = 'Simulated. '.padEnd(HUGE_BLOCK, tokens.join(''));
  return new Array<string>(HUGE_BLOCKS).fill(block);
}

/** The body of a whole answer; a `truncated` one ends early. */
function wholeBody(answer: Answer, tokens: readonly string[], created: number): string {
  const message = { role: 'assistant', content: tokens.join(''), refusal: null };
  const body = JSON.stringify({
    id: answer.id,
    object: 'chat.completion',
    created,
    model: answer.model,
    choices: [{ index: 0, message, logprobs: null, finish_reason: answer.finishReason }],
    usage: usage(answer),
    system_fingerprint: answer.fingerprint,
  });
  return answer.fault === 'truncated' ? body.slice(0, Math.floor(body.length * answer.breakAt)) : body;
}

/** The events of a streamed answer; a `truncated` one ends early. */
function* streamPieces(
  request: ChatRequest,
  answer: Answer,
  tokens: readonly string[],
  created: number,
): Generator<string> {
  const common = {
    id: answer.id,
    object: 'chat.completion.chunk',
    created,
    model: answer.model,
    system_fingerprint: answer.fingerprint,
  };
  const event = (delta: object, finish: string | null): string => {
    const choices = [{ index: 0, delta, logprobs: null, finish_reason: finish }];
    return sse({ ...common, choices, ...(request.includeUsage ? { usage: null } : {}) });
  };
  yield event({ role: 'assistant', content: '', refusal: null }, null);
  const end = answer.fault === 'truncated' ? Math.floor(tokens.length * answer.breakAt) : tokens.length;
  for (let at = 0; at < end; at += CHUNK_TOKENS) {
    yield event({ content: tokens.slice(at, Math.min(end, at + CHUNK_TOKENS)).join('') }, null);
  }
  if (answer.fault === 'truncated') return;
  yield event({}, answer.finishReason);
  if (request.includeUsage) yield sse({ ...common, choices: [], usage: usage(answer) });
  yield 'data: [DONE]\n\n';
}

function sse(data: object): string {
  return `data: ${JSON.stringify(data)}\n\n`;
}

function usage({ promptTokens, tokens }: Answer): object {
  return {
    prompt_tokens: promptTokens,
    completion_tokens: tokens.length,
    total_tokens: promptTokens + tokens.length,
  };
}
