import { describe, expect, it } from 'vitest';
import { type AlertContent, alertContent } from '../../src/alerts/index.js';
import { renderConsoleLine } from '../../src/alerts/render/console-line.js';
import { renderEmail } from '../../src/alerts/render/email.js';
import { renderWebhookPayload } from '../../src/alerts/render/webhook-payload.js';
import { atMost, chanceWording, oddsWording } from '../../src/alerts/wording/numbers.js';
import { exampleInput, hostileInput } from './example.js';
import { everyMessage, LINK } from './messages.js';

const OPERATOR = 'Twinwatch <alerts@watchdog.example>';
// Tabs and line feeds are taken out first where they may stand.
const UNSAFE = /[\p{Cc}\p{Bidi_Control}\u2028\u2029]/u;

function channels(content: AlertContent): Record<string, string> {
  const { subject, text, html } = renderEmail(content, OPERATOR);
  return mapped({
    console: renderConsoleLine(content),
    text: `${subject}\n${text}`,
    html: html
      .replaceAll(/<style>.*?<\/style>|<[^>]*>/gs, '')
      .replaceAll('&#39;', "'")
      .replaceAll('&quot;', '"'),
    webhook: Object.values(renderWebhookPayload(content).data.text)
      .concat(JSON.stringify(renderWebhookPayload(content)))
      .join('\n'),
  });
}

/** Without the invisible spaces that keep text from becoming a link. */
function mapped(messages: Record<string, string>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(messages).map(([channel, said]) => [channel, said.replaceAll('\u200b', '')]),
  );
}

const ACCUSING =
  /cheat|\blie[sd]?\b|\blying\b|decei|decept|fraud|fake|dishonest|mislead|manipulat|trick|scam|wrongdoing|guilt|blame|accus|caught|expose|rigged|secret|cover.?up|fool|pretend|bait/i;

describe.each(everyMessage(false))('$name', ({ kind, notice, content, said }) => {
  it('says in every channel what happened, how sure it is, what it does not mean, and whose words are whose', () => {
    for (const [channel, message] of Object.entries(channels(content))) {
      const has = (part: string) => expect(message, channel).toContain(part);
      has('Maverick on the arena');
      has('The model listed on the arena is the model that was released.');
      has(`Incident ${content.incident.id}, opened 2026-05-04 10:20 UTC.`);
      has('up to entry 1,234, whose hash is abab');
      has(LINK);
      has('Statement of “Vendor Inc”, unedited (given through the link sent to the vendor');
      if (said !== null) has(said);
      if (kind === 'divergence' || kind === 'drift') {
        has('at most 1 in 1,000 such watches would ever show this by chance');
        has('It is not an accusation.');
      } else if (kind === 'equivalence') {
        has('it expires');
        has('This does not prove that both sides are the same model.');
      } else {
        has('No statement about sameness follows from this');
        expect(message).not.toMatch(/by chance/);
      }
      expect(message.replaceAll('It is not an accusation.', ''), channel).not.toMatch(ACCUSING);
      if (notice === 'retracted') {
        has('Retracted: the earlier message should not have been sent, please do not rely on it');
        has('should not have been sent. Please do not rely on it');
      } else expect(message, channel).not.toMatch(/should not have been sent/);
    }
  });

  it('has the type, the verdict and whole texts for programs', () => {
    const { type, data } = renderWebhookPayload(content);
    expect(type).toBe(`incident.${notice}`);
    const verdicts = { divergence: 'different', equivalence: 'equivalent', unreadable: 'unreadable' };
    const verdict = verdicts[kind as keyof typeof verdicts] ?? null;
    expect(data.verdict).toBe(notice === 'retracted' ? null : verdict);
    expect(data.notice.text).toBe(said);
    expect(data.text.statement?.text ?? null).toBe(said);
  });
});

describe.each(everyMessage(true))('$name with hostile text', ({ content, said }) => {
  it('stays within bounds, on its line and in its quotes', () => {
    const line = renderConsoleLine(content);
    expect(line).not.toMatch(/[\n\p{Cc}\p{Bidi_Control}]/u);
    expect(line.length).toBeLessThanOrEqual(3000);
    const { subject, text, html } = renderEmail(content, OPERATOR);
    expect(subject).not.toMatch(/[\r\n]/);
    expect(text).not.toMatch(/^(Bcc:|First line|HOW SURE THIS IS\nNot at all\.\nx)/m);
    if (said !== null) expect(text).toContain('\n> HOW SURE THIS IS\n> Not at all.');
    for (const part of [text, html]) {
      const own = part.replaceAll(LINK, '').replace('alerts@watchdog.example', '');
      expect(own).not.toMatch(/:\/\/|www\.evil|@evil|@everyone/);
    }
    expect(html.match(/<style>/g)).toHaveLength(1);
    expect(html).not.toMatch(/<[^>]*\son[a-z]+=|<(script|img|iframe|b)\b/i);
    expect(Array.from(html.matchAll(/<a [^>]*href="([^"]*)"/g), (match) => match[1])).toEqual([LINK]);
  });
});

describe('what a message says', () => {
  it('has claim, finding, sureness, meaning and evidence in every channel', () => {
    for (const [channel, message] of Object.entries(channels(alertContent(exampleInput())))) {
      for (const part of [
        'Listed and released answers differ: Maverick on the arena',
        'The model listed on the arena is the model that was released.',
        'maverick-experimental',
        'api.vendor.example',
        'At least one difference is large.',
        'Listed answers are 2.9 times as long (median 410 words against 141).',
        'passed 1,000 to 1, at trial 29, and stands at 2,041 to 1 after 31 trials, leaving out 2 void ones',
        'at most 1 in 1,000 such watches would ever show this by chance',
        'The weights, the system prompt, the decoding settings, routing and post-processing can each be the cause',
        'It is not an accusation.',
        'ab'.repeat(32),
      ]) {
        expect(message, channel).toContain(part);
      }
    }
  });

  it('tells in mails how to stop, what the guarantee rests on, and which side has more', () => {
    const { text, html } = channels(alertContent(exampleInput()));
    for (const part of [text, html]) {
      expect(part).toContain('put your address on this watch. To stop, ask them:');
      expect(part).toContain('alerts@watchdog.example');
      expect(part).toContain('This holds as long as every answer was drawn afresh');
      expect(part).toContain(
        'The listed answer has more of it in 93\u00a0% of pairs (87\u00a0% to 97\u00a0%; ties count half).',
      );
      expect(part).toContain(
        'The released answer has more of it in 79\u00a0% of pairs (75\u00a0% to 85\u00a0%; ties count half).',
      );
      expect(part).toContain('“amazing” (12 against 0.2), “let’s” (6.1 against 0.5)');
    }
  });

  it('does not call a difference large when only a trace was found', () => {
    const input = exampleInput();
    const incident = { ...input.incident, severity: 'trace' } as const;
    const content = alertContent({ ...input, incident, report: { ...input.report, findings: [] } });
    const { subject, text } = renderEmail(content, OPERATOR);
    expect(text).toContain('no single difference is certain to be large');
    expect(`${subject}${text}`).not.toContain('At least one difference is large');
    expect(renderConsoleLine(content)).toContain(input.report.sentence);
  });

  it('rounds chance and odds to the careful side', () => {
    expect(chanceWording(0.001)).toContain('at most 1 in 1,000 ');
    expect(chanceWording(0.00001)).toContain('at most 1 in 100,000 ');
    expect(chanceWording(0.000608)).toContain('at most 1 in 1,644 ');
    expect(chanceWording(0.9)).toContain('at most 1 in 1 ');
    expect([3, 2.9999, 0, -2, 5, 6.99, 400].map(oddsWording)).toEqual([
      '1,000 to 1',
      '999 to 1',
      '1 to 1',
      'less than 1 to 1',
      '100,000 to 1',
      '10^6 to 1',
      '10^400 to 1',
    ]);
    expect([0, 0.0123, 0.012, 3, 12.1, 1999.5].map(atMost)).toEqual([
      '0',
      '0.013',
      '0.012',
      '3',
      '13',
      '2,000',
    ]);
  });
});

describe('hostile titles, names and answers', () => {
  const content = alertContent(hostileInput());

  it('are bounded, JSON-safe and free of control characters once, for all channels', () => {
    const json = JSON.stringify(content);
    expect(JSON.parse(json)).toEqual(content);
    expect(json.length).toBeLessThan(60_000);
    expect(content.report.findings).toHaveLength(8);
    expect(content.report.words).toHaveLength(12);
    expect(content.report.findings[0]?.examples).toHaveLength(2);
    expect(content.report.eValue).toBeNull();
    for (const [channel, message] of Object.entries(channels(content))) {
      expect(message.replaceAll(/[\n\t]/g, ''), channel).not.toMatch(UNSAFE);
      expect(message.isWellFormed(), channel).toBe(true);
    }
  });

  it('stay on one console line and in one subject', () => {
    expect(renderConsoleLine(content)).not.toContain('\n');
    expect(renderConsoleLine(content).length).toBeLessThanOrEqual(3000);
    expect(renderEmail(content, OPERATOR).subject).not.toMatch(/[\r\n]/);
  });

  it('can neither leave their quote in the text part nor become markup in the HTML part', () => {
    const { text, html } = renderEmail(content, OPERATOR);
    expect(text).not.toMatch(/^Bcc:/m);
    expect(text).toMatch(/^> Bcc:/m);
    const tags = new Set(Array.from(html.matchAll(/<\/?([a-z!][a-z0-9]*)/gi), (m) => m[1]?.toLowerCase()));
    const ours = [
      '!doctype',
      'html',
      'head',
      'meta',
      'title',
      'style',
      'body',
      'div',
      'p',
      'h1',
      'h2',
      'table',
    ];
    expect([...tags].sort()).toEqual([...ours, 'tr', 'td', 'ul', 'li', 'span', 'br'].sort());
    expect(html.match(/<style>/g)).toHaveLength(1);
    expect(html).not.toMatch(/<[^>]*\son[a-z]+=/i);
  });
});
