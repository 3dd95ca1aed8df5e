import { marked } from 'marked';
import { type Browser, chromium } from 'playwright';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { findBrowser } from '../../scripts/ensure-browser.mjs';
import { renderWatchMarkdown, renderWatchReport, type WatchReportInput } from '../../src/evidence/index.js';
import { createFold, defaultDefinition } from '../../src/fingerprint/index.js';
import { HOSTILE } from '../alerts/example.js';

const TRICKS = `${HOSTILE}\n\`\`\`\n![x](http://127.0.0.1:9/m.png) [y](javascript:pwned) <b>| http://127.0.0.1:9/ www.example.org\n# `;
const T0 = Date.UTC(2026, 0, 1, 10);

function input(trials: number, listed: (i: number) => string, more: Partial<WatchReportInput> = {}) {
  const engine = { ...defaultDefinition(0.001), compareLength: 2000 };
  const fold = createFold(engine);
  const curve: number[] = [];
  const newest: WatchReportInput['newest'][number][] = [];
  for (let i = 0; i < trials; i += 1) {
    const released = `It is ${i}. ${'More follows. '.repeat(i % 4)}`;
    const pair = { promptId: `p${i}`, prompt: `Question ${i} ${TRICKS}`, listed: listed(i), released };
    fold.add({ kind: 'complete', suite: 's', ...pair, released: [released] });
    curve.push(fold.status().log10E);
    newest.unshift(pair);
  }
  const side = { model: TRICKS, place: 'api.example', settings: TRICKS };
  const base: WatchReportInput = {
    watch: { id: 'pair', title: TRICKS, claim: TRICKS },
    sides: { listed: side, released: side },
    suites: [{ id: 'arena-chat', version: 2, hash: 'cd'.repeat(32) }],
    releasedPerTrial: 1,
    alpha: 0.001,
    epoch: 1,
    epochStartedAt: T0,
    definitionHash: 'ab'.repeat(32),
    engine,
    report: fold.report(),
    transport: 'shared',
    curve,
    activity: { rounds: { full: 2 }, firstAt: trials > 0 ? T0 : null, lastAt: trials > 0 ? T0 + 1000 : null },
    declared: [{ side: 'listed', field: 'model', before: TRICKS, after: TRICKS, trial: 5, at: T0 }],
    newest: newest.slice(0, 3).map((p) => ({ ...p, listed: p.listed.slice(0, 1200) })),
    pause: null,
    incident: null,
    statements: [{ from: TRICKS, text: `We sent a different prompt.\n${TRICKS}`, at: T0 }],
    cut: null,
    log: { entries: 7, hash: 'ef'.repeat(32), checkpoint: null },
    madeAt: T0 + 2000,
    program: '1.2.3',
  };
  return { ...base, ...more };
}

const chatty = (i: number): string =>
  `Wow ${i}! 🎉 **Great** question!\n${TRICKS}\n${`"a" 'b' & `.repeat(400)}`;
const plain = (i: number): string => `It is ${i}. ${'More follows. '.repeat((i + 2) % 4)}`;
const different = input(40, chatty);

describe('what it says', () => {
  it.each([
    ['HTML', renderWatchReport],
    ['Markdown', renderWatchMarkdown],
  ])('is the verdict, how sure, what was done and how to check it, in %s', (_, render) => {
    expect(different.report.verdict).toBe('different');
    const text = render(different);
    for (const part of [
      'The answers can be told apart',
      'at most 1 in 1,000',
      `alarm at trial ${different.report.alarmAtTrial}`,
      '2026-01-01 10:00:00 UTC',
      'What this does not show',
      'ef'.repeat(32),
      'declared',
    ])
      expect(text.toLowerCase()).toContain(part.toLowerCase());
    expect(text).not.toMatch(/NaN|undefined|\[object/);
    expect(text.length).toBeLessThan(400_000);
    expect(render(different)).toBe(text);
  });

  it('never takes silence for sameness', () => {
    const none = renderWatchReport(input(0, plain));
    expect(none).toContain('No trial has been run in this epoch. That is not “no change”');
    expect(none).not.toMatch(/NaN|undefined|Infinity|side by side/);
    const pause = { side: 'listed', budget: 'tokens_per_day', since: T0, resumes_at: null } as const;
    const paused = renderWatchMarkdown(input(12, plain, { pause }));
    expect(paused).toContain('Paused since 2026-01-01 10:00 UTC');
    expect(paused).toContain('That is not “no change”');
    const missing = input(12, plain);
    const report = { ...missing.report, verdict: 'unreadable', voids: { timeout: 9, odd: 1 } } as const;
    const unreadable = renderWatchReport({ ...missing, report });
    expect(unreadable).toContain('Nothing is claimed about the answers');
    expect(unreadable).toContain('10: took too long (9), odd (1)');
  });

  it('is the same in every place and language', () => {
    const [page, markdown] = [renderWatchReport(different), renderWatchMarkdown(different)];
    vi.stubEnv('TZ', 'Asia/Kathmandu');
    vi.stubGlobal('Intl', undefined);
    const asked = ['toLocaleString', 'toLocaleDateString'].map((name) =>
      vi.spyOn(name === 'toLocaleString' ? Number.prototype : Date.prototype, name as 'toLocaleString'),
    );
    try {
      expect(renderWatchReport(different)).toBe(page);
      expect(renderWatchMarkdown(different)).toBe(markdown);
      for (const spy of asked) expect(spy).not.toHaveBeenCalled();
    } finally {
      vi.restoreAllMocks();
      vi.unstubAllGlobals();
      vi.unstubAllEnvs();
    }
  });

  it('says how far it goes where texts were removed', () => {
    const cut = { seq: 3, logged: { to: 'different', seq: 12 } } as const;
    const report = renderWatchReport(input(3, plain, { cut }));
    expect(report).toContain('Texts of trial 4 were removed');
    expect(report).toContain('The newest verdict in the log is “different”, after trial 12');
    expect(renderWatchReport(input(0, plain, { cut: { seq: 0, logged: null } }))).not.toContain('No trial');
  });

  it('says where the transport is not excluded', () => {
    expect(renderWatchReport(different)).not.toContain('read in different ways');
    expect(renderWatchReport({ ...different, transport: 'not-excluded' })).toContain(
      'read in different ways',
    );
  });
});

describe('in a browser', () => {
  let browser: Browser;

  beforeAll(async () => {
    const executablePath = await findBrowser();
    if (executablePath === null) throw new Error('no browser: run node scripts/ensure-browser.mjs');
    browser = await chromium.launch({ executablePath, args: ['--no-sandbox', '--disable-gpu'] });
  });

  afterAll(() => browser?.close());

  it('hostile answers stay text, without the policy and through Markdown too', async () => {
    const page = renderWatchReport(different);
    const bare = page.replace(/<meta http-equiv[^>]*>/, '');
    expect(bare).not.toBe(page);
    const markdown = marked.parse(renderWatchMarkdown(different), { async: false });
    for (const [text, width] of [
      [page, 390],
      [bare, 1200],
      [`<!doctype html><body>${markdown}`, 1200],
    ] as const) {
      const tab = await browser.newPage({ viewport: { width, height: 900 } });
      const seen: string[] = [];
      tab.on('pageerror', (error) => seen.push(error.message));
      await tab.route('**/*', async (route) => {
        seen.push(route.request().url());
        await route.abort();
      });
      await tab.setContent(text, { waitUntil: 'load' });
      expect(seen).toEqual([]);
      expect(await tab.evaluate(() => 'pwned' in globalThis)).toBe(false);
      expect(await tab.locator('script, img, iframe, link, a, form, object, body style').count()).toBe(0);
      expect(await tab.locator('body').innerText()).toContain('<script>globalThis.pwned = true</script>');
      if (width === 390)
        expect(await tab.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(width);
      await tab.close();
    }
  });
});
