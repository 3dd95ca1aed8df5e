import { Webhook } from 'standardwebhooks';
import type { Clock } from '../../core/index.js';
import type { Delivery, SendResult } from '../delivery.js';
import { renderWebhookPayload } from '../render/webhook-payload.js';
import { ForbiddenAddress } from './address-guard.js';
import { withDeadline } from './deadline.js';
import { exchange } from './exchange.js';
import { networkReason, outgoingUrl, postJson } from './post.js';
import { REACH_TIMEOUT_MS, type Reachable } from './reachable.js';

/** The shortest key that Standard Webhooks allows, in bytes. */
const MIN_KEY_BYTES = 24;

/** A receiver of signed messages. */
export interface WebhookPlace {
  readonly url: string;
  /** The newest first; all of them sign, so that a receiver can change from one to the next. */
  readonly secrets: readonly string[];
  readonly allowPrivateNetworks: boolean;
}

/**
 * Posts the alert as JSON with Standard Webhooks signatures (`webhook-id` is the delivery's id in
 * every attempt).
 */
export async function sendToWebhook(
  delivery: Delivery,
  { url, secrets, allowPrivateNetworks }: WebhookPlace,
  clock: Clock,
  signal: AbortSignal,
): Promise<SendResult> {
  const signers = webhookSigners(secrets);
  if (typeof signers === 'string') return { kind: 'rejected', reason: signers };
  const body = JSON.stringify(renderWebhookPayload(delivery.content));
  const now = new Date(clock.now());
  const headers = {
    'webhook-id': delivery.id,
    'webhook-timestamp': String(Math.floor(now.getTime() / 1000)),
    'webhook-signature': signers.map((signer) => signer.sign(delivery.id, now, body)).join(' '),
  };
  return await postJson({ url, headers, body, allowPrivateNetworks, secrets }, clock, signal);
}

/** Asks for a webhook's address with HEAD, which has no body and means nothing. Never rejects. */
export async function verifyWebhook(
  { url: text, secrets, allowPrivateNetworks }: WebhookPlace,
  clock: Clock,
  signal: AbortSignal,
): Promise<Reachable> {
  const url = outgoingUrl(text);
  if (typeof url === 'string') return { kind: 'refused', detail: url };
  const signers = webhookSigners(secrets);
  if (typeof signers === 'string') return { kind: 'refused', detail: signers };
  try {
    const { status } = await withDeadline(clock, REACH_TIMEOUT_MS, signal, (deadline) =>
      exchange({ method: 'HEAD', url, headers: {}, body: '', allowPrivateNetworks }, deadline),
    );
    const detail = `answers (HTTP ${status} to HEAD)`;
    // Many receivers take nothing but POST, and say so in one of several ways.
    const isWrong = (status >= 300 && status < 400) || status === 404 || status === 410 || status >= 502;
    return isWrong ? { kind: 'refused', detail } : { kind: 'reached', detail };
  } catch (error) {
    const kind = error instanceof ForbiddenAddress ? 'refused' : 'unreachable';
    return { kind, detail: networkReason(error) };
  }
}

function webhookSigners(secrets: readonly string[]): Webhook[] | string {
  const signers = secrets.map(webhookSigner).filter((signer) => signer !== null);
  if (signers.length === secrets.length) return signers;
  return `the webhook secret must be whsec_ followed by at least ${MIN_KEY_BYTES} bytes in base64`;
}

function webhookSigner(secret: string): Webhook | null {
  const key = /^whsec_([A-Za-z0-9+/]+={0,2})$/.exec(secret)?.[1];
  if (key === undefined || Buffer.from(key, 'base64').length < MIN_KEY_BYTES) return null;
  try {
    return new Webhook(secret);
  } catch {
    return null;
  }
}
