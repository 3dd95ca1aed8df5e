import type { AlertTarget } from '../config/index.js';
import { plainLine, sha256 } from '../core/index.js';
import type { AlertContent } from './content.js';

/** One message to one place. */
export interface Delivery {
  /**
   * `<incident>-<channel>-<8 hexadecimal digits of the target's hash>`. It is the message's identity
   * wherever it is sent from and however often: receivers drop duplicates by it.
   */
  readonly id: string;
  readonly target: AlertTarget;
  readonly content: AlertContent;
}

/** What became of one attempt. `detail` and `reason` are single lines, safe to print, without secrets. */
export type SendResult =
  | { readonly kind: 'sent'; readonly detail: string }
  /** Try again; `retryAfterMs` is the least wait that the receiver asked for, in milliseconds. */
  | { readonly kind: 'retry'; readonly reason: string; readonly retryAfterMs: number | null }
  /** Another attempt would fail the same way. */
  | { readonly kind: 'rejected'; readonly reason: string };

/** The deliveries of an incident, in the targets' order; a place named twice gets one. */
export function deliveriesFor(content: AlertContent, targets: readonly AlertTarget[]): Delivery[] {
  const byId = new Map<string, Delivery>();
  for (const target of targets) {
    const id = deliveryId(content.incident.id, target);
    if (!byId.has(id)) byId.set(id, { id, target, content });
  }
  return [...byId.values()];
}

/** The id of what is sent about an incident to a target: see {@link Delivery}. */
export function deliveryId(incidentId: string, target: AlertTarget): string {
  return `${incidentId}-${target.kind}-${sha256(address(target)).slice(0, 8)}`;
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
export function targetLabel(target: AlertTarget): string {
  switch (target.kind) {
    case 'console':
      return 'console';
    case 'webhook':
      return `webhook ${URL.canParse(target.url) ? new URL(target.url).host : ''}`.trim();
    default:
      return plainLine(`${target.kind} ${address(target).replace(/^https?:\/\//, '')}`, 120);
  }
}
