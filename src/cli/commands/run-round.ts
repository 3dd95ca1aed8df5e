import { openApp, statusOf } from '../../app/index.js';
import { loadWatchFile, readEnvironment } from '../../config/index.js';
import { createLogger, plainLine, systemClock } from '../../core/index.js';
import type { JobEvents } from '../../jobs/index.js';
import { pauseLine } from '../budget-lines.js';
import { silentEvents } from '../events.js';
import { exitCodes } from '../exit-codes.js';
import { type LateBar, lateBar } from '../progress-bar.js';
import { untilSignal } from '../signals.js';
import { evidenceBar, odds, type Terminal, verdictLabel } from '../terminal.js';

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
  const progress = info.isTty ? barProgress(info) : lineProgress(info);
  const app = await openApp({
    file,
    env,
    clock: systemClock,
    logger: createLogger({ level: env.logLevel }),
    events: progress.events,
    print: progress.print,
  });
  const signal = untilSignal().then(() => 'signal' as const);
  try {
    const round = app.runRound(watchId).then(() => 'done' as const);
    if ((await Promise.race([round, signal])) === 'signal') {
      progress.stop();
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
    progress.stop();
    await app.stop();
  }
}

interface Progress extends Pick<LateBar, 'print' | 'stop'> {
  readonly events: JobEvents;
}

function barProgress(info: Terminal): Progress {
  const { bar, print, stop } = lateBar(info, '{value}/{total} trials, evidence {evidence}');
  const events: JobEvents = {
    ...silentEvents,
    roundStarted: (_id, _round, trials) => bar.start(trials, 0, { evidence: '1' }),
    trialFolded: (_, status) => bar.increment(1, { evidence: odds(status.log10E) }),
    roundFinished: stop,
    roundPaused: stop,
  };
  return { events, print, stop };
}

function lineProgress(info: Terminal): Progress {
  const events: JobEvents = {
    ...silentEvents,
    roundStarted: (id, round, trials) => info.line(`${plainLine(id)}: round ${round}, ${trials} trials`),
  };
  return { events, print: (line) => info.line(line), stop: () => undefined };
}
