import { type Clock, errorMessage, plainLine } from '../../core/index.js';
import type { SendResult } from '../delivery.js';
import { ForbiddenAddress, type Resolve } from './address-guard.js';
import { withDeadline } from './deadline.js';
import { type Answer, exchange } from './exchange.js';

const TIMEOUT_MS = 15_000;
const MAX_RETRY_AFTER_MS = 86_400_000;

/** A body of JSON and where it goes. */
export interface JsonPost {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  readonly allowPrivateNetworks: boolean;
  /** What must not be shown when the receiver repeats it. */
  readonly secrets: readonly string[];
}

/**
 * Posts JSON within 15 s. 2xx is sent; 408, 424, 425, 429, 5xx and network trouble are retried; every other
 * status, an address that can't be used and one that is not public are rejections. Redirects are not followed.
 */
export async function postJson(
  post: JsonPost,
  clock: Clock,
  signal: AbortSignal,
  resolve?: Resolve,
): Promise<SendResult> {
  const url = outgoingUrl(post.url);
  if (typeof url === 'string') return { kind: 'rejected', reason: url };
  const { body, allowPrivateNetworks } = post;
  const headers = { 'content-type': 'application/json', ...post.headers };
  try {
    const answer = await withDeadline(clock, TIMEOUT_MS, signal, (deadline) =>
      exchange({ method: 'POST', url, headers, body, allowPrivateNetworks }, deadline, resolve),
    );
    return judge(answer, post.secrets, clock.now());
  } catch (error) {
    if (error instanceof ForbiddenAddress) return { kind: 'rejected', reason: errorMessage(error) };
    const reason = `could not reach ${url.host}: ${networkReason(error)}`;
    return { kind: 'retry', reason, retryAfterMs: null };
  }
}

/** The parsed address, or the reason why it can't be used. Never quotes it: it may be a secret. */
export function outgoingUrl(text: string): URL | string {
  if (!URL.canParse(text)) return 'the address is not a URL';
  const url = new URL(text);
  if (url.protocol !== 'https:' && url.protocol !== 'http:') return 'the address must be http or https';
  if (url.username !== '' || url.password !== '')
    return 'the address must not hold a user name or password: the program would show them';
  return url;
}

function judge({ status, retryAfter, reason }: Answer, secrets: readonly string[], now: number): SendResult {
  if (status >= 200 && status < 300) return { kind: 'sent', detail: `HTTP ${status}` };
  const said = plainLine(
    secrets.reduce((text, secret) => text.replaceAll(secret, '…'), reason),
    200,
  );
  const answer = said === '' ? `HTTP ${status}` : `HTTP ${status}: ${said}`;
  if ([408, 424, 425, 429].includes(status) || status >= 500)
    return { kind: 'retry', reason: answer, retryAfterMs: retryAfterMs(retryAfter, now) };
  if (status === 410) return { kind: 'rejected', reason: 'HTTP 410: the receiver wants no more messages' };
  const redirect = status >= 300 && status < 400;
  return { kind: 'rejected', reason: redirect ? `${answer}: redirects are not followed` : answer };
}

/** `Retry-After` in milliseconds (RFC 9110: seconds or a date), at most a day; null when absent or odd. */
function retryAfterMs(header: string | null, now: number): number | null {
  if (header === null) return null;
  const value = header.trim();
  const ms = /^\d{1,12}$/.test(value) ? Number(value) * 1000 : Date.parse(value) - now;
  return Number.isNaN(ms) ? null : Math.min(MAX_RETRY_AFTER_MS, Math.max(0, ms));
}

/** What went wrong, on one line. */
export function networkReason(error: unknown): string {
  // The failure of several addresses has no message of its own.
  const code = error instanceof AggregateError && 'code' in error ? error.code : undefined;
  return errorMessage(typeof code === 'string' ? code : error);
}
