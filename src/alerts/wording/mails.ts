import { utc } from '../../evidence/index.js';
import type { AccountContent, DigestContent } from '../content.js';
import type { MailLinks } from '../delivery.js';
import { atMost, count, plural } from './numbers.js';

/** A sentence at the foot of a mail, with the link that it speaks of. */
export interface FootLine {
  readonly text: string;
  readonly link: string | null;
}

/** How to stop, for an address that the operator put on a watch. `operator` is the From address. */
export function operatorFoot(operator: string): FootLine[] {
  return [
    {
      text: `The operator of this Twinwatch put your address on this watch. To stop, ask them: ${operator}.`,
      link: null,
    },
  ];
}

/** How to stop, for who subscribed. The links are secrets of this mail. */
export function subscriberFoot(links: MailLinks, operator: string): FootLine[] {
  const { unsubscribe, manage } = links;
  return [
    { text: `You subscribed to this Twinwatch, which is run by ${operator}.`, link: null },
    ...(unsubscribe === null ? [] : [{ text: 'To stop these mails, open:', link: unsubscribe }]),
    ...(manage === null ? [] : [{ text: 'To change what you get and how often, open:', link: manage }]),
    { text: 'These links are for you alone: do not pass them on with the mail.', link: null },
  ];
}

export const DIGEST_LABELS = {
  headlines: 'In short',
  earlier: 'Said earlier',
  falseAlarms: 'False alarms to expect',
} as const;

/** What a digest says around its messages. `incidents` is how many it tells of. */
export function digestWording(
  { since, until, items, omitted, watches }: DigestContent,
  incidents: number,
): {
  readonly headline: string;
  readonly lead: string;
  readonly omitted: string | null;
  readonly falseAlarms: string;
} {
  const messages = plural(items.length + omitted, 'message');
  return {
    headline: `Twinwatch digest: ${messages} about ${omitted === 0 ? '' : 'at least '}${plural(incidents, 'incident')}`,
    lead: `What happened from ${utc(since)} to ${utc(until)}. The newest state of each incident comes first.`,
    omitted:
      omitted === 0
        ? null
        : `${plural(omitted, 'more message')} found no room here. What they say stands with the incidents.`,
    falseAlarms: `All ${count(watches.count)} watches of this installation together could at most be expected to show ${atMost(watches.falseAlarms)} false alarms in their whole life.`,
  };
}

/** What a mail about a subscription says. */
export function accountWording({ purpose, watches }: AccountContent): {
  readonly headline: string;
  readonly asked: string;
  readonly todo: string;
  readonly otherwise: string;
} {
  const what = watches.length === 0 ? 'all watches of this Twinwatch.' : 'these watches of this Twinwatch:';
  if (purpose === 'confirm') {
    return {
      headline: 'Please confirm that you want mails from Twinwatch',
      asked: `Somebody, probably you, asked that this address gets mails about ${what}`,
      todo: 'To confirm, open this page',
      otherwise: 'If you did not ask for this, do nothing: nobody will write again.',
    };
  }
  return {
    headline: 'Your subscription to Twinwatch',
    asked: `Somebody, probably you, asked for the link to see and change what this address gets. At the moment: mails about ${what}`,
    todo: 'To see and change it, open this page',
    otherwise: 'If you did not ask for this, do nothing: nothing changes.',
  };
}
