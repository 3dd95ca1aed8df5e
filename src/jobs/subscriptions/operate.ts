import { newId } from '../../core/index.js';
import {
  findSubscriberByKey,
  insertSubscriber,
  removeSubscriber,
  removeTokens,
  replaceSubscriptions,
  updateSubscriber,
} from '../../store/index.js';
import type { JobContext } from '../context.js';
import { checkedChoice, subscriptionRows } from './choice.js';
import { parseEmail } from './email-address.js';
import { activated, newSubscriber, type SubscriptionRequest } from './request.js';

/**
 * Subscribes an address whose owner agreed elsewhere, without a mail to confirm; whoever has subscribed gets this choice, and
 * a paused address is written to again.
 * @throws JobError when the address or the choice is none
 */
export async function addConfirmedSubscriber(
  { store, clock }: Pick<JobContext, 'store' | 'clock'>,
  request: SubscriptionRequest,
): Promise<void> {
  const address = parseEmail(request.email);
  const choice = await checkedChoice(store.db, request);
  const now = clock.now();
  await store.transaction(async (tx) => {
    const known = await findSubscriberByKey(tx, address.key);
    const id = known?.id ?? newId();
    if (known === null) await insertSubscriber(tx, newSubscriber(id, address, choice, now));
    const { frequency, timezone } = choice;
    const fresh = { frequency, timezone, bounces: 0, mail_returned: 0, paused_reason: null };
    await updateSubscriber(tx, id, { ...fresh, ...activated(choice, now) });
    await replaceSubscriptions(tx, id, subscriptionRows(id, choice));
  });
}

/** Forgets an address and its links. False when nobody subscribed with it. @throws JobError when it is no address */
export async function forgetSubscriber(
  { store }: Pick<JobContext, 'store'>,
  email: string,
): Promise<boolean> {
  const { key } = parseEmail(email);
  return await store.transaction(async (tx) => {
    const known = await findSubscriberByKey(tx, key);
    if (known === null) return false;
    await removeSubscriber(tx, known.id);
    await removeTokens(tx, known.id, ['confirm', 'manage']);
    return true;
  });
}
