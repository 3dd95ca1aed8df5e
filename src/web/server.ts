import type { Socket } from 'node:net';
import { fastifyEtag } from '@fastify/etag';
import { fastifyFormbody } from '@fastify/formbody';
import { type FastifyInstance, type FastifyServerOptions, fastify, LogController } from 'fastify';
import type { WebConfig } from '../config/index.js';
import { errorMessage } from '../core/index.js';
import type { WebContext, WebParts } from './context.js';
import { WebError } from './errors.js';
import { addErrorPages, sendError } from './failures.js';
import { defaultLimits, type WebLimits } from './limits.js';
import { refuseOtherMethods } from './methods.js';
import { addProtection } from './protection.js';
import { routeModules } from './routes/index.js';
import { watchList } from './standing.js';

/** What the server shows, and to whom. */
export interface WebServerOptions extends WebParts {
  readonly limits?: Partial<WebLimits>;
}

/** The web page over a store. Make one with {@link createWebServer}. */
export interface WebServer {
  /** Begins to listen. Resolves with the address that it listens on. @throws WebError where the port can't be had */
  listen(): Promise<string>;
  /** Lets running requests end, for at most `graceMs`. The store stays open. */
  close(graceMs?: number): Promise<void>;
}

/** Sets up the server; it doesn't listen yet. */
export async function createWebServer(options: WebServerOptions): Promise<WebServer> {
  const { limits: changed, ...given } = options;
  const limits = { ...defaultLimits, ...changed };
  const { config } = options;
  const app = fastify(serverOptions(options, limits));
  app.server.maxConnections = limits.connections;
  let origin = config.publicUrl ?? addressOf(config.host, config.port);
  const context: WebContext = { ...given, watchList: watchList(given), publicUrl: () => origin };
  await addProtection(app, config, limits);
  await app.register(fastifyEtag, { weak: true });
  await app.register(fastifyFormbody, { bodyLimit: limits.bodyBytes });
  addErrorPages(app, context);
  const addRest = refuseOtherMethods(app);
  for (const module of routeModules) await app.register(async (scope) => await module(scope, context));
  addRest();
  await app.ready();
  return {
    listen: async () => {
      await listen(app, config);
      const at = app.server.address();
      const address = addressOf(config.host, typeof at === 'object' && at ? at.port : config.port);
      origin = config.publicUrl ?? address;
      return address;
    },
    close: async (graceMs = 5_000) => {
      const timer = setTimeout(() => app.server.closeAllConnections(), graceMs);
      try {
        await app.close();
      } finally {
        clearTimeout(timer);
      }
    },
  };
}

function serverOptions({ logger, config }: WebServerOptions, limits: WebLimits): FastifyServerOptions {
  return {
    // The address is for whoever started it to tell.
    loggerInstance: logger.isLevelEnabled('info') ? logger.child({}, { level: 'warn' }) : logger,
    logController: new LogController({ disableRequestLogging: true }),
    // The one hop that is trusted is the proxy itself: what stands further left in the header, a client may have written.
    trustProxy: config.trustProxy ? (_address, hop) => hop === 0 : false,
    bodyLimit: limits.bodyBytes,
    requestTimeout: limits.requestMs,
    connectionTimeout: limits.idleMs,
    keepAliveTimeout: limits.keepAliveMs,
    forceCloseConnections: 'idle',
    requestIdHeader: false,
    http: {
      headersTimeout: limits.headersMs,
      maxHeaderSize: limits.headerBytes,
      connectionsCheckingInterval: limits.checkEveryMs,
    },
    frameworkErrors: (error, request, reply) => sendError(error, request, reply),
    clientErrorHandler: refuseGarbage,
  } as FastifyServerOptions;
}

/** What is no HTTP, too slow or too large gets one short answer, and the connection ends. */
function refuseGarbage(error: NodeJS.ErrnoException, socket: Socket): void {
  if (error.code === 'ECONNRESET' || socket.destroyed || !socket.writable) {
    socket.destroy();
    return;
  }
  const status =
    error.code === 'HPE_HEADER_OVERFLOW'
      ? '431 Request Header Fields Too Large'
      : error.code === 'ERR_HTTP_REQUEST_TIMEOUT'
        ? '408 Request Timeout'
        : '400 Bad Request';
  socket.end(`HTTP/1.1 ${status}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`, () => socket.destroy());
}

async function listen(app: FastifyInstance, { host, port }: WebConfig): Promise<void> {
  try {
    await app.listen({ host, port });
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    const reason =
      code === 'EADDRINUSE'
        ? 'another program listens there'
        : code === 'EACCES'
          ? 'this user may not listen there'
          : errorMessage(cause);
    throw new WebError(`the web page can't be served on ${host} port ${port}: ${reason}`, { cause });
  }
}

function addressOf(host: string, port: number): string {
  return `http://${host.includes(':') ? `[${host}]` : host}:${port}`;
}
