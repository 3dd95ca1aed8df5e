import { defaultWeb, type WatchFile } from '../config/index.js';
import type { Clock, Logger } from '../core/index.js';
import { openStore } from '../store/index.js';
import type { WebParts, WebServer } from '../web/index.js';

/** A web page that is being served. */
export interface ServedPage {
  /** Where it is found. */
  readonly address: string;
  close(): Promise<void>;
}

/** Serves the page over a store that is open. @throws WebError where the port can't be had */
export async function serveStore(context: WebParts): Promise<ServedPage> {
  const server = await createServer(context);
  try {
    return { address: await server.listen(), close: () => server.close() };
  } catch (error) {
    await server.close();
    throw error;
  }
}

/** Serves the page of a file's store, which a daemon may be using: reads only. @throws StoreError, WebError */
export async function servePage(file: WatchFile, clock: Clock, logger: Logger): Promise<ServedPage> {
  const store = await openStore(file.store, { mustExist: true, readOnly: true });
  try {
    const { web, watches, evidence } = file;
    const page = await serveStore({
      store,
      clock,
      logger,
      config: web ?? defaultWeb,
      watches,
      witnesses: evidence.witnesses,
      isReadOnly: true,
      jobs: null,
    });
    return {
      address: page.address,
      close: async () => {
        await page.close();
        await store.close();
      },
    };
  } catch (error) {
    await store.close();
    throw error;
  }
}

// Loaded when it is needed: most commands serve nothing.
async function createServer(context: WebParts): Promise<WebServer> {
  const { createWebServer } = await import('../web/index.js');
  return await createWebServer(context);
}
