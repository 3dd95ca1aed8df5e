import type { MailLinks, MessageContent, SendResult } from '../../alerts/index.js';
import {
  addBounce,
  clearBounces,
  findSubscriber,
  type SubscribersTable,
  type Tx,
  updateSubscriber,
} from '../../store/index.js';
import type { JobContext } from '../context.js';
import { issueTokens } from './tokens.js';

const MOST_BOUNCES = 3;
const noLinks: MailLinks = { unsubscribe: null, manage: null, confirm: null };

/** To whom a mail goes, with links of its own. */
export interface MailAddress {
  readonly to: string;
  readonly links: MailLinks;
}

/**
 * Addresses a mail when there is something to send. Null: it must not go any more, because the subscriber has left, is paused
 * or has not confirmed, or because there is nothing left to confirm. Without a public URL there are no links.
 */
export async function mailFor(
  { store, clock, publicUrl }: JobContext,
  subscriberId: string,
  content: MessageContent,
): Promise<MailAddress | null> {
  const isConfirmation = content.type === 'account' && content.purpose === 'confirm';
  const wanted = isConfirmation ? 'pending' : 'active';
  return await store.transaction(async (tx) => {
    const subscriber = await findSubscriber(tx, subscriberId);
    if (subscriber?.status !== wanted) return null;
    const links = publicUrl === null ? noLinks : await newLinks(tx, publicUrl, subscriber, clock.now());
    return { to: subscriber.email, links };
  });
}

async function newLinks(
  tx: Tx,
  publicUrl: string,
  { id, status }: SubscribersTable,
  now: number,
): Promise<MailLinks> {
  const purposes = ['unsubscribe', status === 'pending' ? 'confirm' : 'manage'] as const;
  const tokens = await issueTokens(tx, id, purposes, now);
  const link = (purpose: keyof MailLinks): string | null => {
    const token = tokens.get(purpose);
    return token === undefined ? null : `${publicUrl}/${purpose}/${token}`;
  };
  return { unsubscribe: link('unsubscribe'), manage: link('manage'), confirm: link('confirm') };
}

/** Notes what became of a mail: the third refusal in a row pauses the address. */
export async function noteMailResult(
  { store }: JobContext,
  subscriberId: string,
  result: SendResult,
): Promise<void> {
  if (result.kind === 'sent') await clearBounces(store.db, subscriberId);
  if (result.kind === 'rejected') await store.transaction((tx) => countBounce(tx, subscriberId, false));
}

/** One more hard bounce. `isReturned`: of a mail that a server had taken. */
export async function countBounce(tx: Tx, subscriberId: string, isReturned: boolean): Promise<void> {
  if ((await addBounce(tx, subscriberId, isReturned)) < MOST_BOUNCES) return;
  await pause(tx, subscriberId, `${MOST_BOUNCES} mails in a row were refused`);
}

/** Sends a subscriber nothing more. */
export async function pause(tx: Tx, subscriberId: string, reason: string): Promise<void> {
  await updateSubscriber(tx, subscriberId, { status: 'paused', paused_reason: reason });
}
