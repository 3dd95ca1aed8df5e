import { dirname, join } from 'node:path';
import {
  type BrowserEndpointConfig,
  isLoopback,
  loadSiteRecipe,
  type SiteRecipe,
} from '../../config/index.js';
import { ProbeError } from '../errors.js';
import type { Endpoint } from '../outcome.js';
import { askSite, type BrowserAskResult, type Host, type VisitDeps } from './ask-site.js';
import { openProfile } from './launch.js';
import { urlFor } from './selectors.js';
import { siteGate } from './site-gate.js';
import { profileState } from './site-state.js';

/** What the browser endpoints need of the program around them. */
export interface BrowserSitesDeps
  extends Pick<VisitDeps, 'clock' | 'chromium' | 'evidence'>,
    Partial<Pick<VisitDeps, 'trace' | 'open' | 'stepTimeoutMs'>> {
  /** Folder of the profiles that the watch file does not place itself. */
  readonly profiles: string;
  /** Uniform in [0, 1). Default: Math.random. */
  readonly jitter?: () => number;
}

/** A side that is reached through a web site. */
export interface BrowserEndpoint extends Endpoint {
  /** `html`: answers are Markdown made from what the page renders; the other side's have to pass `markdownThroughHtml`. */
  readonly rendering: 'markdown' | 'html';
  ask(prompt: string, signal: AbortSignal): Promise<BrowserAskResult>;
}

/** The web sites of all watches of this process. */
interface BrowserSites {
  /** @throws ConfigError for a bad recipe, ProbeError when the site may not be asked as configured */
  endpoint(config: BrowserEndpointConfig): BrowserEndpoint;
}

/** One gate for each host: watches on the same site take turns, and share its pace and its stop. */
export function createBrowserSites(deps: BrowserSitesDeps): BrowserSites {
  const hosts = new Map<string, Host>();
  let known: string | null = null;
  const chromium = async (): Promise<string | null> => {
    known ??= await deps.chromium();
    return known;
  };
  const visits: VisitDeps = { trace: () => {}, open: openProfile, stepTimeoutMs: 15_000, ...deps, chromium };
  const hostOf = (startUrl: string): Host => {
    const { host: name } = new URL(startUrl);
    const host = hosts.get(name) ?? {
      gate: siteGate(deps.clock, deps.jitter ?? Math.random),
      states: new Map(),
    };
    hosts.set(name, host);
    return host;
  };
  return {
    endpoint: (config) => {
      const recipe = loadSiteRecipe(config.site);
      const startUrl = startOf(config, recipe);
      const intervalMs = intervalOf(config, recipe, startUrl);
      const profile = profileFolder(config, recipe, deps.profiles);
      const host = hostOf(startUrl);
      const state = host.states.get(profile) ?? profileState(profile);
      host.states.set(profile, state);
      const site = { config, recipe, startUrl, intervalMs, profile, state, host };
      return {
        rendering: recipe.answer.format === 'html' ? 'html' : 'markdown',
        ask: (prompt, signal) => askSite(site, visits, prompt, signal),
      };
    },
  };
}

/** The folder of a site's cookies and other state. */
export function profileFolder(
  config: Pick<BrowserEndpointConfig, 'profile'>,
  recipe: Pick<SiteRecipe, 'id'>,
  profiles: string,
): string {
  return config.profile ?? join(profiles, recipe.id);
}

/** The address at which a conversation starts. @throws ProbeError when nothing says it */
export function startOf(config: Pick<BrowserEndpointConfig, 'url' | 'model'>, recipe: SiteRecipe): string {
  const url = config.url ?? recipe.start;
  if (url === null)
    throw new ProbeError(`the recipe ${recipe.id} has no address of its own: set url to where the site is`);
  return urlFor(url, config.model);
}

const minIntervalMs = 5000;

function intervalOf(config: BrowserEndpointConfig, recipe: SiteRecipe, startUrl: string): number {
  if (recipe.termsUrl !== null && !config.termsReviewed)
    throw new ProbeError(
      `${recipe.title} has terms of use: read ${recipe.termsUrl}, and set terms_reviewed: true if they allow this`,
    );
  const intervalMs = config.minIntervalMs ?? recipe.minIntervalMs;
  if (intervalMs < minIntervalMs && !isLoopback(new URL(startUrl).hostname))
    throw new ProbeError(`${recipe.id}: min_interval must be at least 5s for a site that is not on loopback`);
  return intervalMs;
}

/** Where profiles and evidence stand that the watch file does not place itself: beside the store. */
export function browserFolders(storePath: string): { readonly profiles: string; readonly evidence: string } {
  const folder = join(dirname(storePath), 'browser');
  return { profiles: join(folder, 'profiles'), evidence: join(folder, 'evidence') };
}
