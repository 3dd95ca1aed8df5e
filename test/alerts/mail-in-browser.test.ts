import { type Browser, chromium, type Page } from 'playwright';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findBrowser } from '../../scripts/ensure-browser.mjs';
import { type AlertContentInput, alertContent } from '../../src/alerts/index.js';
import { renderEmail } from '../../src/alerts/render/email.js';
import { renderSubscriberMail } from '../../src/alerts/render/subscriber-mail.js';
import { exampleInput, HOSTILE, hostileInput } from './example.js';
import { everyMessage, LINK } from './messages.js';

// Text, not a function: it runs in the page, whose globals this program's types don't have. The lowest
// contrast (WCAG 2) of any text against the nearest background behind it.
const LOWEST_CONTRAST = `(() => {
  const channels = (color) => (color.match(/[\\d.]+/g) ?? []).map(Number);
  const luminance = (color) => {
    const [r, g, b] = channels(color).map((v) => {
      const c = v / 255;
      return c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const background = (element) => {
    if (element === null) return 'rgb(255, 255, 255)';
    const own = getComputedStyle(element).backgroundColor;
    return channels(own)[3] === 0 ? background(element.parentElement) : own;
  };
  const contrasts = Array.from(document.querySelectorAll('body *'))
    .filter((element) => Array.from(element.childNodes).some((n) => n.nodeType === 3 && n.data.trim()))
    .map((element) => {
      const [a, b] = [luminance(getComputedStyle(element).color), luminance(background(element))];
      return (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
    });
  return Math.min(...contrasts);
})()`;

let browser: Browser;

beforeAll(async () => {
  const executablePath = await findBrowser();
  if (executablePath === null) throw new Error('no browser: run node scripts/ensure-browser.mjs');
  browser = await chromium.launch({
    executablePath,
    args: ['--no-sandbox', '--disable-gpu', '--disable-background-networking', '--disable-component-update'],
  });
});

afterAll(() => browser?.close());

interface Shown {
  readonly page: Page;
  /** What the page asked the network for; every request is refused. */
  readonly requests: string[];
  readonly scriptRan: boolean;
}

async function show(markup: string, width = 1000, colorScheme: 'light' | 'dark' = 'light'): Promise<Shown> {
  const page = await browser.newPage({ viewport: { width, height: 900 }, colorScheme });
  const requests: string[] = [];
  await page.route('**/*', async (route) => {
    requests.push(route.request().url());
    await route.abort();
  });
  await page.setContent(markup, { waitUntil: 'load' });
  await page.mouse.move(width / 2, 300);
  const scriptRan = await page.evaluate(() => 'pwned' in globalThis);
  return { page, requests, scriptRan };
}

function mailHtml(input: AlertContentInput): string {
  return renderEmail(alertContent(input), 'Twinwatch <alerts@watchdog.example>').html;
}

describe('the HTML part in a browser', () => {
  it('asks the network for nothing and runs nothing, where the same text as markup does both', async () => {
    const raw = await show(`<!doctype html><body>${HOSTILE}</body>`);
    expect(raw.scriptRan).toBe(true);
    expect(raw.requests.length).toBeGreaterThan(0);
    await raw.page.close();

    const { page, requests, scriptRan } = await show(mailHtml(hostileInput()));
    expect(requests).toEqual([]);
    expect(scriptRan).toBe(false);
    expect(await page.locator('script, img, iframe, link, a, form, object, svg, body style').count()).toBe(0);
    expect(await page.locator('body').innerText()).toContain('<script>globalThis.\u200bpwned');
    await page.close();
  });

  it('fits a phone and a desk, in light and in dark, with readable contrast', async () => {
    for (const input of [exampleInput(), hostileInput()]) {
      for (const [width, scheme] of [
        [360, 'light'],
        [1000, 'dark'],
      ] as const) {
        const { page } = await show(mailHtml(input), width, scheme);
        expect(await page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(width);
        expect(await page.evaluate(LOWEST_CONTRAST)).toBeGreaterThanOrEqual(4.5);
        await page.close();
      }
    }
  });

  it('shows a digest of everything to a subscriber, with our own links alone', async () => {
    const items = everyMessage(true).map(({ name, content }) => {
      return { ...content, incident: { ...content.incident, id: name.replace(' ', '-') } };
    });
    const watches = { count: 3, falseAlarms: 0.003 };
    const content = { type: 'digest', since: 0, until: 1, items, omitted: 0, watches } as const;
    const stop = 'https://watch.example/unsubscribe?token=a';
    const links = { unsubscribe: stop, manage: null, confirm: null };
    const markup = renderSubscriberMail({ id: 'm', to: 'a@b.example', content, links }, 'a@b.example').html;
    for (const [width, scheme] of [
      [360, 'dark'],
      [1000, 'light'],
    ] as const) {
      const { page, requests, scriptRan } = await show(markup, width, scheme);
      expect([requests, scriptRan]).toEqual([[], false]);
      expect(await page.locator('script, img, iframe, link, form, object, svg, body style').count()).toBe(0);
      const hrefs = await page.locator('a').evaluateAll((all) => all.map((a) => a.getAttribute('href')));
      expect(new Set(hrefs)).toEqual(new Set([LINK, stop]));
      expect(await page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(width);
      expect(await page.evaluate(LOWEST_CONTRAST)).toBeGreaterThanOrEqual(4.5);
      await page.close();
    }
  });
});
