import type { FastifyInstance } from 'fastify';
import type { WatchConfig, WebConfig } from '../config/index.js';
import type { Clock, Logger } from '../core/index.js';
import type { JobContext } from '../jobs/index.js';
import type { Store } from '../store/index.js';
import type { ListedWatch } from './standing.js';

/** What every route module is given. */
export interface WebContext {
  /** Other processes may write to it meanwhile. */
  readonly store: Store;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly config: WebConfig;
  /** Those of the watch file; the store may know more. */
  readonly watches: readonly WatchConfig[];
  /** Verifier keys of the witnesses whose co-signatures of the log are taken. */
  readonly witnesses: readonly string[];
  /** Nothing may be written to the store: what would need that is left out. */
  readonly isReadOnly: boolean;
  /** What subscriptions are kept with; null: no mail can be sent from here. */
  readonly jobs: JobContext | null;
  /** All watches of the store with their standings, as they were at most a second ago. */
  readonly watchList: () => Promise<readonly ListedWatch[]>;
  /** The origin of links that leave the page: without a slash at its end, never from what a client sent. */
  readonly publicUrl: () => string;
}

/** What a server is made of; it makes the rest itself. */
export type WebParts = Omit<WebContext, 'publicUrl' | 'watchList'>;

/** Adds the routes of one subject. Its hooks and plugins reach only these. */
export type RouteModule = (app: FastifyInstance, context: WebContext) => void | Promise<void>;
