import {
  type ApiEndpointConfig,
  apiAccount,
  type Environment,
  isApi,
  secretOf,
  type WatchConfig,
} from '../config/index.js';
import { createPacers, type Pacer } from '../probes/index.js';
import { AppError } from './errors.js';

/** What a request to an API needs beside its settings. */
export interface ApiAccess {
  readonly apiKey: string | null;
  readonly pacer: Pacer;
}

/** The sides of some watches that are APIs. */
export function apisOf(watches: readonly WatchConfig[]): ApiEndpointConfig[] {
  return watches.flatMap(({ listed, released }) => [listed, released]).filter(isApi);
}

/** Gives each API of some watches its access; those on one account share a pacer. Each call throws ConfigError for a missing key. */
export function apiAccess(
  watches: readonly WatchConfig[],
  env: Environment,
): (config: ApiEndpointConfig) => ApiAccess {
  const pacers = createPacers(apisOf(watches).map((config) => [apiAccount(config), config] as const));
  return (config) => {
    const pacer = pacers.get(apiAccount(config));
    if (!pacer) throw new AppError(`no pacer was made for ${config.baseUrl}`);
    return { apiKey: config.apiKeyEnv === null ? null : secretOf(env, config.apiKeyEnv), pacer };
  };
}
