import type { IncidentKind } from '../../alerts/index.js';
import type { Severity } from '../../fingerprint/index.js';
import {
  type Db,
  type Frequency,
  findSubscriber,
  markTokenUsed,
  removeSubscriber,
  removeTokens,
  replaceSubscriptions,
  type SubscribersTable,
  subscriptionsOf,
  updateSubscriber,
} from '../../store/index.js';
import type { JobContext } from '../context.js';
import { checkedChoice, type SubscriptionChoice, subscriptionRows } from './choice.js';
import { nextDigest } from './request.js';
import { lookUpToken } from './tokens.js';

/** A subscription as its owner sees it. */
export interface OpenedSubscription {
  readonly email: string;
  readonly frequency: Frequency;
  readonly timezone: string;
  readonly subscriptions: readonly {
    /** Null: all watches. */
    readonly watchId: string | null;
    readonly kinds: readonly IncidentKind[];
    readonly minSeverity: Severity;
  }[];
}

/** What the owner of a link to manage has chosen; null when the link is none, or not any more. */
export async function openSubscription(
  { store, clock }: JobContext,
  token: string,
): Promise<OpenedSubscription | null> {
  const subscriber = await owner(store.db, token, clock.now());
  if (subscriber === null) return null;
  const { id, email, frequency, timezone } = subscriber;
  const rows = await subscriptionsOf(store.db, id);
  const subscriptions = rows.map((row) => ({
    watchId: row.watch_id,
    kinds: JSON.parse(row.kinds) as IncidentKind[],
    minSeverity: row.min_severity as Severity,
  }));
  return { email, frequency, timezone, subscriptions };
}

/** Replaces what the owner of a link to manage has chosen. @throws JobError when the choice is none */
export async function changeSubscription(
  { store, clock }: JobContext,
  token: string,
  change: SubscriptionChoice,
): Promise<'done' | 'invalid'> {
  const choice = await checkedChoice(store.db, change);
  const now = clock.now();
  return await store.transaction(async (tx) => {
    const subscriber = await owner(tx, token, now);
    if (subscriber === null) return 'invalid';
    const { frequency, timezone } = choice;
    await updateSubscriber(tx, subscriber.id, {
      frequency,
      timezone,
      // What waits for a digest still comes in one when somebody wants to hear at once from now on.
      next_digest_at: nextDigest(frequency, timezone, now) ?? subscriber.next_digest_at,
    });
    await replaceSubscriptions(tx, subscriber.id, subscriptionRows(subscriber.id, choice));
    return 'done';
  });
}

async function owner(db: Db, token: string, now: number): Promise<SubscribersTable | null> {
  const found = await lookUpToken(db, token, 'manage', now);
  const subscriber = found === null ? null : await findSubscriber(db, found.subscriberId);
  return subscriber?.status === 'active' ? subscriber : null;
}

/** Forgets the subscriber and the address. The same link says `done` again: mail programs follow it twice. */
export async function unsubscribe({ store, clock }: JobContext, token: string): Promise<'done' | 'invalid'> {
  const now = clock.now();
  return await store.transaction(async (tx) => {
    const found = await lookUpToken(tx, token, 'unsubscribe', now);
    if (found === null) return 'invalid';
    if (!found.isUsed) await markTokenUsed(tx, found.hash, now);
    await removeSubscriber(tx, found.subscriberId);
    await removeTokens(tx, found.subscriberId, ['confirm', 'manage']);
    return 'done';
  });
}
