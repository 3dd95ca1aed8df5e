import type { AlertTarget } from '../config/index.js';
import { newId, plainLine } from '../core/index.js';
import type { AlertContent, MessageContent } from './content.js';

/** One message to one place. */
export interface Delivery {
  /**
   * `<incident>-<event>-<channel>-<random>`. It is the message's identity wherever it is sent from and however
   * often: receivers drop duplicates by it. Only the receiver learns it.
   */
  readonly id: string;
  readonly target: AlertTarget;
  readonly content: AlertContent;
}

/** One mail to a subscriber, addressed when there is something to send. */
export interface SubscriberMail {
  /** As of a {@link Delivery}. */
  readonly id: string;
  readonly to: string;
  readonly content: MessageContent;
  readonly links: MailLinks;
}

/** The links of a mail to a subscriber: each holds a secret that only this mail has. Null where there is none. */
export interface MailLinks {
  /** Opens the page that unsubscribes; a POST to it unsubscribes at once. */
  readonly unsubscribe: string | null;
  readonly manage: string | null;
  readonly confirm: string | null;
}

/** A subscriber, whose address is looked up when there is something to send. */
export interface SubscriberTarget {
  readonly kind: 'subscriber';
  readonly id: string;
}

/** Where a delivery in the outbox goes. */
export type DeliveryTarget = AlertTarget | SubscriberTarget;

/** What became of one attempt. `detail` and `reason` are single lines, safe to print, without secrets. */
export type SendResult =
  | { readonly kind: 'sent'; readonly detail: string }
  /** Try again; `retryAfterMs` is the least wait that the receiver asked for, in milliseconds. */
  | {
      readonly kind: 'retry';
      readonly reason: string;
      readonly retryAfterMs: number | null;
      /** The receiver is up: it puts off this message, not others. */
      readonly isDeferred?: boolean;
    }
  /** Another attempt would fail the same way. */
  | { readonly kind: 'rejected'; readonly reason: string };

/** The deliveries of a message, in the targets' order; a place named twice gets one. */
export function deliveriesFor(content: AlertContent, targets: readonly AlertTarget[]): Delivery[] {
  const byPlace = new Map<string, Delivery>();
  for (const target of targets) {
    const place = placeOf(target);
    if (!byPlace.has(place)) byPlace.set(place, { id: newDeliveryId(content, target.kind), target, content });
  }
  return [...byPlace.values()];
}

/** An id for what is about to be put into the outbox: see {@link Delivery}. */
export function newDeliveryId({ incident, notice }: AlertContent, channel: string): string {
  return `${incident.id}-${notice.seq}-${channel}-${newId().replaceAll('-', '')}`;
}

/** What tells the places that targets name apart. No secret, but an address may be in it. */
export function placeOf(target: AlertTarget): string {
  return `${target.kind} ${address(target)}`;
}

// The place alone, not the name of its secret where the place is known without it: renaming a variable must
// not make a second delivery.
function address(target: AlertTarget): string {
  switch (target.kind) {
    case 'console':
      return 'console';
    case 'webhook':
      return URL.canParse(target.url) ? new URL(target.url).href : target.url;
    case 'email':
      return target.to.trim().toLowerCase();
    case 'telegram':
      return `${target.server} ${target.chatId}`;
    case 'ntfy':
      return `${target.server} ${target.topicEnv}`;
    case 'pagerduty':
      return `${target.server} ${target.routingKeyEnv}`;
    case 'apprise':
      return target.tag === null ? target.urlEnv : `${target.urlEnv} ${target.tag}`;
    default:
      return target.urlEnv;
  }
}

/** A target for people, on one line and without secrets: the path of a webhook may be one. */
export function targetLabel(target: DeliveryTarget): string {
  switch (target.kind) {
    case 'subscriber':
      return 'subscriber';
    case 'console':
      return 'console';
    case 'webhook':
      return `webhook ${URL.canParse(target.url) ? new URL(target.url).host : ''}`.trim();
    default:
      return plainLine(`${target.kind} ${address(target).replace(/^https?:\/\//, '')}`, 120);
  }
}
