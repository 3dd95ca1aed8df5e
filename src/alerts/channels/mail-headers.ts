import type { SubscriberMail } from '../delivery.js';

/** One bare address: nothing in it may end a header or start a second recipient. */
const ADDRESS = /^[^\s<>()[\]\\,;:"@]+@[A-Za-z0-9.-]+$/;

export function isPlainAddress(text: string): boolean {
  return ADDRESS.test(text);
}

/** The domain of `a@b` or `Name <a@b>`. */
export function domainOf(from: string): string {
  return /@([A-Za-z0-9.-]+)>?\s*$/.exec(from)?.[1] ?? 'twinwatch.invalid';
}

/** What DKIM signs, of what a mail has: RFC 8058 asks for the two on unsubscribing. */
export const SIGNED_HEADERS: string = [
  'From',
  'To',
  'Subject',
  'Date',
  'Message-ID',
  'MIME-Version',
  'Content-Type',
  'List-Id',
  'List-Unsubscribe',
  'List-Unsubscribe-Post',
  'Auto-Submitted',
].join(':');

/** What tells a subscriber's mail program which list it is and how to leave it with one click (RFC 2919, RFC 8058). */
export function listHeaders({ content, links }: SubscriberMail, domain: string): Record<string, string> {
  const list = content.type === 'alert' ? content.watch.id.replace(/[^A-Za-z0-9-]/g, '') : content.type;
  const leave = links.unsubscribe === null ? null : headerUrl(links.unsubscribe);
  return {
    'List-Id': `<${list}.twinwatch.${domain}>`,
    ...(leave === null
      ? {}
      : { 'List-Unsubscribe': `<${leave}>`, 'List-Unsubscribe-Post': 'List-Unsubscribe=One-Click' }),
  };
}

/** A web address as a header may carry it; its parser has percent-encoded what could end the header. */
function headerUrl(text: string): string | null {
  const url = URL.canParse(text) ? new URL(text) : null;
  const isWeb = url?.protocol === 'https:' || url?.protocol === 'http:';
  return url !== null && isWeb && !/[<>,\s]/.test(url.href) ? url.href : null;
}
