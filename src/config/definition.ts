import { basename } from 'node:path';
import type { Json } from '../core/index.js';
import type { SiteRef } from './endpoints/browser.js';
import { loadSiteRecipe, siteRecipeHash } from './endpoints/load-recipe.js';
import type { ApiEndpointConfig, EndpointConfig, EndpointParams, SuiteRef, WatchConfig } from './types.js';

/**
 * What a watch compares and promises, for the evidence log: a change here opens a new epoch. Left out is
 * what changes neither (names, schedule, pacing, timeouts, alerts), every secret, and folders: a suite of
 * one's own stands with its file name, its contents are known by the suite's hash.
 */
export function watchDefinition(watch: WatchConfig): Json {
  return {
    listed: endpointDefinition(watch.listed),
    released: endpointDefinition(watch.released),
    suites: watch.suites.map(suiteDefinition),
    ...(watch.canary === null ? {} : { canarySuites: watch.canary.suites.map(suiteDefinition) }),
    releasedPerTrial: watch.releasedPerTrial,
    alpha: watch.alpha,
    compareLength: watch.compareLength,
  };
}

function endpointDefinition(endpoint: EndpointConfig): Json {
  if (endpoint.kind === 'browser') {
    const { kind, site, url, model } = endpoint;
    return { kind, site: siteName(site), recipe: siteRecipeHash(loadSiteRecipe(site)), url, model };
  }
  // What the file holds is known by the suite that is made of it.
  if (endpoint.kind === 'recorded')
    return { kind: endpoint.kind, model: endpoint.model, file: basename(endpoint.path) };
  const { kind, baseUrl, model, stream, params, extraBody, topLogprobs, provider } = endpoint;
  // What is not set stands nowhere, so that a new setting opens no epoch where it is not used.
  return {
    kind,
    baseUrl,
    model,
    stream,
    extraBody,
    params: given(params),
    ...given({ topLogprobs, provider }),
  };
}

function given(settings: object): { [key: string]: Json } {
  return Object.fromEntries(
    Object.entries(settings as Record<string, Json>).filter(([, value]) => value !== null),
  );
}

/** Where a side is, for people: the host, the file or the site. */
export function endpointPlace(endpoint: EndpointConfig): string {
  if (endpoint.kind === 'recorded') return basename(endpoint.path);
  if (endpoint.kind !== 'browser') return new URL(endpoint.baseUrl).host;
  return endpoint.url === null ? siteName(endpoint.site) : new URL(endpoint.url).host;
}

/** A recipe's id, or the name of its file. */
export function siteName(site: SiteRef): string {
  return site.kind === 'file' ? basename(site.path) : site.id;
}

/** How long a side's answers can be at most, in tokens; null: not stated. */
export function answerTokens(endpoint: EndpointConfig): number | null {
  if (!isApi(endpoint) || endpoint.params.maxTokens === null) return null;
  return endpoint.params.maxTokens - (endpoint.params.thinkingBudget ?? 0);
}

/** Whether a side is reached through an HTTP API. */
export function isApi(endpoint: EndpointConfig): endpoint is ApiEndpointConfig {
  return endpoint.kind !== 'recorded' && endpoint.kind !== 'browser';
}

function suiteDefinition(suite: SuiteRef): Json {
  return suite.kind === 'file' ? { kind: 'file', name: basename(suite.path) } : { ...suite };
}

const compared: readonly (readonly [keyof EndpointParams, string])[] = [
  ['system', 'system'],
  ['temperature', 'temperature'],
  ['topP', 'top_p'],
  ['maxTokens', 'max_tokens'],
  ['reasoningEffort', 'reasoning_effort'],
  ['thinkingBudget', 'thinking_budget'],
];

/** What is allowed but may surprise, one sentence each: settings that alone can make the sides distinguishable. */
export function watchWarnings(watch: WatchConfig): string[] {
  const { listed, released } = watch;
  const warnings = isApi(listed) && isApi(released) ? differences(watch.id, listed, released) : [];
  const limits = [listed, released].map(answerTokens).filter((limit) => limit !== null);
  if (limits.some((limit) => watch.compareLength > 4 * limit)) {
    warnings.push(
      `${watch.id}: compare_length is more than four times max_tokens; answers that reach max_tokens end before it`,
    );
  }
  for (const [side, endpoint] of Object.entries({ listed, released })) {
    if (isApi(endpoint) && endpoint.apiKeyEnv !== null && isPlainHttp(endpoint.baseUrl)) {
      warnings.push(`${watch.id}: the ${side} side's API key is sent unencrypted (http://)`);
    }
    if (isApi(endpoint) && endpoint.budget !== null && endpoint.params.maxTokens === null) {
      warnings.push(
        `${watch.id}: the ${side} side has a budget but no max_tokens; one long answer can pass it, and trials run one at a time`,
      );
    }
    if (endpoint.kind === 'recorded') {
      warnings.push(
        `${watch.id}: the ${side} side's answers were given before; whatever changed since can make the sides distinguishable`,
      );
    }
  }
  return warnings;
}

function differences(id: string, listed: ApiEndpointConfig, released: ApiEndpointConfig): string[] {
  return compared
    .filter(([key]) => listed.params[key] !== released.params[key])
    .map(
      ([, name]) =>
        `${id}: params.${name} differs between the sides; that alone can make them distinguishable`,
    );
}

function isPlainHttp(baseUrl: string): boolean {
  const { protocol, hostname } = new URL(baseUrl);
  return protocol === 'http:' && !isLoopback(hostname);
}

/** Whether the host of a URL is this machine. */
export function isLoopback(hostname: string): boolean {
  return hostname === 'localhost' || hostname === '[::1]' || /^127(\.\d{1,3}){3}$/.test(hostname);
}
