import { APIConnectionError, APIError } from 'openai';
import { errorMessage, plainLine } from '../../core/index.js';
import type { Failed, FailureKind } from '../outcome.js';
import type { Transport } from './capped-fetch.js';
import type { StopCause } from './deadline.js';
import { refusedSetting, type SentSettings } from './refused-setting.js';

/** A failure that may depend on what was being said; the safe thing to assume. */
export function failed(kind: FailureKind, detail: string, more: Partial<Failed> = {}): Failed {
  return {
    kind,
    beforeGeneration: false,
    retryable: false,
    retryAfterMs: null,
    ...more,
    detail: plainLine(detail, 300),
  };
}

export interface FailureContext {
  /** Much may have been generated before the first byte: without streaming, or by a model that reasons unseen. */
  readonly silent: boolean;
  readonly settings: SentSettings;
  readonly stopped: StopCause | null;
  readonly now: number;
}

/** Turns whatever the SDK or the transport threw into a tagged outcome. */
export function classifyFailure(error: unknown, transport: Transport, context: FailureContext): Failed {
  if (context.stopped === 'caller') return failed('interrupted', 'stopped before the answer was complete');
  if (transport.tooLarge) return failed('too-large', 'the answer is larger than 4 MiB');
  if (context.stopped !== null) return timedOut(transport, context);
  if (transport.status !== null && transport.status >= 400)
    return httpError(error, transport.status, transport, context);
  if (transport.status === null) return noResponse(error, context);
  // An error event inside a stream, or a connection that broke after the headers.
  if (error instanceof APIError && !(error instanceof APIConnectionError)) {
    return failed('http-error', `the stream reported an error: ${errorMessage(error)}`);
  }
  if (error instanceof SyntaxError)
    return failed('malformed', `the reply is not JSON: ${errorMessage(error)}`);
  return failed('disconnected', `the connection broke: ${rootMessage(error)}`);
}

function timedOut(transport: Transport, context: FailureContext): Failed {
  // Of a silent server, a long answer looks like no answer.
  const before = !context.silent && transport.firstByteAt === null;
  return failed('timeout', before ? 'no first byte in time' : 'the answer took too long', {
    beforeGeneration: before,
  });
}

function httpError(error: unknown, status: number, transport: Transport, context: FailureContext): Failed {
  // The SDK puts the status in front.
  const message = errorMessage(error).replace(/^\d{3} /, '');
  const advice = status === 400 || status === 422 ? refusedSetting(message, context.settings) : null;
  const detail = `HTTP ${status}: ${advice === null ? '' : `${advice}. The API says: `}${message}`;
  const retryAfterMs = parseRetryAfter(transport.retryAfter, context.now);
  if (status === 429) {
    return failed('rate-limited', detail, { beforeGeneration: true, retryable: true, retryAfterMs });
  }
  // From a silent server, a 5xx or a 408 may come after a long generation (a gateway's 504): then it depends
  // on the answer. 503 and 529 (overloaded) turn requests away.
  const turnedAway = (status < 500 && status !== 408) || status === 503 || status === 529;
  const beforeGeneration = !context.silent || turnedAway;
  const retryable = beforeGeneration && (status >= 500 || status === 408 || status === 425);
  return failed('http-error', detail, { beforeGeneration, retryable, retryAfterMs });
}

/** No status line came. A silent server may have written the answer by then, unless no connection was made. */
function noResponse(error: unknown, context: FailureContext): Failed {
  const detail = rootMessage(error);
  if (context.silent && brokeAfterSending.some((code) => detail.includes(code)))
    return failed('disconnected', detail);
  return failed('unreachable', detail, { beforeGeneration: true, retryable: true });
}

// What Node and its fetch call a connection that was made and then lost.
const brokeAfterSending = ['ECONNRESET', 'EPIPE', 'UND_ERR_SOCKET', 'UND_ERR_HEADERS_TIMEOUT', 'HPE_'];

/** fetch wraps the reason ("ECONNREFUSED 127.0.0.1:1") in "fetch failed", and the SDK that in "Connection error". */
function rootMessage(error: unknown): string {
  let root = error;
  while (root instanceof Error && root.cause instanceof Error) root = root.cause;
  const code = root instanceof Error && 'code' in root && typeof root.code === 'string' ? root.code : '';
  const message = errorMessage(root);
  return code === '' || message.includes(code) ? message : `${code} ${message}`;
}

/** Retry-After in seconds or as a date (RFC 9110, section 10.2.3); at most an hour is believed. */
function parseRetryAfter(value: string | null, now: number): number | null {
  if (value === null || value === '') return null;
  const seconds = Number(value);
  const ms = Number.isFinite(seconds) ? seconds * 1000 : Date.parse(value) - now;
  return Number.isFinite(ms) ? Math.min(Math.max(ms, 0), 3_600_000) : null;
}
