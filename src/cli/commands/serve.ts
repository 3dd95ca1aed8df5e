import { servePage } from '../../app/index.js';
import { readEnvironment } from '../../config/index.js';
import { createLogger, systemClock } from '../../core/index.js';
import { exitCodes } from '../exit-codes.js';
import { untilSignal } from '../signals.js';
import type { Terminal } from '../terminal.js';
import { readWatchFile } from '../watch-file.js';

/** Serves the web page, and nothing else, until it is told to stop. Works while the daemon runs. @throws ConfigError, StoreError, WebError */
export async function serve(path: string, out: Terminal): Promise<number> {
  const file = readWatchFile(path);
  const logger = createLogger({ level: readEnvironment().logLevel });
  const stopped = untilSignal();
  const page = await servePage(file, systemClock, logger);
  out.line(`The page is at ${page.address}. Ctrl-C stops.`);
  await stopped;
  await page.close();
  return exitCodes.ok;
}
