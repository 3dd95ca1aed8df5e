import { Presets, SingleBar } from 'cli-progress';
import { openApp, statusOf } from '../../app/index.js';
import { loadWatchFile, readEnvironment } from '../../config/index.js';
import { createLogger, plainLine, systemClock } from '../../core/index.js';
import type { JobEvents } from '../../jobs/index.js';
import { pauseLine } from '../budget-lines.js';
import { silentEvents } from '../events.js';
import { exitCodes } from '../exit-codes.js';
import { untilSignal } from '../signals.js';
import { evidenceBar, type Terminal, verdictLabel } from '../terminal.js';

/** Runs one round of one watch now. @throws AppError, ConfigError, StoreError, ProbeError */
export async function runRound(
  path: string,
  watchId: string,
  json: boolean,
  out: Terminal,
  info: Terminal,
): Promise<number> {
  const env = readEnvironment();
  const file = loadWatchFile(path, env);
  const app = await openApp({
    file,
    env,
    clock: systemClock,
    logger: createLogger({ level: env.logLevel }),
    events: progressEvents(info),
    print: (line) => info.line(line),
  });
  const signal = untilSignal().then(() => 'signal' as const);
  try {
    const round = app.runRound(watchId).then(() => 'done' as const);
    if ((await Promise.race([round, signal])) === 'signal') {
      info.line('Stopping: the round stays open and is taken up at the next start.');
      return exitCodes.failure;
    }
    const status = (await statusOf(app.store, file.watches, systemClock.now())).find(
      (row) => row.id === watchId,
    );
    if (!status) return exitCodes.failure;
    if (json) {
      out.line(JSON.stringify(status, null, 2));
    } else {
      out.line(
        `${verdictLabel(out, status.verdict)} ${evidenceBar(status, status.level)}  ${status.trials} trials`,
      );
      out.line(plainLine(status.sentence, 1000));
      if (status.paused) out.line(out.paint('yellow', pauseLine(status.paused, status.paused.resumesAt)));
    }
    return exitCodes.ok;
  } finally {
    await app.stop();
  }
}

function progressEvents(info: Terminal): JobEvents {
  const bar = info.isTty
    ? new SingleBar(
        { format: '{bar} {value}/{total} trials, evidence {odds}', stream: process.stderr },
        Presets.shades_classic,
      )
    : null;
  return {
    ...silentEvents,
    roundStarted: (id, round, trials) => {
      if (bar) bar.start(trials, 0, { odds: '1' });
      else info.line(`${plainLine(id)}: round ${round}, ${trials} trials`);
    },
    trialFolded: (_, status) => bar?.increment(1, { odds: (10 ** status.log10E).toPrecision(2) }),
    roundFinished: () => bar?.stop(),
    roundPaused: () => bar?.stop(),
  };
}
