import type { AccountContent } from '../../alerts/index.js';
import { DAY_MS, newId, plainLine } from '../../core/index.js';
import {
  type Db,
  findSubscriber,
  findSubscriberByKey,
  insertDeliveries,
  insertSubscriber,
  keepMessage,
  listWatches,
  markTokenUsed,
  replaceSubscriptions,
  type SubscribersTable,
  subscriptionsOf,
  updateSubscriber,
} from '../../store/index.js';
import type { JobContext } from '../context.js';
import { checkedChoice, type SubscriptionChoice, subscriptionRows } from './choice.js';
import { digestTimes } from './digest-times.js';
import { type EmailAddress, parseEmail } from './email-address.js';
import { mailId, sharedMessage, subscriberDelivery } from './mail-rows.js';
import { lookUpToken } from './tokens.js';

/** What somebody fills in to subscribe. */
export interface SubscriptionRequest extends SubscriptionChoice {
  readonly email: string;
}

const MAILS_A_DAY = 3;
const MOST_TITLES = 50;

/**
 * Sends a link to confirm with to a new address, and one to manage with to one that has subscribed. Nothing that the caller
 * sees tells which: each way reads the same and ends in one write. A paused address, and one that was written to three times
 * on this day of UTC, gets no mail.
 * @throws JobError when the address or the choice is none
 */
export async function requestSubscription(
  { store, clock }: Pick<JobContext, 'store' | 'clock'>,
  request: SubscriptionRequest,
): Promise<void> {
  const address = parseEmail(request.email);
  const choice = await checkedChoice(store.db, request);
  const now = clock.now();
  await store.transaction(async (tx) => {
    const known = await findSubscriberByKey(tx, address.key);
    const id = known?.id ?? newId();
    const before = known === null ? 0 : mailsOn(known, now);
    const isPending = known === null || known.status === 'pending';
    const getsMail = known?.status !== 'paused' && before < MAILS_A_DAY;
    const counted = { account_mail_at: now, account_mails: before + 1 };
    const { frequency, timezone } = choice;
    if (known === null)
      await insertSubscriber(tx, { ...newSubscriber(id, address, choice, now), ...counted });
    else
      await updateSubscriber(tx, id, {
        ...counted,
        ...(isPending && getsMail ? { frequency, timezone, created_at: now } : {}),
      });
    if (!getsMail) return;
    if (isPending) await replaceSubscriptions(tx, id, subscriptionRows(id, choice));
    const message = sharedMessage(await accountContent(tx, id, isPending ? 'confirm' : 'manage'), now);
    await keepMessage(tx, message);
    await insertDeliveries(tx, [subscriberDelivery(message, id, mailId('account'), now)]);
  });
}

/** A subscriber who has not confirmed. */
export function newSubscriber(
  id: string,
  { email, key }: EmailAddress,
  { frequency, timezone }: Pick<SubscriptionChoice, 'frequency' | 'timezone'>,
  now: number,
): SubscribersTable {
  return {
    id,
    email,
    email_key: key,
    status: 'pending',
    frequency,
    timezone,
    next_digest_at: null,
    bounces: 0,
    mail_returned: 0,
    paused_reason: null,
    created_at: now,
    confirmed_at: null,
    account_mail_at: null,
    account_mails: 0,
  };
}

function mailsOn({ account_mail_at, account_mails }: SubscribersTable, now: number): number {
  const isToday =
    account_mail_at !== null && Math.floor(account_mail_at / DAY_MS) === Math.floor(now / DAY_MS);
  return isToday ? account_mails : 0;
}

async function accountContent(
  db: Db,
  subscriberId: string,
  purpose: AccountContent['purpose'],
): Promise<AccountContent> {
  const titles = new Map((await listWatches(db)).map(({ id, title }) => [id, title]));
  const chosen = (await subscriptionsOf(db, subscriberId)).flatMap(({ watch_id }) => watch_id ?? []);
  const watches = chosen.slice(0, MOST_TITLES).map((id) => plainLine(titles.get(id) ?? id, 160));
  return { type: 'account', purpose, watches };
}

/**
 * The second half of the double opt-in: what was chosen takes effect. To follow the same link again changes nothing and is
 * fine as long as the subscription stands.
 */
export async function confirmSubscription(
  { store, clock }: JobContext,
  token: string,
): Promise<'confirmed' | 'invalid'> {
  const now = clock.now();
  return await store.transaction(async (tx) => {
    const found = await lookUpToken(tx, token, 'confirm', now);
    const subscriber = found === null ? null : await findSubscriber(tx, found.subscriberId);
    if (found === null || subscriber === null || subscriber.status === 'paused') return 'invalid';
    if (subscriber.status === 'active') return 'confirmed';
    await updateSubscriber(tx, subscriber.id, activated(subscriber, now));
    await markTokenUsed(tx, found.hash, now);
    return 'confirmed';
  });
}

/** What changes when a subscriber has confirmed. */
export function activated(
  { frequency, timezone }: Pick<SubscribersTable, 'frequency' | 'timezone'>,
  now: number,
): Pick<SubscribersTable, 'status' | 'confirmed_at' | 'next_digest_at'> {
  return { status: 'active', confirmed_at: now, next_digest_at: nextDigest(frequency, timezone, now) };
}

/** When the next digest is due; null for who hears at once. */
export function nextDigest(
  frequency: SubscribersTable['frequency'],
  timezone: string,
  now: number,
): number | null {
  return frequency === 'immediate' ? null : digestTimes(frequency, timezone, now).next;
}
