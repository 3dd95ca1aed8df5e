import { Webhook } from 'standardwebhooks';
import { type Clock, errorMessage } from '../../core/index.js';
import type { Delivery, SendResult } from '../delivery.js';
import { renderWebhookPayload } from '../render/webhook-payload.js';
import { withDeadline } from './deadline.js';
import { REACH_TIMEOUT_MS, type Reachable } from './reachable.js';

const TIMEOUT_MS = 15_000;
const MAX_RETRY_AFTER_MS = 86_400_000;
/** The shortest key that Standard Webhooks allows, in bytes. */
const MIN_KEY_BYTES = 24;

/**
 * Posts the alert as JSON with a Standard Webhooks signature (`webhook-id` is the delivery's id in
 * every attempt). 2xx is sent; 408, 425, 429, 5xx and network trouble are retried; every other status
 * is a rejection. Redirects are not followed and the answer's body is never read.
 */
export async function sendToWebhook(
  delivery: Delivery,
  target: { readonly url: string; readonly secret: string },
  clock: Clock,
  signal: AbortSignal,
): Promise<SendResult> {
  const url = webhookUrl(target.url);
  if (typeof url === 'string') return { kind: 'rejected', reason: url };
  const signer = webhookSigner(target.secret);
  if (typeof signer === 'string') return { kind: 'rejected', reason: signer };

  const body = JSON.stringify(renderWebhookPayload(delivery.content));
  const now = new Date(clock.now());
  const headers = {
    'content-type': 'application/json',
    'user-agent': 'twinwatch',
    'webhook-id': delivery.id,
    'webhook-timestamp': String(Math.floor(now.getTime() / 1000)),
    'webhook-signature': signer.sign(delivery.id, now, body),
  };
  try {
    return await withDeadline(clock, TIMEOUT_MS, signal, async (deadline) => {
      const response = await fetch(url, {
        method: 'POST',
        headers,
        body,
        redirect: 'manual',
        signal: deadline,
      });
      await response.body?.cancel();
      return judge(response, clock.now());
    });
  } catch (error) {
    return {
      kind: 'retry',
      reason: `could not reach ${url.host}: ${networkReason(error)}`,
      retryAfterMs: null,
    };
  }
}

/** Asks for a webhook's address with HEAD, which has no body and means nothing. Never rejects. */
export async function verifyWebhook(
  target: { readonly url: string; readonly secret: string },
  clock: Clock,
  signal: AbortSignal,
): Promise<Reachable> {
  const url = webhookUrl(target.url);
  if (typeof url === 'string') return { kind: 'refused', detail: url };
  const signer = webhookSigner(target.secret);
  if (typeof signer === 'string') return { kind: 'refused', detail: signer };
  try {
    const response = await withDeadline(clock, REACH_TIMEOUT_MS, signal, (deadline) =>
      fetch(url, {
        method: 'HEAD',
        headers: { 'user-agent': 'twinwatch' },
        redirect: 'manual',
        signal: deadline,
      }),
    );
    await response.body?.cancel();
    const { status } = response;
    const detail = `answers (HTTP ${status} to HEAD)`;
    // Many receivers take nothing but POST, and say so in one of several ways.
    const isWrong = (status >= 300 && status < 400) || status === 404 || status === 410 || status >= 502;
    return isWrong ? { kind: 'refused', detail } : { kind: 'reached', detail };
  } catch (error) {
    return { kind: 'unreachable', detail: networkReason(error) };
  }
}

/** The parsed address, or the reason why it can't be used. */
function webhookUrl(text: string): URL | string {
  if (!URL.canParse(text)) return 'the webhook address is not a URL';
  const url = new URL(text);
  if (url.protocol !== 'https:' && url.protocol !== 'http:')
    return 'the webhook address must be http or https';
  if (url.username !== '' || url.password !== '') {
    return 'the webhook address must not hold a user name or password: the signature tells who sent it';
  }
  return url;
}

function webhookSigner(secret: string): Webhook | string {
  const key = /^whsec_([A-Za-z0-9+/]+={0,2})$/.exec(secret)?.[1];
  const shape = `the webhook secret must be whsec_ followed by at least ${MIN_KEY_BYTES} bytes in base64`;
  if (key === undefined || Buffer.from(key, 'base64').length < MIN_KEY_BYTES) return shape;
  try {
    return new Webhook(secret);
  } catch {
    return shape;
  }
}

function judge(response: Response, now: number): SendResult {
  const { status } = response;
  const answer = `HTTP ${status}`;
  if (response.ok) return { kind: 'sent', detail: answer };
  if (status === 408 || status === 425 || status === 429 || status >= 500) {
    return {
      kind: 'retry',
      reason: answer,
      retryAfterMs: retryAfterMs(response.headers.get('retry-after'), now),
    };
  }
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

// fetch hides what happened in the cause, and a cause of several addresses has no message of its own.
function networkReason(error: unknown): string {
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  const code = cause instanceof Error && 'code' in cause ? cause.code : undefined;
  return typeof code === 'string' ? errorMessage(code) : errorMessage(cause);
}
