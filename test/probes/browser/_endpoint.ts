import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Browser, chromium } from 'playwright';
import { stringify } from 'yaml';
import { type BrowserEndpointConfig, browserKind } from '../../../src/config/endpoints/browser.js';
import type { Clock } from '../../../src/core/index.js';
import {
  type BrowserEndpoint,
  type BrowserSitesDeps,
  createBrowserSites,
} from '../../../src/probes/browser/browser-sites.js';
import { findChromium } from '../../../src/probes/browser/find-chromium.js';

/** The Chromium that the tests use, as the program finds it. */
export async function chromiumPath(): Promise<string> {
  const path = await findChromium({
    named: process.env.CHROMIUM_PATH ?? null,
    path: process.env.PATH ?? null,
  });
  if (path === null) throw new Error('no Chromium: run node scripts/ensure-browser.mjs');
  return path;
}

export async function launchShared(): Promise<Browser> {
  return await chromium.launch({ executablePath: await chromiumPath(), args: ['--disable-gpu'] });
}

/** A recipe for the sites of the tests that have the common form. */
export const formRecipe: Record<string, unknown> = {
  version: 1,
  id: 'test-site',
  title: 'A site of the tests',
  pick_model: [{ select: { selector: '#model', option: '{model}' } }],
  prompt: 'textarea',
  send: { click: 'role=button[name="Send"]' },
  complete: { stable: '200ms' },
  answer: { selector: '.assistant', format: 'markdown' },
  challenge: { selectors: ['#captcha'] },
};

/** The built-in recipe of a plain chat page, for the sites of the tests. */
export const plainConfig: BrowserEndpointConfig = {
  kind: 'browser',
  site: { kind: 'builtin', id: 'plain-chat' },
  url: null,
  model: 'small',
  profile: null,
  contact: 'tests@example.org',
  headless: true,
  sandbox: true,
  minIntervalMs: 0,
  termsReviewed: false,
  totalTimeoutMs: 60_000,
  answerTimeoutMs: 20_000,
  concurrency: 1,
  requestsPerMinute: null,
};

export interface TestSites {
  /** An endpoint for a recipe, at an address. */
  endpoint(recipe: object, url: string, config?: object): BrowserEndpoint;
  readonly folder: string;
}

/** Browser endpoints that share one running browser; profiles and evidence stand in `folder`. */
export function testSites(
  browser: Browser,
  folder: string,
  clock: Clock,
  deps: Partial<BrowserSitesDeps> = {},
): TestSites {
  const sites = createBrowserSites({
    clock,
    chromium: () => chromiumPath(),
    profiles: join(folder, 'profiles'),
    evidence: join(folder, 'evidence'),
    open: async () => await browser.newContext(),
    jitter: () => 0,
    ...deps,
  });
  let recipes = 0;
  return {
    folder,
    endpoint: (recipe, url, config = {}) => {
      recipes += 1;
      const path = join(folder, `recipe-${recipes}.yaml`);
      writeFileSync(path, stringify(recipe));
      return sites.endpoint(
        browserKind.parse({
          kind: 'browser',
          site: path,
          url,
          model: 'small',
          contact: 'tests@example.org',
          min_interval: 0,
          answer_timeout: '10s',
          ...config,
        }) as unknown as BrowserEndpointConfig,
      );
    },
  };
}
