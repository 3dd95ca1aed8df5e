import {
  type ApiEndpointConfig,
  apiAccount,
  type Budget,
  type EndpointConfig,
  type Environment,
  type WatchConfig,
  type WatchFile,
} from '../config/index.js';
import type { Clock } from '../core/index.js';
import type { RunnableWatch } from '../jobs/index.js';
import {
  browserFolders,
  createApiEndpoint,
  createBrowserSites,
  createRecordedEndpoint,
  type Endpoint,
  findChromium,
  throughHtml,
} from '../probes/index.js';
import { apiAccess } from './api-access.js';
import { AppError } from './errors.js';
import { canarySuitesOf, recordingsOf, suitesFor } from './watch-suites.js';

/** What a watch asks, and whom. */
export type Sides = Pick<RunnableWatch, 'suites' | 'canarySuites' | 'endpoints'>;

/** Makes the endpoints of every watch of a file. @throws ConfigError, ProbeError */
export type OpenSides = (watch: WatchConfig) => Promise<Sides>;

export interface SidesOptions {
  readonly file: WatchFile;
  readonly env: Environment;
  readonly clock: Clock;
  /** By account. */
  readonly budgets: ReadonlyMap<string, Budget>;
}

/** Watches that use the same account share its rate limit, those on the same web site its pace. */
export function sidesOf({ file, env, clock, budgets }: SidesOptions): OpenSides {
  const access = apiAccess(file.watches, env);
  const api = (config: ApiEndpointConfig): Endpoint => {
    const counted = config.price !== null || budgets.has(apiAccount(config));
    return createApiEndpoint(config, { ...access(config), clock, counted });
  };
  const sites = createBrowserSites({
    clock,
    chromium: () => findChromium({ named: env.secret('CHROMIUM_PATH'), path: env.secret('PATH') }),
    ...browserFolders(file.store.path),
  });
  return async (watch) => {
    const { listed, released, suites } = watch;
    const recordings = await recordingsOf(watch);
    const recorded = new Map(
      [...recordings].map(([path, recording]) => [path, createRecordedEndpoint(recording, clock)]),
    );
    const side = (config: EndpointConfig): Side => {
      if (config.kind === 'browser') {
        const endpoint = sites.endpoint(config);
        return { endpoint, isRendered: endpoint.rendering === 'html' };
      }
      const endpoint = config.kind === 'recorded' ? recorded.get(config.path) : api(config);
      if (!endpoint) throw new AppError(`the answers of ${config.model} were not read`);
      return { endpoint, isRendered: false };
    };
    return {
      suites: suitesFor(suites, recordings),
      canarySuites: canarySuitesOf(watch),
      endpoints: inOneForm({ listed: side(listed), released: side(released) }),
    };
  };
}

interface Side {
  readonly endpoint: Endpoint;
  /** Its answers are read from what a page shows. */
  readonly isRendered: boolean;
}

/** Where one side's answers come rendered, the other's are rendered alike: else the transport would show. */
function inOneForm({ listed, released }: { listed: Side; released: Side }): Sides['endpoints'] {
  const isAny = listed.isRendered || released.isRendered;
  const form = ({ endpoint, isRendered }: Side): Endpoint =>
    isAny && !isRendered ? throughHtml(endpoint) : endpoint;
  return { listed: form(listed), released: form(released) };
}
