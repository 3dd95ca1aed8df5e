import { describe, expect, it } from 'vitest';
import { type AlertContent, alertContent } from '../../src/alerts/index.js';
import { renderConsoleLine } from '../../src/alerts/render/console-line.js';
import { renderEmail } from '../../src/alerts/render/email.js';
import { renderWebhookPayload } from '../../src/alerts/render/webhook-payload.js';
import { chanceWording, oddsWording } from '../../src/alerts/wording.js';
import { exampleInput, hostileInput } from './example.js';

const OPERATOR = 'Twinwatch <alerts@watchdog.example>';
// Tabs and line feeds are taken out first where they may stand.
const UNSAFE = /[\p{Cc}\p{Bidi_Control}\u2028\u2029]/u;

function everyMessage(content: AlertContent): Record<string, string> {
  const { subject, text, html } = renderEmail(content, OPERATOR);
  return {
    console: renderConsoleLine(content),
    text: `${subject}\n${text}`,
    html: html
      .replaceAll(/<style>.*?<\/style>|<[^>]*>/gs, '')
      .replaceAll('&#39;', "'")
      .replaceAll('&quot;', '"'),
    webhook: Object.values(renderWebhookPayload(content).data.text)
      .concat(JSON.stringify(renderWebhookPayload(content)))
      .join('\n'),
  };
}

describe('what a message says', () => {
  it('has claim, finding, sureness, meaning and evidence in every channel', () => {
    for (const [channel, message] of Object.entries(everyMessage(alertContent(exampleInput())))) {
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
    const { text, html } = everyMessage(alertContent(exampleInput()));
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
    const content = alertContent({ ...input, report: { ...input.report, severity: 'trace', findings: [] } });
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
    for (const [channel, message] of Object.entries(everyMessage(content))) {
      expect(message.replaceAll(/[\n\t]/g, ''), channel).not.toMatch(UNSAFE);
      expect(message.isWellFormed(), channel).toBe(true);
    }
  });

  it('stay on one console line and in one subject', () => {
    expect(renderConsoleLine(content)).not.toContain('\n');
    expect(renderConsoleLine(content).length).toBeLessThanOrEqual(2400);
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
