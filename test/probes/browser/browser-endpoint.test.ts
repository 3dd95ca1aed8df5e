import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser } from 'playwright';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { parse } from 'yaml';
import type { BrowserEndpointConfig } from '../../../src/config/endpoints/browser.js';
import { systemClock } from '../../../src/core/index.js';
import { createBrowserSites } from '../../../src/probes/browser/browser-sites.js';
import { markdownThroughHtml } from '../../../src/probes/browser/markdown.js';
import { profileState } from '../../../src/probes/browser/site-state.js';
import { temporaryFolders } from '../../_util/folder.js';
import { quickClock } from '../_server.js';
import { chromiumPath, formRecipe, launchShared, plainConfig, testSites } from './_endpoint.js';
import { richAnswer, type SiteOptions, type Sites, startSites } from './_sites.js';

const newFolder = temporaryFolders();
const never = new AbortController().signal;
let browser: Browser;
const running: Sites[] = [];

beforeAll(async () => {
  browser = await launchShared();
});
afterAll(async () => {
  await browser.close();
});
afterEach(async () => {
  await Promise.all(running.splice(0).map((sites) => sites.close()));
});

async function setUp(options: SiteOptions = {}): Promise<{ sites: Sites; at: ReturnType<typeof testSites> }> {
  const sites = await startSites(options);
  running.push(sites);
  return { sites, at: testSites(browser, newFolder(), systemClock) };
}

/** For a page of another structure. */
const framed = {
  version: 1,
  id: 'other',
  title: 'Framed',
  frame: '#app',
  pick_model: [
    { click: '#menu' },
    { click: 'role=option[name="{model}"]' },
    { wait_for: '#menu:has-text("{model}")' },
  ],
  prompt: 'role=textbox[name="Say something"]',
  send: { press: 'Enter' },
  complete: { appears: 'article[data-state=ready]', network: '*/chat?*' },
  answer: { selector: 'article', which: 'first', format: 'html', ignore: ['small', '.bar'] },
  model_shown: '#menu',
};

const html = { selector: '.assistant', format: 'html', ignore: ['.cursor', '.bar', '.copy'] };

describe('a browser endpoint', () => {
  it('asks a plain page and keeps what it saw', async () => {
    const { sites, at } = await setUp();
    const endpoint = at.endpoint(
      { ...formRecipe, complete: { disappears: 'text="Stop"' } },
      `${sites.url}/plain`,
      { model: 'large' },
    );
    const result = await endpoint.ask('A question\nof two lines', never);
    expect(result.outcome).toEqual({
      kind: 'answer',
      text: `large on A question\nof two lines:\n\n${richAnswer}`,
    });
    expect(result).toMatchObject({ attempts: 1, meta: { httpStatus: 200 } });
    expect(result.meta.firstByteMs).toBeGreaterThan(0);
    expect(result.artifacts.map((artifact) => artifact.kind)).toEqual(['screenshot', 'html']);
    for (const { path, sha256 } of result.artifacts) {
      const bytes = readFileSync(join(at.folder, 'evidence', path));
      expect(createHash('sha256').update(bytes).digest('hex')).toBe(sha256);
    }
    expect(readFileSync(join(at.folder, 'evidence', result.artifacts[1]!.path), 'utf8')).toContain(
      '<pre class="assistant">',
    );
  });
  it('reads a page that builds its answer anew for each piece, through Markdown', async () => {
    const { sites, at } = await setUp();
    const endpoint = at.endpoint({ ...formRecipe, answer: html }, `${sites.url}/rerender`);
    expect(endpoint.rendering).toBe('html');
    const { outcome } = await endpoint.ask('a question', never);
    expect(outcome).toEqual({
      kind: 'answer',
      text: markdownThroughHtml(`small on a question:\n\n${richAnswer}`),
    });
  });

  const longAnswer = Array.from({ length: 60 }, (_, i) => `Line ${i} of a long answer.`).join('\n');
  it('does not take the part of a long answer that a page happens to show for the whole', async () => {
    const { sites, at } = await setUp({ reply: () => longAnswer });
    const { outcome } = await at.endpoint(formRecipe, `${sites.url}/virtual`).ask('q', never);
    expect(outcome).toMatchObject({ kind: 'malformed', beforeGeneration: false });
    expect(outcome).toHaveProperty('detail', expect.stringContaining('does not hold the whole answer'));
  });
  it('reads such an answer whole from its network stream', async () => {
    const { sites, at } = await setUp({ reply: () => longAnswer });
    const stream = { url: '*/chat?*', pointers: ['/delta/text'], end: '[DONE]' };
    const recipe = {
      ...formRecipe,
      answer: { format: 'network', stream },
      complete: { network: '*/chat?*' },
    };
    const result = await at.endpoint(recipe, `${sites.url}/virtual`).ask('q', never);
    expect(result.outcome).toEqual({ kind: 'answer', text: longAnswer });
    expect(result.artifacts.map(({ kind }) => kind)).toEqual(['screenshot', 'stream']);
  });
  it('does not take a stream that broke off for an answer', async () => {
    const { sites, at } = await setUp({ cut: true });
    const network = { network: '*/chat?*' };
    const recipe = { ...formRecipe, complete: network };
    expect((await at.endpoint(recipe, `${sites.url}/plain`).ask('q', never)).outcome).toMatchObject({
      kind: 'disconnected',
      beforeGeneration: false,
    });
  });
  it.each([
    [401, 'challenge', false],
    [429, 'rate-limited', true],
  ])('tells an answer that was refused with HTTP %i', async (status, kind, beforeGeneration) => {
    const { sites, at } = await setUp({ status });
    const recipe = { ...formRecipe, complete: { network: '*/chat?*' } };
    const { outcome } = await at.endpoint(recipe, `${sites.url}/plain`).ask('q', never);
    expect(outcome).toMatchObject({ kind, beforeGeneration });
  });
  it("does not mistake the site's greeting for the answer", async () => {
    const { sites, at } = await setUp({ reply: () => 'Short.' });
    const { outcome } = await at
      .endpoint({ ...formRecipe, complete: { stable: '100ms' } }, `${sites.url}/greeting`)
      .ask('q', never);
    expect(outcome).toEqual({ kind: 'answer', text: 'Short.' });
  });
  it('waits for a page that shows its form before it works', async () => {
    const { sites, at } = await setUp();
    const { outcome } = await at
      .endpoint({ ...formRecipe, pick_model: [] }, `${sites.url}/late`)
      .ask('q', never);
    expect(outcome).toEqual({ kind: 'answer', text: `small on q:\n\n${richAnswer}` });
  });
  it('works on a site of another structure by its recipe alone', async () => {
    const { sites, at } = await setUp();
    const result = await at
      .endpoint(framed, `${sites.url}/other`, { model: 'large "v2"' })
      .ask('Why?', never);
    expect(result.outcome).toEqual({
      kind: 'answer',
      text: markdownThroughHtml(`large "v2" on Why?:\n\n${richAnswer}`),
    });
    expect(result.meta.modelReturned).toBe('large "v2"');
    expect(sites.asked[0]?.agent).toMatch(/HeadlessChrome|Chrome/);
  });
  it('does what a recipe wants to have done before the prompt', async () => {
    const { sites, at } = await setUp();
    const new_conversation = [
      { fill: { selector: framed.prompt, text: 'I come for {model}' } },
      { press: { selector: framed.prompt, key: 'Enter' } },
      { wait_for: 'article[data-state=ready]' },
    ];
    const { outcome } = await at
      .endpoint({ ...framed, new_conversation }, `${sites.url}/other`, { model: 'large "v2"' })
      .ask('Why?', never);
    expect(sites.asked.map(({ prompt }) => prompt)).toEqual(['I come for large "v2"', 'Why?']);
    expect(outcome).toHaveProperty('text', expect.stringContaining('on Why?'));
  });
  it('reads an answer from a web socket that stays open', async () => {
    const { sites, at } = await setUp();
    const stream = { url: 'ws://*/socket?*', pointers: ['/piece'], end: 'END' };
    const recipe = { ...formRecipe, answer: { format: 'network', stream }, complete: { stable: '100ms' } };
    const { outcome } = await at.endpoint(recipe, `${sites.url}/socket`).ask('q', never);
    expect(outcome).toEqual({ kind: 'answer', text: `socket on q:\n\n${richAnswer}` });
  });
  it.each(['', '?seen'])(
    'passes over a banner that need not come, and reads Markdown kept beside (%s)',
    async (query) => {
      const { sites, at } = await setUp();
      const recipe = {
        ...formRecipe,
        new_conversation: [{ click: '.ok', optional: true }],
        answer: { selector: '.assistant', attribute: 'data-markdown', format: 'markdown' },
      };
      const endpoint = testSites(browser, at.folder, systemClock, { stepTimeoutMs: 1500 }).endpoint(
        recipe,
        `${sites.url}/banner${query}`,
      );
      expect((await endpoint.ask('q', never)).outcome).toEqual({
        kind: 'answer',
        text: `small on q:\n\n${richAnswer}`,
      });
    },
  );
});

describe('an error in place of an answer', () => {
  it('is told by the sign that the recipe has for it, once the prompt is sent', async () => {
    const { sites, at } = await setUp({ reply: () => 'Out of order.' });
    const failed = { selectors: ['.assistant:has-text("Out of order")'] };
    const { outcome } = await at.endpoint({ ...formRecipe, failed }, `${sites.url}/plain`).ask('q', never);
    expect(sites.asked).toHaveLength(1);
    expect(outcome).toMatchObject({ kind: 'malformed', beforeGeneration: false });
    expect(outcome).toHaveProperty('detail', expect.stringContaining('shows that the answer failed'));
  });
});

describe('a challenge', () => {
  it('half way voids the answer, and nobody asks on until a person has looked', async () => {
    const { sites, at } = await setUp();
    const endpoint = at.endpoint(formRecipe, `${sites.url}/challenge`);
    const first = await endpoint.ask('q', never);
    expect(first.outcome).toMatchObject({ kind: 'challenge', beforeGeneration: false });
    expect(first.artifacts.map(({ kind }) => kind)).toContain('screenshot');
    // Another recipe, another profile and another process change nothing: it is the same site.
    const second = at.endpoint({ ...formRecipe, id: 'again' }, `${sites.url}/plain`);
    const later = testSites(browser, at.folder, systemClock).endpoint(formRecipe, `${sites.url}/plain`);
    for (const other of [endpoint, second, later]) {
      const { outcome, attempts } = await other.ask('q', never);
      expect(outcome).toMatchObject({ kind: 'challenge', beforeGeneration: true });
      expect(attempts).toBe(0);
    }
    expect(sites.opened).toEqual(['/challenge']);
    profileState(join(at.folder, 'profiles', 'test-site')).clear();
    expect((await second.ask('q', never)).outcome.kind).toBe('answer');
  });
  it.each(['gate', 'login', 'blocked'])(
    'before the prompt says nothing about the answer (%s)',
    async (page) => {
      const { sites, at } = await setUp();
      const { outcome, attempts } = await at.endpoint(formRecipe, `${sites.url}/${page}`).ask('q', never);
      expect(outcome).toMatchObject({ kind: 'challenge', beforeGeneration: true });
      expect(attempts).toBe(0);
    },
  );
  it('is a sign-out after the prompt, too', async () => {
    const { sites, at } = await setUp();
    const { outcome } = await at.endpoint(formRecipe, `${sites.url}/signout`).ask('q', never);
    expect(outcome).toMatchObject({ kind: 'challenge', beforeGeneration: false });
    expect(outcome).toHaveProperty('detail', expect.stringContaining('sign-in'));
  });
  it.each([
    [{ signed_out: { texts: ['Who are you?'] } }, /wants a sign-in: "Who are you\?"$/],
    [{ signed_out: { urls: ['*/gate'] } }, /wants a sign-in: the address \*\/gate$/],
    [{ challenge: { urls: ['http://*/gate'] } }, /shows a challenge: the address http:\/\/\*\/gate$/],
  ])('is told by every sign of the recipe: %j', async (signs, detail) => {
    const { sites, at } = await setUp();
    const recipe = { ...formRecipe, challenge: {}, ...signs };
    const { outcome } = await at.endpoint(recipe, `${sites.url}/gate`).ask('q', never);
    expect(outcome).toMatchObject({ kind: 'challenge', beforeGeneration: true });
    expect(outcome).toHaveProperty('detail', expect.stringMatching(detail));
  });
  it('is another site, where the answer should be', async () => {
    const { sites, at } = await setUp();
    const { outcome } = await at
      .endpoint(formRecipe, `${sites.url}/away`, { answer_timeout: '500ms' })
      .ask('q', never);
    expect(outcome).toMatchObject({ kind: 'challenge', beforeGeneration: false });
    expect(outcome).toHaveProperty('detail', expect.stringContaining('sent the visitor to localhost'));
  });
  it('is not what an answer or a prompt says', async () => {
    const { sites, at } = await setUp({ reply: () => 'Verify you are human, said the robot.' });
    const recipe = { ...formRecipe, challenge: { texts: ['Verify you are human', 'are robots'] } };
    const { outcome } = await at.endpoint(recipe, `${sites.url}/plain`).ask('What are robots?', never);
    expect(outcome.kind).toBe('answer');
  });
});

describe('what a recipe no longer fits', () => {
  it.each([
    [{ pick_model: [{ click: '#gone' }] }, '#gone'],
    [{ prompt: 'textarea.gone' }, 'textarea.gone'],
    [{ send: { click: 'role=button[name="Ask"]' } }, 'Ask'],
    [{ complete: { disappears: 'button[' } }, 'button['],
    [{ answer: { selector: 'pre[', format: 'markdown' } }, 'pre['],
  ])('is told with its selector, before anything is sent: %j', async (change, named) => {
    const { sites } = await setUp();
    const at = testSites(browser, newFolder(), systemClock, { stepTimeoutMs: 700 });
    const { outcome } = await at.endpoint({ ...formRecipe, ...change }, `${sites.url}/plain`).ask('q', never);
    expect(outcome).toMatchObject({ kind: 'malformed', beforeGeneration: true });
    expect(outcome).toHaveProperty('detail', expect.stringContaining(named));
    expect(sites.asked).toEqual([]);
  });
  it('is a timeout where it is only the answer that is never found', async () => {
    const { sites, at } = await setUp();
    const recipe = { ...formRecipe, answer: { selector: '.gone', format: 'markdown' } };
    const { outcome } = await at
      .endpoint(recipe, `${sites.url}/plain`, { answer_timeout: '500ms' })
      .ask('q', never);
    expect(outcome).toMatchObject({ kind: 'timeout', beforeGeneration: false });
    expect(outcome).toHaveProperty('detail', expect.stringMatching(/still missing: answer$/));
  });
  it('is a box that takes only part of the prompt', async () => {
    const { sites, at } = await setUp();
    const { outcome } = await at
      .endpoint({ ...formRecipe, id: 'short' }, `${sites.url}/short`)
      .ask('x'.repeat(50), never);
    expect(outcome).toMatchObject({ kind: 'malformed', beforeGeneration: true });
  });
});

describe('visits', () => {
  it('are made one at a time, by all watches of the site, and paced', async () => {
    const { sites } = await setUp();
    const clock = quickClock(1_000_000);
    const at = testSites(browser, newFolder(), clock);
    const config = { min_interval: '20s' };
    const one = at.endpoint(formRecipe, `${sites.url}/plain`, config);
    const two = at.endpoint({ ...formRecipe, id: 'second' }, `${sites.url}/plain`, config);
    const results = await Promise.all([one.ask('1', never), two.ask('2', never), one.ask('3', never)]);
    expect(results.map(({ outcome }) => outcome.kind)).toEqual(['answer', 'answer', 'answer']);
    expect(sites.asked.map(({ prompt }) => prompt)).toEqual(['1', '2', '3']);
    expect(sites.busy.most).toBe(1);
    expect(clock.slept).toEqual([20_000, 20_000]);
    // A program that starts anew keeps the distance as well.
    const later = quickClock(1_005_000);
    await testSites(browser, at.folder, later)
      .endpoint(formRecipe, `${sites.url}/plain`, config)
      .ask('4', never);
    expect(later.slept).toEqual([15_000]);
  });
  it('end at once when the trial does: freely before the prompt, not so after it', async () => {
    const { sites, at } = await setUp({ reply: () => 'word '.repeat(2000) });
    const endpoint = at.endpoint({ ...formRecipe, complete: { stable: '9s' } }, `${sites.url}/plain`);
    const stop = new AbortController();
    const [under, waiting] = [endpoint.ask('under way', stop.signal), endpoint.ask('waiting', stop.signal)];
    await vi.waitUntil(() => sites.asked.length === 1, { timeout: 20_000 });
    stop.abort();
    expect((await under).outcome).toMatchObject({ kind: 'interrupted', beforeGeneration: false });
    expect((await waiting).outcome).toMatchObject({ kind: 'interrupted', beforeGeneration: true });
    expect(sites.asked).toHaveLength(1);
  });
  it('to a site that is not there say nothing about the answer', async () => {
    const { sites, at } = await setUp();
    await sites.close();
    const { outcome } = await at.endpoint(formRecipe, `${sites.url}/plain`).ask('q', never);
    expect(outcome).toMatchObject({ kind: 'unreachable', beforeGeneration: true });
  });
  it('need a Chromium', async () => {
    const folder = newFolder();
    const sites = createBrowserSites({
      clock: systemClock,
      chromium: async () => null,
      profiles: folder,
      evidence: folder,
    });
    const endpoint = sites.endpoint({ ...plainConfig, url: 'http://127.0.0.1:9/' });
    expect((await endpoint.ask('q', never)).outcome).toMatchObject({
      kind: 'unreachable',
      beforeGeneration: true,
    });
  });
});

describe('a site that may not be asked', () => {
  const refuse = (change: Partial<BrowserEndpointConfig>): (() => unknown) => {
    const folder = newFolder();
    const sites = createBrowserSites({
      clock: systemClock,
      chromium: chromiumPath,
      profiles: folder,
      evidence: folder,
    });
    return () => sites.endpoint({ ...plainConfig, ...change });
  };
  it('has terms that nobody has said to have read', () => {
    const site = { kind: 'builtin', id: 'hosted-arena-direct' } as const;
    const url = 'https://arena.example/';
    expect(refuse({ site, url, minIntervalMs: null })).toThrow(/terms of use: read https:.*terms_reviewed/);
    expect(refuse({ site, url, minIntervalMs: null, termsReviewed: true })).not.toThrow();
  });
  it('is asked too often, unless it is on loopback', () => {
    expect(refuse({ url: 'https://chat.example/', minIntervalMs: 4999 })).toThrow('at least 5s');
    expect(refuse({ url: 'https://chat.example/', minIntervalMs: 5000 })).not.toThrow();
    expect(refuse({ url: 'http://127.0.0.1.example/', minIntervalMs: 0 })).toThrow('at least 5s');
    expect(refuse({ url: 'http://localhost:1/', minIntervalMs: 0 })).not.toThrow();
  });
  it('has no address', () => {
    expect(refuse({ url: null })).toThrow('set url');
  });
});

describe('the recipes that ship', () => {
  it('for a Gradio arena read a page that is built like one', async () => {
    const { sites, at } = await setUp();
    for (const id of ['gradio-arena-direct', 'gradio-arena-side-by-side']) {
      const recipe = parse(
        readFileSync(new URL(`../../../data/sites/${id}.yaml`, import.meta.url), 'utf8'),
      ) as object;
      const { outcome, meta } = await at
        .endpoint({ ...recipe, model_shown: '[role=combobox]' }, `${sites.url}/gradio`, { model: 'large' })
        .ask('Hi', never);
      expect(outcome).toEqual({ kind: 'answer', text: markdownThroughHtml(`large on Hi:\n\n${richAnswer}`) });
      expect(meta.modelReturned).toBe('large');
    }
  });
});
