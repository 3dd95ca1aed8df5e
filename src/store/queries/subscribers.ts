import type { Db, Tx } from '../database.js';
import type { SubscribersTable } from '../tables/subscribers.js';
import type { SubscriptionsTable } from '../tables/subscriptions.js';

export async function findSubscriber(db: Db, id: string): Promise<SubscribersTable | null> {
  const row = await db.selectFrom('subscribers').selectAll().where('id', '=', id).executeTakeFirst();
  return row ?? null;
}

/** The subscriber with this `email_key`. */
export async function findSubscriberByKey(db: Db, key: string): Promise<SubscribersTable | null> {
  const row = await db.selectFrom('subscribers').selectAll().where('email_key', '=', key).executeTakeFirst();
  return row ?? null;
}

/** All subscribers, the oldest first. */
export async function listSubscribers(db: Db): Promise<SubscribersTable[]> {
  return await db.selectFrom('subscribers').selectAll().orderBy('created_at').orderBy('id').execute();
}

/** What subscribers chose: of one, or of all. */
export async function subscriptionsOf(
  db: Db,
  subscriberId: string | null = null,
): Promise<SubscriptionsTable[]> {
  return await db
    .selectFrom('subscriptions')
    .selectAll()
    .$if(subscriberId !== null, (query) => query.where('subscriber_id', '=', subscriberId ?? ''))
    .orderBy('subscriber_id')
    .orderBy('watch_id')
    .execute();
}

export async function insertSubscriber(tx: Tx, subscriber: SubscribersTable): Promise<void> {
  await tx.insertInto('subscribers').values(subscriber).execute();
}

export async function updateSubscriber(
  db: Db,
  id: string,
  change: Partial<Omit<SubscribersTable, 'id' | 'email' | 'email_key'>>,
): Promise<void> {
  await db.updateTable('subscribers').set(change).where('id', '=', id).execute();
}

/** Adds a bounce. `isReturned`: by a mail that came back later. Returns how many there are in a row. */
export async function addBounce(tx: Tx, id: string, isReturned: boolean): Promise<number> {
  const row = await tx
    .updateTable('subscribers')
    .set((eb) => ({ bounces: eb('bounces', '+', 1), ...(isReturned ? { mail_returned: 1 } : {}) }))
    .where('id', '=', id)
    .returning('bounces')
    .executeTakeFirst();
  return row?.bounces ?? 0;
}

/**
 * Notes that a server took a mail: the row of bounces ends. Not where a mail came back since the one before: that a server
 * takes mail says little when it returns it later.
 */
export async function clearBounces(db: Db, id: string): Promise<void> {
  await db
    .updateTable('subscribers')
    .set((eb) => ({
      bounces: eb.case().when('mail_returned', '=', 1).then(eb.ref('bounces')).else(0).end(),
      mail_returned: 0,
    }))
    .where('id', '=', id)
    .where('bounces', '>', 0)
    .execute();
}

/** Replaces what a subscriber chose. */
export async function replaceSubscriptions(
  tx: Tx,
  subscriberId: string,
  rows: readonly SubscriptionsTable[],
): Promise<void> {
  await tx.deleteFrom('subscriptions').where('subscriber_id', '=', subscriberId).execute();
  if (rows.length > 0) await tx.insertInto('subscriptions').values(rows).execute();
}

/** Forgets a subscriber, with what they chose and what waits for their digest. */
export async function removeSubscriber(db: Db, id: string): Promise<void> {
  await db.deleteFrom('subscribers').where('id', '=', id).execute();
}

/** Forgets addresses that were typed in before `before` and never confirmed. Returns how many. */
export async function removeUnconfirmed(db: Db, before: number): Promise<number> {
  const result = await db
    .deleteFrom('subscribers')
    .where('status', '=', 'pending')
    .where('created_at', '<', before)
    .executeTakeFirst();
  return Number(result.numDeletedRows);
}

/** Which subscribers a message is for. */
export interface Audience {
  readonly watchId: string;
  readonly kind: string;
  /** Also those who want to hear of large differences alone. */
  readonly isMaterial: boolean;
  /** Also everybody who was told of this incident, or is about to be; null: only those who chose it. */
  readonly toldOf: string | null;
}

/** The active subscribers that a message is for, each once, by id. */
export async function audienceOf(
  db: Db,
  { watchId, kind, isMaterial, toldOf }: Audience,
): Promise<Pick<SubscribersTable, 'id' | 'frequency'>[]> {
  const chosen = db
    .selectFrom('subscriptions')
    .select('subscriber_id')
    .where((eb) => eb.or([eb('watch_id', 'is', null), eb('watch_id', '=', watchId)]))
    // A JSON array of plain names: the quotes keep a name from being found in another.
    .where('kinds', 'like', `%"${kind}"%`)
    .$if(!isMaterial, (query) => query.where('min_severity', '!=', 'material'));
  const incident = toldOf ?? '';
  const inMails = db
    .selectFrom('deliveries')
    .select('subscriber_id')
    .where('incident_id', '=', incident)
    .where('subscriber_id', 'is not', null);
  const inDigests = db
    .selectFrom('digest_items')
    .innerJoin('messages', 'messages.id', 'digest_items.message_id')
    .select('digest_items.subscriber_id')
    .where('messages.incident_id', '=', incident);
  return await db
    .selectFrom('subscribers')
    .select(['id', 'frequency'])
    .where('status', '=', 'active')
    .where((eb) =>
      eb.or([
        eb('id', 'in', chosen),
        ...(toldOf === null ? [] : [eb('id', 'in', inMails), eb('id', 'in', inDigests)]),
      ]),
    )
    .orderBy('id')
    .execute();
}
