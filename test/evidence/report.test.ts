import { type Browser, chromium, type Page } from 'playwright';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findBrowser } from '../../scripts/ensure-browser.mjs';
import { type ComparisonReportInput, renderComparisonReport } from '../../src/evidence/index.js';
import { type AnswerRecord, compare } from '../../src/fingerprint/index.js';
import { HOSTILE } from '../alerts/example.js';

function answers(count: number, response: (i: number) => string): AnswerRecord[] {
  return Array.from({ length: count }, (_, i) => ({
    prompt_id: `p${i}`,
    prompt: `Question ${i} ${HOSTILE}`,
    response: response(i),
  }));
}

function input(
  count: number,
  listed: (i: number) => string,
  released: (i: number) => string,
): ComparisonReportInput {
  const sides = { listed: answers(count, listed), released: answers(count, released) };
  const file = { name: HOSTILE, sha256: 'ab'.repeat(32), answers: count, malformedLines: 3 };
  return {
    result: compare({ ...sides, seed: 'report', orders: 3, permutations: 99 }),
    listed: file,
    released: file,
  };
}

const chatty = (i: number): string =>
  `Wow, what a fantastic question number ${i}! 🎉\n\n- **First**, look closely\n- Then enjoy!\n${HOSTILE}`;
const plain = (i: number): string => `It is ${i}. Look at it closely. ${'More follows. '.repeat(i % 4)}`;

const different = input(40, chatty, plain);

describe('the report as text', () => {
  it('carries verdict, evidence, findings, words and what it does not show', () => {
    const { result } = different;
    expect(result.verdict).toBe('different');
    const page = renderComparisonReport(different);
    expect(page).toContain('The answers can be told apart');
    expect(page).toContain(`It ends at`);
    expect(page.match(/class="row"/g)).toHaveLength(result.findings.length);
    expect(result.findings.length).toBeGreaterThan(0);
    expect(page).toContain('What this does not show');
    expect(page).toContain(`alarm at trial ${result.alarmAtTrial}`);
    expect(page).not.toMatch(/NaN|undefined|\[object/);
    expect(renderComparisonReport(different)).toBe(page);
  });

  it('says what is missing where nothing could be compared', () => {
    const page = renderComparisonReport(input(0, chatty, plain));
    expect(page).toContain('There is no evidence curve');
    expect(page).toContain('No word stands out');
    expect(page).toContain('not possible: no prompt has two answers on both sides');
    expect(page).not.toMatch(/NaN|undefined|Infinity/);
  });
});

describe('the report in a browser', () => {
  let browser: Browser;

  beforeAll(async () => {
    const executablePath = await findBrowser();
    if (executablePath === null) throw new Error('no browser: run node scripts/ensure-browser.mjs');
    browser = await chromium.launch({ executablePath, args: ['--no-sandbox', '--disable-gpu'] });
  });

  afterAll(() => browser?.close());

  async function open(
    markup: string,
    width: number,
    colorScheme: 'light' | 'dark',
  ): Promise<{ page: Page; requests: string[] }> {
    const page = await browser.newPage({ viewport: { width, height: 900 }, colorScheme });
    const requests: string[] = [];
    await page.route('**/*', async (route) => {
      requests.push(route.request().url());
      await route.abort();
    });
    await page.setContent(markup, { waitUntil: 'load' });
    return { page, requests };
  }

  it('asks for nothing, runs nothing, and fits a phone and a desk, also without its policy', async () => {
    const markup = renderComparisonReport(different);
    // Escaping has to hold alone: the policy would hide a hole in it.
    const bare = markup.replace(/<meta http-equiv[^>]*>/, '');
    expect(bare).not.toBe(markup);
    for (const [text, width, scheme] of [
      [markup, 360, 'light'],
      [bare, 1000, 'dark'],
    ] as const) {
      const { page, requests } = await open(text, width, scheme);
      expect(requests).toEqual([]);
      expect(await page.evaluate(() => 'pwned' in globalThis)).toBe(false);
      expect(await page.locator('script, img, iframe, link, a, form, object, body style').count()).toBe(0);
      expect(await page.locator('body').innerText()).toContain('<script>globalThis.pwned = true</script>');
      expect(await page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(width);
      await page.close();
    }
  });
});
