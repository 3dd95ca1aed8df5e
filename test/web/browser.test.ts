import { AxeBuilder } from '@axe-core/playwright';
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findBrowser } from '../../scripts/ensure-browser.mjs';
import { controls } from '../_util/controls.js';
import { temporaryFolders } from '../_util/folder.js';
import { jobsOf } from './_jobs.js';
import { serve } from './_serve.js';
import { HOSTILE, type Watched, watchedStore } from './_watched.js';

const newFolder = temporaryFolders();
let watched: Watched;
let browser: Browser;

beforeAll(async () => {
  const executablePath = await findBrowser();
  if (executablePath === null) throw new Error('no browser: run node scripts/ensure-browser.mjs');
  browser = await chromium.launch({
    executablePath,
    args: ['--no-sandbox', '--disable-gpu', '--disable-background-networking', '--disable-component-update'],
  });
  watched = await watchedStore(newFolder());
}, 60_000);

afterAll(async () => {
  await browser?.close();
  await watched?.close();
});

interface Visit {
  readonly page: Page;
  readonly address: string;
  /** What was asked of any other host. */
  readonly foreign: string[];
  /** What the page complained of: blocked content, failed requests. */
  readonly complaints: string[];
}

async function visit(options: BrowserContextOptions = {}): Promise<Visit> {
  const { store, file } = watched;
  const address = await serve({ store, watches: file.watches, jobs: jobsOf(store) });
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, ...options });
  const page = await context.newPage();
  const foreign: string[] = [];
  const complaints: string[] = [];
  page.on('request', (request) => {
    if (!request.url().startsWith(address)) foreign.push(request.url());
  });
  page.on('console', (message) => complaints.push(message.text()));
  page.on('pageerror', (error) => complaints.push(String(error)));
  return { page, address, foreign, complaints };
}

const PATHS = [
  '/',
  '/?q=nothing',
  '/watches/tuned',
  '/watches/later',
  '/watches/tuned/answers',
  '/incidents',
  '/incidents/tuned-1',
  '/subscribe',
  '/method',
  '/no-such-page',
];

describe('a reader', () => {
  it('finds the verdict, its size and the answers without JavaScript, by keyboard alone', async () => {
    const { page, address } = await visit({ javaScriptEnabled: false });
    await page.goto(`${address}/`);
    await page.keyboard.press('Tab');
    await expect(focused(page)).resolves.toBe('To the content');
    await page.getByRole('searchbox').focus();
    await page.keyboard.type('maverick');
    await page.keyboard.press('Enter');
    await page.waitForURL(/q=maverick/);
    const link = page.getByRole('link', { name: 'Maverick, as listed' });
    await link.focus();
    await page.keyboard.press('Enter');
    await page.waitForURL('**/watches/tuned');
    expect(await page.getByRole('heading', { level: 1 }).innerText()).toBe('≠ The answers can be told apart');
    expect(await page.getByText('Different, confirmed').first().isVisible()).toBe(true);
    const curve = page.getByRole('img', { name: /Evidence over 30 trials on a log scale/ });
    expect((await curve.boundingBox())?.width).toBeGreaterThan(800);
    await page.getByRole('link', { name: 'All answers' }).focus();
    await page.keyboard.press('Enter');
    await page.waitForURL('**/answers');
    expect(await page.locator('mark.listed').count()).toBeGreaterThan(0);
    await page.context().close();
  });

  it('on a phone never scrolls sideways', async () => {
    const { page, address } = await visit({ viewport: { width: 390, height: 800 } });
    for (const path of [...PATHS, '/watches/hostile', '/watches/hostile/answers']) {
      await page.goto(address + path);
      const width = await page.evaluate('document.documentElement.scrollWidth');
      expect([path, width]).toEqual([path, 390]);
    }
    await page.context().close();
  });

  it.each(['light', 'dark'] as const)('with any aid meets no serious barrier (%s)', async (colorScheme) => {
    const { page, address } = await visit({ colorScheme });
    for (const path of PATHS) {
      await page.goto(address + path);
      const { violations } = await new AxeBuilder({ page }).analyze();
      const serious = violations.filter(({ impact }) => impact === 'serious' || impact === 'critical');
      expect(serious.map(({ id, nodes }) => [path, id, nodes.map(({ html }) => html.slice(0, 120))])).toEqual(
        [],
      );
    }
    await page.context().close();
  });

  it('loads little, and only from here', async () => {
    const { page, address, foreign, complaints } = await visit();
    const bodies: Promise<Buffer>[] = [];
    page.on('response', (response) => bodies.push(response.body()));
    for (const path of PATHS) {
      bodies.length = 0;
      await page.goto(address + path, { waitUntil: 'networkidle' });
      const bytes = (await Promise.all(bodies)).reduce((sum, { length }) => sum + length, 0);
      expect(bytes).toBeGreaterThan(500);
      expect(bytes).toBeLessThan(100_000);
    }
    expect(foreign).toEqual([]);
    expect(complaints.filter((text) => !text.includes('404'))).toEqual([]);
    await page.context().close();
  });
});

async function focused(page: Page): Promise<string> {
  return await page.locator(':focus').innerText();
}

describe('answers that attack', () => {
  it('are text: nothing runs, nothing is fetched, nothing is a link', async () => {
    const { page, address, foreign, complaints } = await visit();
    for (const path of [
      '/',
      '/watches/hostile',
      '/watches/hostile/answers',
      `/?q=${encodeURIComponent(HOSTILE)}`,
    ]) {
      await page.goto(address + path, { waitUntil: 'networkidle' });
      expect(await page.evaluate("'pwned' in globalThis")).toBe(false);
      const made =
        "document.querySelectorAll('script, base, img, main style, [onload], [onerror], a[href^=javascript]').length";
      expect(await page.evaluate(made)).toBe(0);
      const shown = await page.locator('body').innerText();
      expect(shown.replaceAll('\t', '')).not.toMatch(controls);
    }
    expect(await page.locator('input[type=search]').inputValue()).toContain('<script>');
    expect(foreign).toEqual([]);
    expect(complaints).toEqual([]);
    await page.context().close();
  });

  it('would be stopped by the policy even if they were markup', async () => {
    const { page, address, foreign, complaints } = await visit();
    await page.goto(`${address}/method`);
    await page.evaluate(`document.body.insertAdjacentHTML('beforeend', ${JSON.stringify(HOSTILE)})`);
    await page.waitForLoadState('networkidle');
    expect(await page.evaluate("'pwned' in globalThis")).toBe(false);
    expect(complaints.join('\n')).toMatch(/Content Security Policy/);
    expect(foreign).toEqual([]);
    await page.context().close();
  });
});
