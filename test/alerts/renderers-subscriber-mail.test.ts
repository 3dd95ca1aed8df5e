import { describe, expect, it } from 'vitest';
import type {
  AccountContent,
  DigestContent,
  MessageContent,
  SubscriberMail,
} from '../../src/alerts/index.js';
import { renderSubscriberMail } from '../../src/alerts/render/subscriber-mail.js';
import { OPENED_AT } from './example.js';
import { LINK, message, NOTICES, TRICK } from './messages.js';

const OPERATOR = 'Twinwatch <alerts@watchdog.example>';
const UNSUBSCRIBE = 'https://watch.example/unsubscribe?token=aaa&from=mail';
const MANAGE = 'https://watch.example/subscription?token=bbb';
const CONFIRM = 'https://watch.example/confirm?token=ccc';

function mail(content: MessageContent, links: Partial<SubscriberMail['links']> = {}) {
  const all = { unsubscribe: UNSUBSCRIBE, manage: MANAGE, confirm: null, ...links };
  return renderSubscriberMail({ id: 'm-1', to: 'ann@reader.example', content, links: all }, OPERATOR);
}

function digest(hostile: boolean, some: Partial<DigestContent> = {}): DigestContent {
  const items = [
    message('divergence', 'opened', hostile).content,
    other(message('drift', 'opened', hostile).content),
    message('divergence', 'replied', hostile).content,
    other(message('drift', 'retracted', hostile).content),
  ];
  const watches = { count: 12, falseAlarms: 0.0123 };
  const since = OPENED_AT - 86_400_000;
  return { type: 'digest', since, until: OPENED_AT, items, omitted: 0, watches, ...some };
}

function other<T extends { readonly incident: object }>(content: T): T {
  return { ...content, incident: { ...content.incident, id: 'maverick-1-drift-1' } };
}

function account(purpose: AccountContent['purpose'], watches: readonly string[]): AccountContent {
  return { type: 'account', purpose, watches };
}

/** The words of an HTML part. */
function wordsOf(html: string): string {
  const text = html.replaceAll(/<style>.*?<\/style>|<title>.*?<\/title>|<[^>]*>/gs, ' ');
  return text.replaceAll('&#39;', "'").replaceAll('&quot;', '"').replaceAll('&amp;', '&');
}

function plain(text: string): string {
  return text.replaceAll('\u200b', '').replaceAll(/\s+/g, ' ');
}

function hrefs(html: string): (string | undefined)[] {
  return Array.from(html.matchAll(/href="([^"]*)"/g), (match) => match[1]?.replaceAll('&amp;', '&'));
}

describe('a message to a subscriber', () => {
  it.each(NOTICES)('says how to stop and to change in both parts, and asks no operator: %s', (notice) => {
    const { text, html } = mail(message('divergence', notice).content);
    for (const part of [plain(text), plain(wordsOf(html))]) {
      expect(part).toContain(`To stop these mails, open: ${UNSUBSCRIBE}`);
      expect(part).toContain(`To change what you get and how often, open: ${MANAGE}`);
      expect(part).toContain('alerts@watchdog.example');
      expect(part).not.toContain('put your address on this watch');
      expect(part).toContain('at most 1 in 1,000 such watches');
    }
    expect(hrefs(html)).toEqual([LINK, UNSUBSCRIBE, MANAGE]);
  });

  it('has no line for a link that there is none of', () => {
    const { text, html } = mail(message('drift', 'opened').content, { unsubscribe: null, manage: null });
    expect(text).not.toMatch(/To stop these|To change/);
    expect(hrefs(html)).toEqual([LINK]);
  });
});

describe('a digest', () => {
  const { subject, text, html } = mail(digest(false));

  it('has one section for each incident with its newest state, the newest first, under a list of headlines', () => {
    expect(subject).toBe('Twinwatch digest: 4 messages about 2 incidents');
    for (const part of [plain(text), plain(wordsOf(html))]) {
      const order = [
        'What happened from 2026-05-03 10:20 UTC to 2026-05-04 10:20 UTC.',
        'In short',
        'Retracted: the earlier message should not have been sent',
        'Reply received: Listed and released answers differ: Maverick on the arena',
        'Please do not rely on it, and tell those',
        'Said earlier',
        '2026-05-04 11:20 UTC: Listed answers differ from their own earlier ones',
        'Words of replied.',
        'at most 1 in 1,000 such watches would ever show this by chance',
        '2026-05-04 11:20 UTC: Listed and released answers differ',
        'What it does not mean',
        'It is not an accusation.',
        'All 12 watches of this installation together could at most be expected to show 0.013 false alarms in their whole life.',
        UNSUBSCRIBE,
      ];
      let at = 0;
      for (const one of order) {
        const found = part.toLowerCase().indexOf(one.toLowerCase(), at);
        expect(found, one).toBeGreaterThanOrEqual(at);
        at = found;
      }
      expect(part.split('Claim under test')).toHaveLength(3);
    }
    expect(hrefs(html)).toEqual([LINK, LINK, UNSUBSCRIBE, MANAGE]);
  });

  it('counts what found no room, and may be empty of it', () => {
    expect(text).not.toContain('no room');
    expect(mail(digest(false, { omitted: 3 })).subject).toBe(
      'Twinwatch digest: 7 messages about at least 2 incidents',
    );
    expect(mail(digest(false, { omitted: 3 })).text).toContain('3 more messages found no room here.');
  });

  it('stays small, and lets no text from outside become markup, a link or its own words', () => {
    const items = Array.from({ length: 50 }, (_, i) => {
      const { content } = message('divergence', 'replied', true);
      return { ...content, incident: { ...content.incident, id: `w-${i}` } };
    });
    const large = mail(digest(true, { items }));
    expect(large.html.length).toBeLessThan(1_000_000);
    for (const { text: said, html: page } of [large, mail(digest(true))]) {
      const own = [UNSUBSCRIBE, MANAGE, LINK].reduce((rest, link) => rest.replaceAll(link, ''), said);
      expect(own).not.toMatch(/:\/\/|www\.evil|@evil|^(Bcc:|First line|HOW SURE)/m);
      expect(page).not.toMatch(/<[^>]*\son[a-z]+=|<(script|img|iframe|b)\b/i);
      expect(new Set(hrefs(page))).toEqual(new Set([LINK, UNSUBSCRIBE, MANAGE]));
    }
  });
});

describe('a mail about a subscription', () => {
  it('asks to confirm what was asked for, or to do nothing', () => {
    const { subject, text, html } = mail(account('confirm', ['Maverick', `x ${TRICK}`]), {
      confirm: CONFIRM,
      unsubscribe: null,
      manage: null,
    });
    expect(subject).toBe('Please confirm that you want mails from Twinwatch');
    for (const part of [plain(text), plain(wordsOf(html))]) {
      expect(part).toContain('asked that this address gets mails about these watches of this Twinwatch:');
      expect(part).toContain('Maverick');
      expect(part).toContain(`To confirm, open this page: ${CONFIRM}`);
      expect(part).toContain('If you did not ask for this, do nothing: nobody will write again.');
    }
    expect(hrefs(html)).toEqual([CONFIRM]);
    expect(text.replaceAll(CONFIRM, '')).not.toMatch(/:\/\/|www\.evil|^(Bcc:|First line)/m);
  });

  it('gives the link to manage it', () => {
    const { text, html } = mail(account('manage', []), { unsubscribe: null });
    expect(text).toContain('mails about all watches of this Twinwatch.');
    expect(text).toContain(`To see and change it, open this page:\n${MANAGE}`);
    expect(text).toContain('If you did not ask for this, do nothing: nothing changes.');
    expect(hrefs(html)).toEqual([MANAGE]);
  });
});
