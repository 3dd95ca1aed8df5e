import { setFlagsFromString } from 'node:v8';
import { openApp } from '../../app/index.js';
import { loadWatchFile, readEnvironment } from '../../config/index.js';
import { createLogger, systemClock } from '../../core/index.js';
import { lineEvents } from '../events.js';
import { exitCodes } from '../exit-codes.js';
import { counted } from '../figures.js';
import { untilSignal } from '../signals.js';
import type { Terminal } from '../terminal.js';

// In percent of what is alive. By itself V8 lets garbage grow to several times that before it looks for it: too much
// for a program that shares a small server for months.
const GARBAGE_PERCENT = 30;

/** Runs the daemon until it is told to stop. @throws ConfigError, StoreError, ProbeError, WebError */
export async function start(path: string, out: Terminal): Promise<number> {
  setFlagsFromString(`--heap-growing-percent=${GARBAGE_PERCENT}`);
  const env = readEnvironment();
  const file = loadWatchFile(path, env);
  const width = Math.max(...file.watches.map((watch) => watch.id.length), 1);
  // Before anything is opened: a stop during the start is a stop like any other.
  const stopped = untilSignal();
  const app = await openApp({
    file,
    env,
    clock: systemClock,
    logger: createLogger({ level: env.logLevel }),
    events: lineEvents(out, width),
    print: (line) => out.line(line),
  });
  // A port that is taken shows before anything is asked.
  const address = await app.serve().catch(async (error: unknown) => {
    await app.stop();
    throw error;
  });
  if (address !== null) out.line(`The page is at ${address}.`);
  await app.start();
  out.line(`Watching ${counted(file.watches.length, 'pair')}. Ctrl-C stops.`);
  const signal = await stopped;
  out.line(`${signal}: finishing what runs, then stopping.`);
  await app.stop();
  out.line('Stopped.');
  return exitCodes.ok;
}
