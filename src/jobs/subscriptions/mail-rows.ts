import type { AccountContent, DigestContent } from '../../alerts/index.js';
import { canonicalJson, type Json, newId, sha256 } from '../../core/index.js';
import type { DeliveriesTable, MessagesTable } from '../../store/index.js';

/** A message about no single incident. Who gets the same words shares it: there may be thousands. */
export function sharedMessage(content: AccountContent | DigestContent, at: number): MessagesTable {
  const text = canonicalJson(content as unknown as Json);
  const id = `${content.type}-${sha256(text).slice(0, 32)}`;
  return { id, incident_id: null, seq: 0, created_at: at, content: text };
}

/** A mail to a subscriber that waits in the outbox. */
export function subscriberDelivery(
  message: Pick<MessagesTable, 'id' | 'incident_id'>,
  subscriberId: string,
  id: string,
  at: number,
): DeliveriesTable {
  return {
    id,
    message_id: message.id,
    incident_id: message.incident_id,
    subscriber_id: subscriberId,
    target: canonicalJson({ kind: 'subscriber', id: subscriberId }),
    status: 'pending',
    attempts: 0,
    next_attempt_at: at,
    last_error: null,
    created_at: at,
    finished_at: null,
  };
}

/** An id as a delivery of an alert has: only its receiver learns it. */
export function mailId(kind: 'account' | 'digest'): string {
  return `${kind}-${newId().replaceAll('-', '')}`;
}
