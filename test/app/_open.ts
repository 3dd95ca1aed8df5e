import { type App, openApp } from '../../src/app/index.js';
import { silentEvents } from '../../src/cli/events.js';
import { loadWatchFile, readEnvironment, type WatchFile } from '../../src/config/index.js';
import { createLogger, systemClock } from '../../src/core/index.js';

/** Opens the program, silent, on the watch file at `path`. */
export async function openAt(path: string): Promise<{ app: App; file: WatchFile }> {
  const env = readEnvironment();
  const file = loadWatchFile(path, env);
  const logger = createLogger({ level: 'silent' });
  const app = await openApp({
    file,
    env,
    clock: systemClock,
    logger,
    events: silentEvents,
    print: () => undefined,
  });
  return { app, file };
}
