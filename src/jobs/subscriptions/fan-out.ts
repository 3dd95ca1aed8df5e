import { type AlertContent, newDeliveryId } from '../../alerts/index.js';
import {
  audienceOf,
  insertDeliveries,
  insertDigestItems,
  type MessagesTable,
  type Tx,
} from '../../store/index.js';
import { subscriberDelivery } from './mail-rows.js';

/**
 * Puts a message that is in the store into the outbox for whoever asked to hear at once, and sets it aside for the digests of
 * the others. A retraction or a correction also reaches everybody who was told of the incident, or is about to be, whatever
 * they chose since. Nothing while an embargo holds. Returns how many it reaches.
 */
export async function deliverToSubscribers(
  tx: Tx,
  message: Pick<MessagesTable, 'id' | 'incident_id'>,
  content: AlertContent,
): Promise<number> {
  const { incident, notice } = content;
  if (incident.publishedAt === null) return 0;
  const audience = await audienceOf(tx, {
    watchId: incident.watchId,
    kind: incident.kind,
    isMaterial: incident.severity !== 'trace',
    toldOf: ['retracted', 'corrected'].includes(notice.kind) ? incident.id : null,
  });
  const atOnce = audience.filter(({ frequency }) => frequency === 'immediate');
  const later = audience.filter(({ frequency }) => frequency !== 'immediate');
  await insertDeliveries(
    tx,
    atOnce.map(({ id }) => subscriberDelivery(message, id, newDeliveryId(content, 'mail'), notice.at)),
  );
  await insertDigestItems(
    tx,
    later.map(({ id }) => ({ subscriber_id: id, message_id: message.id, sent_at: null })),
  );
  return audience.length;
}
