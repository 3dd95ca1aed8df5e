import type { Db, Tx } from '../database.js';
import type { DeliveriesTable } from '../tables/deliveries.js';
import type { DigestItemsTable } from '../tables/digest-items.js';
import type { MessagesTable } from '../tables/messages.js';
import type { SubscribersTable } from '../tables/subscribers.js';

const ROWS_AT_ONCE = 500;

/** Writes a message that several mails may share, unless it is there. */
export async function keepMessage(tx: Tx, message: MessagesTable): Promise<void> {
  await tx
    .insertInto('messages')
    .values(message)
    .onConflict((c) => c.column('id').doNothing())
    .execute();
}

/** Puts deliveries of messages that are there into the outbox. */
export async function insertDeliveries(tx: Tx, deliveries: readonly DeliveriesTable[]): Promise<void> {
  for (let i = 0; i < deliveries.length; i += ROWS_AT_ONCE)
    await tx
      .insertInto('deliveries')
      .values(deliveries.slice(i, i + ROWS_AT_ONCE))
      .execute();
}

/** Notes that a mail came back that its server had taken. The subscriber's id; null when it is unknown or was noted before. */
export async function markReturned(tx: Tx, deliveryId: string, reason: string): Promise<string | null> {
  const row = await tx
    .updateTable('deliveries')
    .set({ status: 'rejected', last_error: reason })
    .where('id', '=', deliveryId)
    .where('subscriber_id', 'is not', null)
    .where('status', '=', 'sent')
    .returning('subscriber_id')
    .executeTakeFirst();
  return row?.subscriber_id ?? null;
}

/** Whose mail this delivery was, or null. */
export async function subscriberOfDelivery(db: Db, deliveryId: string): Promise<string | null> {
  const row = await db
    .selectFrom('deliveries')
    .select('subscriber_id')
    .where('id', '=', deliveryId)
    .executeTakeFirst();
  return row?.subscriber_id ?? null;
}

/** Lets a message wait for the next digest of these subscribers. */
export async function insertDigestItems(tx: Tx, items: readonly DigestItemsTable[]): Promise<void> {
  for (let i = 0; i < items.length; i += ROWS_AT_ONCE)
    await tx
      .insertInto('digest_items')
      .values(items.slice(i, i + ROWS_AT_ONCE))
      .execute();
}

/** Active subscribers whose digest is due at `now`, the longest waiting first. */
export async function dueForDigest(db: Db, now: number, limit: number): Promise<SubscribersTable[]> {
  return await db
    .selectFrom('subscribers')
    .selectAll()
    .where('status', '=', 'active')
    .where('next_digest_at', '<=', now)
    .orderBy('next_digest_at')
    .orderBy('id')
    .limit(limit)
    .execute();
}

/** The ids of the messages that wait for a subscriber's digest and were made before `until`, the oldest first. */
export async function waitingItems(db: Db, subscriberId: string, until: number): Promise<string[]> {
  const rows = await db
    .selectFrom('digest_items')
    .innerJoin('messages', 'messages.id', 'digest_items.message_id')
    .select('digest_items.message_id')
    .where('digest_items.subscriber_id', '=', subscriberId)
    .where('digest_items.sent_at', 'is', null)
    .where('messages.created_at', '<', until)
    .orderBy('messages.created_at')
    .orderBy('messages.id')
    .execute();
  return rows.map((row) => row.message_id);
}

/** What messages say, in the order of their ids. */
export async function contentsOf(db: Db, messageIds: readonly string[]): Promise<string[]> {
  if (messageIds.length === 0) return [];
  const rows = await db
    .selectFrom('messages')
    .select(['id', 'content'])
    .where('id', 'in', messageIds)
    .execute();
  const byId = new Map(rows.map((row) => [row.id, row.content]));
  return messageIds.flatMap((id) => byId.get(id) ?? []);
}

/** Remembers that a digest told a subscriber what was waiting. */
export async function markItemsSent(tx: Tx, subscriberId: string, until: number, at: number): Promise<void> {
  await tx
    .updateTable('digest_items')
    .set({ sent_at: at })
    .where('subscriber_id', '=', subscriberId)
    .where('sent_at', 'is', null)
    .where('message_id', 'in', (eb) => eb.selectFrom('messages').select('id').where('created_at', '<', until))
    .execute();
}
