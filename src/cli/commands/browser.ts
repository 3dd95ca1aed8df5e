import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { BrowserContext } from 'playwright';
import {
  type BrowserEndpointConfig,
  type Environment,
  loadSiteRecipe,
  readEnvironment,
} from '../../config/index.js';
import { errorMessage, plainLine, plainText, systemClock } from '../../core/index.js';
import {
  createBrowserSites,
  isAnswered,
  openProfile,
  ProbeError,
  profileFolder,
  profileState,
  recordedRecipe,
  recordSite,
  startOf,
} from '../../probes/index.js';
import { browserSettings, chromiumIn, windowProblem } from '../browser-settings.js';
import { exitCodes } from '../exit-codes.js';
import { untilSignal } from '../signals.js';
import type { Terminal } from '../terminal.js';

export interface LoginOptions {
  readonly config?: string;
  readonly url?: string;
  readonly contact: string;
}

/** Opens a site in a window, for a person to sign in or to deal with a challenge. @throws ConfigError, ProbeError */
export async function browserLogin(site: string, options: LoginOptions, out: Terminal): Promise<number> {
  const env = readEnvironment();
  const executablePath = await windowedChromium(env);
  const { endpoints, folders } = browserSettings(site, options.config, options.contact);
  const signal = untilSignal().then(() => 'signal' as const);
  const seen = new Set<string>();
  for (const endpoint of endpoints) {
    const recipe = loadSiteRecipe(endpoint.site);
    const profile = profileFolder(endpoint, recipe, folders.profiles);
    if (seen.has(profile)) continue;
    seen.add(profile);
    const url = options.url ?? startOf(endpoint, recipe);
    out.line(`Opening ${plainLine(url)}. Sign in, or do what the site asks, then close the window.`);
    const { sandbox, contact } = endpoint;
    const context = await openWindow({ executablePath, profile, headless: false, sandbox, contact });
    const page = context.pages()[0] ?? (await context.newPage());
    const closed = windowsClosed(context).then(() => 'closed' as const);
    // A site that can't be reached shows in the window.
    await page.goto(url).catch(() => {});
    const end = await Promise.race([closed, signal]);
    await closeBrowser(context);
    if (end === 'signal') {
      out.line('Stopped. Nothing was changed: the site is asked as little as before.');
      return exitCodes.failure;
    }
    profileState(profile).clear();
    out.line(`${recipe.id} may be asked again. Its profile is ${profile}.`);
  }
  return exitCodes.ok;
}

/** Resolves when the browser has ended, or has no window left: on some systems it runs on without one. */
function windowsClosed(context: BrowserContext): Promise<void> {
  return new Promise((resolve) => {
    const look = (): void => {
      if (context.pages().length === 0) resolve();
    };
    context.once('close', () => resolve());
    context.on('page', (page) => page.once('close', look));
    for (const page of context.pages()) page.once('close', look);
  });
}

/** Closes what somebody may be closing at the same moment. */
async function closeBrowser(context: BrowserContext): Promise<void> {
  await context.close().catch(() => {});
}

export interface TestOptions extends LoginOptions {
  readonly model: string;
  readonly prompt: string;
  readonly window: boolean;
  readonly termsReviewed: boolean;
}

/** Asks a site once by its recipe and says what happens on the way. @throws ConfigError, ProbeError */
export async function browserTest(
  site: string,
  options: TestOptions,
  out: Terminal,
  info: Terminal,
): Promise<number> {
  const env = readEnvironment();
  if (options.window) await windowedChromium(env);
  const { endpoints, folders } = browserSettings(site, options.config, options.contact);
  const [endpoint] = endpoints;
  const config: BrowserEndpointConfig = {
    ...endpoint,
    model: options.model,
    url: options.url ?? endpoint.url,
    headless: !options.window,
    termsReviewed: endpoint.termsReviewed || options.termsReviewed,
  };
  if (!loadSiteRecipe(config.site).verified)
    info.line(info.paint('yellow', 'note: this recipe was not tried on a real site by who wrote it'));
  const sites = createBrowserSites({
    ...folders,
    clock: systemClock,
    chromium: () => chromiumIn(env),
    trace: (line) => info.line(`  ${plainLine(line)}`),
  });
  const stop = new AbortController();
  void untilSignal().then(() => stop.abort());
  const { outcome, artifacts, meta, latencyMs } = await sites
    .endpoint(config)
    .ask(options.prompt, stop.signal);
  for (const { kind, path } of artifacts) info.line(`  kept the ${kind} in ${join(folders.evidence, path)}`);
  if (!isAnswered(outcome)) {
    const when = outcome.beforeGeneration ? 'before' : 'after';
    info.line(`${outcome.kind}, ${when} the prompt was sent: ${plainLine(outcome.detail)}`);
    return exitCodes.failure;
  }
  if (meta.modelReturned !== null) info.line(`  the site names the model ${plainLine(meta.modelReturned)}`);
  info.line(`The answer, after ${(latencyMs / 1000).toFixed(1)} s:`);
  out.line(plainText(outcome.text));
  return exitCodes.ok;
}

export interface RecordOptions {
  readonly output?: string;
  readonly contact: string;
}

/** Writes a recipe from what a person shows in a window, and tries it once. @throws ProbeError */
export async function browserRecord(
  url: string,
  options: RecordOptions,
  out: Terminal,
  info: Terminal,
): Promise<number> {
  if (!/^https?:\/\//.test(url) || !URL.canParse(url))
    throw new ProbeError(`${plainLine(url)} is not an address such as https://example.org/chat`);
  const id = siteId(url);
  const path = options.output ?? `${id}.yaml`;
  if (!/\.ya?ml$/.test(path)) throw new ProbeError(`${plainLine(path)}: the name of a recipe ends in .yaml`);
  const executablePath = await windowedChromium(readEnvironment());
  const { folders } = browserSettings(path, undefined, options.contact);
  const profile = join(folders.profiles, id);
  const { contact } = options;
  const context = await openWindow({ executablePath, profile, headless: false, sandbox: true, contact });
  try {
    const recorded = await recordSite(context, url, (line) => info.line(line));
    save(path, recordedRecipe(recorded, id, url));
    out.line(`Wrote ${path}. Trying it once, in a new conversation:`);
    await closeBrowser(context);
    const test = { contact, model: 'default', prompt: recorded.typed, window: false, termsReviewed: true };
    return await browserTest(path, test, out, info);
  } finally {
    await closeBrowser(context);
  }
}

function save(path: string, text: string): void {
  try {
    writeFileSync(path, text, { flag: 'wx' });
  } catch (cause) {
    throw new ProbeError(`${plainLine(path)} can't be written: ${errorMessage(cause)}`, { cause });
  }
}

function siteId(url: string): string {
  const words = new URL(url).hostname.toLowerCase().replaceAll(/[^a-z0-9]+/g, '-');
  return words.replaceAll(/^-|-$/g, '').slice(0, 60) || 'site';
}

async function openWindow(options: Parameters<typeof openProfile>[0]): Promise<BrowserContext> {
  try {
    return await openProfile(options);
  } catch (cause) {
    // Playwright adds a log of several pages.
    const [reason = ''] = (cause instanceof Error ? cause.message : errorMessage(cause)).split('\n');
    throw new ProbeError(`the browser did not start: ${plainLine(reason)}`, { cause });
  }
}

async function windowedChromium(env: Environment): Promise<string> {
  const problem = windowProblem(env);
  if (problem !== null) throw new ProbeError(problem);
  const path = await chromiumIn(env);
  if (path === null)
    throw new ProbeError('no Chromium was found: install one, or set CHROMIUM_PATH to the program');
  return path;
}
