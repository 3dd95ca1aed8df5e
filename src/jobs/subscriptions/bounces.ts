import type { Readable } from 'node:stream';
import { markReturned, subscriberOfDelivery } from '../../store/index.js';
import type { JobContext } from '../context.js';
import { countBounce, pause } from './mail.js';

/** What a message that came in turned out to be. */
export type BounceKind = 'bounce' | 'complaint' | 'none';

/** A report on one of our mails. */
interface MailReport {
  readonly kind: 'bounce' | 'complaint';
  /** The id of the delivery, from the Message-ID in the returned part. */
  readonly delivery: string;
  readonly reason: string;
}

/**
 * Reads a message that came to the sender's address: a delivery status notification (RFC 3464) with a permanent failure is a
 * bounce, an abuse report (RFC 5965) a complaint, which pauses the address at once. It counts when it returns a Message-ID of
 * ours, which only the receiver knows; the same mail counts once. Everything else is `none`.
 */
export async function noteBounceMessage(
  { store }: Pick<JobContext, 'store'>,
  raw: Buffer | Readable,
): Promise<BounceKind> {
  const report = await readReport(raw);
  if (report === null) return 'none';
  const { kind, delivery, reason } = report;
  return await store.transaction(async (tx) => {
    const isNew = await markReturned(tx, delivery, reason);
    const subscriber = isNew ?? (await subscriberOfDelivery(tx, delivery));
    if (subscriber === null) return 'none';
    if (kind === 'complaint') await pause(tx, subscriber, 'a mail was reported as unwanted');
    else if (isNew !== null) await countBounce(tx, subscriber, true);
    return kind;
  });
}

async function readReport(raw: Buffer | Readable): Promise<MailReport | null> {
  const { simpleParser } = await import('mailparser');
  const mail = await simpleParser(raw, {
    keepDeliveryStatus: true,
    skipHtmlToText: true,
    skipTextToHtml: true,
    skipImageLinks: true,
  });
  const part = (...types: readonly string[]): string | null =>
    mail.attachments.find(({ contentType }) => types.includes(contentType))?.content.toString('utf8') ?? null;
  const returned = part('message/rfc822', 'text/rfc822-headers', 'message/global', 'message/global-headers');
  const delivery = returned === null ? null : deliveryOf(returned);
  if (delivery === null) return null;
  const status = part('message/delivery-status', 'message/global-delivery-status');
  const failure = status === null ? null : permanentFailure(status);
  if (failure !== null) return { kind: 'bounce', delivery, reason: `came back: ${failure}` };
  const feedback = part('message/feedback-report');
  // An ARF report may also say that a mail is no spam, or that a signature failed.
  const isComplaint = feedback !== null && /^feedback-type:\s*(abuse|fraud|opt-out)\b/im.test(feedback);
  return isComplaint ? { kind: 'complaint', delivery, reason: 'reported as unwanted' } : null;
}

/** The status code of the first recipient that failed for good. */
function permanentFailure(status: string): string | null {
  const groups = status.split(/\r?\n[ \t]*\r?\n/);
  const failed = groups.find((group) => /^action:\s*failed\b/im.test(group));
  return /^status:\s*(5\.\d{1,3}\.\d{1,3})\b/im.exec(failed ?? '')?.[1] ?? null;
}

/** The id in the Message-ID among the headers of a mail; a long header may be folded. */
function deliveryOf(message: string): string | null {
  const headers = (message.split(/\r?\n\r?\n/, 1)[0] ?? '').replaceAll(/\r?\n[ \t]+/g, ' ');
  return /^message-id:\s*<([A-Za-z0-9_-]{1,300})@[^>\s]+>/im.exec(headers)?.[1] ?? null;
}
