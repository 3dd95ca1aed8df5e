import { basename } from 'node:path';
import type { Json } from '../core/index.js';
import type { EndpointConfig, EndpointParams, SuiteRef, WatchConfig } from './types.js';

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
    releasedPerTrial: watch.releasedPerTrial,
    alpha: watch.alpha,
    compareLength: watch.compareLength,
  };
}

function endpointDefinition(endpoint: EndpointConfig): Json {
  const { kind, baseUrl, model, stream, params, extraBody } = endpoint;
  return { kind, baseUrl, model, stream, params: { ...params }, extraBody };
}

function suiteDefinition(suite: SuiteRef): Json {
  return suite.kind === 'file' ? { kind: 'file', name: basename(suite.path) } : { ...suite };
}

const compared: readonly (readonly [keyof EndpointParams, string])[] = [
  ['system', 'system'],
  ['temperature', 'temperature'],
  ['topP', 'top_p'],
  ['maxTokens', 'max_tokens'],
];

/** What is allowed but may surprise, one sentence each: settings that alone can make the sides distinguishable. */
export function watchWarnings(watch: WatchConfig): string[] {
  const { listed, released } = watch;
  const warnings = compared
    .filter(([key]) => listed.params[key] !== released.params[key])
    .map(
      ([, name]) =>
        `${watch.id}: params.${name} differs between the sides; that alone can make them distinguishable`,
    );
  const limits = [listed.params.maxTokens, released.params.maxTokens].filter((limit) => limit !== null);
  if (limits.some((limit) => watch.compareLength > 4 * limit)) {
    warnings.push(
      `${watch.id}: compare_length is more than four times max_tokens; answers that reach max_tokens end before it`,
    );
  }
  for (const [side, endpoint] of Object.entries({ listed, released })) {
    if (endpoint.apiKeyEnv !== null && isPlainHttp(endpoint.baseUrl)) {
      warnings.push(`${watch.id}: the ${side} side's API key is sent unencrypted (http://)`);
    }
  }
  return warnings;
}

function isPlainHttp(baseUrl: string): boolean {
  const { protocol, hostname } = new URL(baseUrl);
  const loopback = hostname === 'localhost' || hostname === '[::1]' || /^127\.[\d.]+$/.test(hostname);
  return protocol === 'http:' && !loopback;
}
