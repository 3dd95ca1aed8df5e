import { join } from 'node:path';
import { afterEach } from 'vitest';
import type { WatchConfig, WebConfig } from '../../src/config/index.js';
import { createLogger, systemClock } from '../../src/core/index.js';
import type { JobContext } from '../../src/jobs/index.js';
import { openStore, type Store } from '../../src/store/index.js';
import type { WebLimits } from '../../src/web/limits.js';
import { createWebServer } from '../../src/web/server.js';
import { temporaryFolders } from '../_util/folder.js';

const newFolder = temporaryFolders();

export const webConfig: WebConfig = {
  host: '127.0.0.1',
  port: 0,
  publicUrl: null,
  trustProxy: false,
  operator: null,
  contact: null,
  license: 'CC BY 4.0',
};

interface ServeOptions {
  readonly store?: Store;
  readonly watches?: readonly WatchConfig[];
  readonly config?: Partial<WebConfig>;
  readonly limits?: Partial<WebLimits>;
  readonly witnesses?: readonly string[];
  readonly isReadOnly?: boolean;
  readonly jobs?: JobContext | null;
}

const closing: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

/** Serves a store, an empty one unless given, on a free port of loopback until the test ends. Returns the address. */
export async function serve(options: ServeOptions = {}): Promise<string> {
  const {
    store: given,
    config,
    limits,
    watches = [],
    witnesses = [],
    isReadOnly = false,
    jobs = null,
  } = options;
  const store = given ?? (await openStore({ kind: 'sqlite', path: join(newFolder(), 'web.db') }));
  if (!given) closing.push(() => store.close());
  const server = await createWebServer({
    store,
    clock: systemClock,
    logger: createLogger({ level: 'silent' }),
    config: { ...webConfig, ...config },
    watches,
    witnesses,
    isReadOnly,
    jobs,
    ...(limits ? { limits } : {}),
  });
  closing.push(() => server.close(100));
  return await server.listen();
}
