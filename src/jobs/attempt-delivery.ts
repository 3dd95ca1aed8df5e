import type { AlertContent, Delivery, MessageContent, Sender, SendResult } from '../alerts/index.js';
import { type DueDelivery, dueDeliveries, messageContents, postponeDeliveries } from '../store/index.js';
import type { JobContext } from './context.js';
import { type MailAddress, mailFor } from './subscriptions/mail.js';

/** A delivery that is about to be tried. */
export interface ClaimedDelivery {
  readonly due: DueDelivery;
  readonly content: MessageContent;
  /** Of a mail to a subscriber; null: it must not go any more. */
  readonly address: MailAddress | null;
}

/**
 * The next deliveries of a lane that may be tried at `now`, none that is in `busy`. What waits for an earlier message
 * is moved behind it.
 */
export async function claimDeliveries(
  context: JobContext,
  lane: string,
  now: number,
  busy: ReadonlySet<string>,
  limit: number,
): Promise<ClaimedDelivery[]> {
  const { store } = context;
  for (;;) {
    const page = await dueDeliveries(store.db, lane, now, limit + busy.size);
    const late = page.filter((due) => due.held_until !== null && due.held_until > due.next_attempt_at);
    if (late.length > 0) await store.transaction((tx) => postponeDeliveries(tx, late));
    const free = page.filter(({ id, held_until }) => held_until === null && !busy.has(id)).slice(0, limit);
    if (free.length > 0) return await prepared(context, free);
    if (late.length === 0) return [];
  }
}

async function prepared(context: JobContext, page: readonly DueDelivery[]): Promise<ClaimedDelivery[]> {
  const texts = await messageContents(context.store.db, [...new Set(page.map((due) => due.message_id))]);
  const contents = new Map([...texts].map(([id, text]) => [id, JSON.parse(text) as MessageContent]));
  // At once, so that they share a commit.
  const claimed = await Promise.all(
    page.map(async (due): Promise<ClaimedDelivery[]> => {
      const content = contents.get(due.message_id);
      if (content === undefined) return [];
      const { subscriber_id: id } = due;
      return [{ due, content, address: id === null ? null : await mailFor(context, id, content) }];
    }),
  );
  return claimed.flat();
}

/** Makes one attempt. Never rejects. */
export async function attemptDelivery(
  sender: Sender,
  { due, content, address }: ClaimedDelivery,
  signal: AbortSignal,
): Promise<SendResult> {
  if (due.subscriber_id !== null) {
    if (address === null) return { kind: 'rejected', reason: 'not subscribed any more' };
    return await sender.mail({ id: due.id, content, ...address }, signal);
  }
  const target = JSON.parse(due.target) as Delivery['target'];
  return await sender.send({ id: due.id, target, content: content as AlertContent }, signal);
}
