import { resolve } from 'node:path';
import { type BrowserEndpointConfig, type Environment, type SiteRef, siteRef } from '../config/index.js';
import { browserFolders, findChromium } from '../probes/index.js';
import { findWatchFile } from './watch-file.js';

/** How a site is visited by hand: as the watch file says, where one names it. */
export interface BrowserSettings {
  /** The endpoints of the watch file on this site, or one with the defaults. */
  readonly endpoints: readonly [BrowserEndpointConfig, ...BrowserEndpointConfig[]];
  readonly folders: ReturnType<typeof browserFolders>;
}

/**
 * @param site the id of a built-in recipe, or a file
 * @param config the watch file; left out: twinwatch.yaml, if there is one
 * @throws ConfigError
 */
export function browserSettings(site: string, config: string | undefined, contact: string): BrowserSettings {
  const ref = absolute(siteRef(site));
  const file = findWatchFile(config);
  if (file === null)
    return { endpoints: [plainEndpoint(ref, contact)], folders: browserFolders(resolve('-')) };
  const sides: readonly { readonly kind: string }[] = file.watches.flatMap((watch) => [
    watch.listed,
    watch.released,
  ]);
  const [first, ...rest] = sides.filter(isBrowser).filter((endpoint) => sameSite(endpoint.site, ref));
  return {
    endpoints: first === undefined ? [plainEndpoint(ref, contact)] : [first, ...rest],
    folders: browserFolders(file.store.path),
  };
}

/** An endpoint with the defaults of a watch file. */
function plainEndpoint(site: SiteRef, contact: string): BrowserEndpointConfig {
  return {
    kind: 'browser',
    site,
    url: null,
    model: '',
    profile: null,
    contact,
    headless: true,
    sandbox: true,
    minIntervalMs: null,
    termsReviewed: false,
    totalTimeoutMs: 300_000,
    answerTimeoutMs: 180_000,
    concurrency: 1,
    requestsPerMinute: null,
  };
}

function isBrowser(endpoint: { readonly kind: string }): endpoint is BrowserEndpointConfig {
  return endpoint.kind === 'browser';
}

function absolute(ref: SiteRef): SiteRef {
  return ref.kind === 'file' ? { kind: 'file', path: resolve(ref.path) } : ref;
}

function sameSite(a: SiteRef, b: SiteRef): boolean {
  if (a.kind === 'file') return b.kind === 'file' && resolve(a.path) === b.path;
  return b.kind === 'builtin' && a.id === b.id;
}

/** The Chromium that the environment names or has. */
export async function chromiumIn(env: Environment): Promise<string | null> {
  return await findChromium({ named: env.secret('CHROMIUM_PATH'), path: env.secret('PATH') });
}

/** Why no window can be opened, or null. */
export function windowProblem(env: Environment): string | null {
  if (
    process.platform !== 'linux' ||
    env.secret('DISPLAY') !== null ||
    env.secret('WAYLAND_DISPLAY') !== null
  )
    return null;
  return 'there is no display to open a window on (DISPLAY is not set). Run this on a desktop, or over ssh -X, and copy the profile folder.';
}
