import {
  type ApiEndpointConfig,
  type EndpointConfig,
  type Environment,
  secretOf,
  type WatchConfig,
  type WatchFile,
} from '../config/index.js';
import type { Clock } from '../core/index.js';
import type { RunnableWatch } from '../jobs/index.js';
import {
  createApiEndpoint,
  createPacers,
  createRecordedEndpoint,
  type Endpoint,
  loadSuite,
  openRecording,
  type Recording,
  recordedSuite,
} from '../probes/index.js';
import { AppError } from './errors.js';

/** What a watch asks, and whom. */
export type Sides = Pick<RunnableWatch, 'suites' | 'endpoints'>;

/** Makes the endpoints of every watch of a file. @throws ConfigError, ProbeError */
export type OpenSides = (watch: WatchConfig) => Promise<Sides>;

export interface SidesOptions {
  readonly file: WatchFile;
  readonly env: Environment;
  readonly clock: Clock;
}

/** Watches that use the same account share its rate limit. */
export function sidesOf({ file, env, clock }: SidesOptions): OpenSides {
  const sides = file.watches.flatMap((watch) => [watch.listed, watch.released]);
  const pacers = createPacers(sides.map((side) => [accountOf(side), side] as const));
  const api = (config: ApiEndpointConfig): Endpoint => {
    const pacer = pacers.get(accountOf(config));
    if (!pacer) throw new AppError(`no pacer was made for ${config.baseUrl}`);
    const apiKey = config.apiKeyEnv === null ? null : secretOf(env, config.apiKeyEnv);
    return createApiEndpoint(config, { apiKey, pacer, clock });
  };
  return async ({ listed, released, suites }) => {
    const recordings = await openRecordings([listed, released]);
    const recorded = new Map(
      [...recordings].map(([path, recording]) => [path, createRecordedEndpoint(recording, clock)]),
    );
    const endpoint = (config: EndpointConfig): Endpoint => {
      if (config.kind !== 'recorded') return api(config);
      const known = recorded.get(config.path);
      if (!known) throw new AppError(`${config.path} was not read`);
      return known;
    };
    return {
      suites: recordings.size > 0 ? [recordedSuite([...recordings.values()])] : suites.map(loadSuite),
      endpoints: { listed: endpoint(listed), released: endpoint(released) },
    };
  };
}

/** The recordings among the sides, by path: two sides of one file share its answers. */
async function openRecordings(sides: readonly EndpointConfig[]): Promise<Map<string, Recording>> {
  const recordings = new Map<string, Recording>();
  for (const side of sides) {
    if (side.kind !== 'recorded' || recordings.has(side.path)) continue;
    recordings.set(side.path, await openRecording(side.path));
  }
  return recordings;
}

/** Whose rate limit a side's requests count against. */
function accountOf(endpoint: EndpointConfig): string {
  return endpoint.kind === 'recorded'
    ? `recorded ${endpoint.path}`
    : `${endpoint.baseUrl} ${endpoint.apiKeyEnv ?? ''}`;
}
