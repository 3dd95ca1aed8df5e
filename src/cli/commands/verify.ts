import { costCurrency, openApp, type Verified } from '../../app/index.js';
import { loadWatchFile, readEnvironment } from '../../config/index.js';
import { createLogger, plainLine, systemClock } from '../../core/index.js';
import type { Verdict } from '../../fingerprint/index.js';
import type { JobEvents, VerifyEnd, VerifyProgress } from '../../jobs/index.js';
import { pauseLine } from '../budget-lines.js';
import { silentEvents } from '../events.js';
import { exitCodes } from '../exit-codes.js';
import { money } from '../figures.js';
import { type LateBar, lateBar } from '../progress-bar.js';
import { untilSignal } from '../signals.js';
import { evidenceBar, odds, type Terminal, verdictLabel } from '../terminal.js';

export interface VerifyCommand {
  readonly config: string;
  readonly maxTrials: number;
  /** In the currency of the sides' prices. */
  readonly maxCost?: number;
  readonly continue: boolean;
  readonly json: boolean;
}

const codes: Readonly<Record<Verdict, number>> = {
  equivalent: exitCodes.ok,
  different: exitCodes.different,
  undecided: exitCodes.undecided,
  unreadable: exitCodes.unreadable,
};

/**
 * Asks both sides of a watch until they are found different or equivalent, or a limit is reached. Returns the
 * exit code of the verdict. @throws AppError, ConfigError, StoreError, ProbeError
 */
export async function verify(
  watchId: string,
  options: VerifyCommand,
  out: Terminal,
  info: Terminal,
): Promise<number> {
  const env = readEnvironment();
  const file = loadWatchFile(options.config, env);
  const config = file.watches.find(({ id }) => id === watchId);
  const currency = config ? costCurrency(config) : null;
  const progress = info.isTty
    ? barProgress(options.maxTrials, currency, info)
    : lineProgress(info, plainLine(watchId), currency);
  // Before anything is opened: a stop during the start is a stop like any other.
  const signal = untilSignal();
  const app = await openApp({
    file,
    env,
    clock: systemClock,
    logger: createLogger({ level: env.logLevel }),
    events: progress.events,
    print: progress.print,
  });
  let stopping: Promise<void> | null = null;
  void signal.then(() => {
    progress.stop();
    info.line(
      'Stopping: what runs may finish. The round stays open and goes on next time (verify --continue).',
    );
    stopping = app.stop();
  });
  try {
    const verified = await app.verify(watchId, {
      isContinued: options.continue,
      maxTrials: options.maxTrials,
      maxMicros: options.maxCost === undefined ? null : Math.round(options.maxCost * 1e6),
      onProgress: progress.onProgress,
    });
    progress.stop();
    if (options.json) out.line(JSON.stringify(summary(verified, currency), null, 2));
    else show(verified, currency, out);
    return codes[verified.status.verdict];
  } finally {
    progress.stop();
    await (stopping ?? app.stop());
  }
}

interface Progress extends Pick<LateBar, 'print' | 'stop'> {
  readonly events: JobEvents;
  onProgress(progress: VerifyProgress): void;
}

function barProgress(maxTrials: number, currency: string | null, info: Terminal): Progress {
  const { bar, print, stop } = lateBar(
    info,
    '{value}/{total} trials, {voids} void, evidence {evidence} of {goal}{cost}',
  );
  let isShown = false;
  let goal = '';
  return {
    events: {
      ...silentEvents,
      // Not before: until then there may be errors to tell, and a bar redraws itself until it is stopped.
      roundStarted: () => {
        if (!isShown) bar.start(maxTrials, 0, { voids: 0, evidence: '1', cost: '', goal });
        isShown = true;
      },
      trialFolded: (_, status) =>
        bar.increment(1, { voids: status.voidTrials, evidence: odds(status.log10E) }),
    },
    onProgress: ({ trials, micros, level }) => {
      goal = odds(Math.log10(1 / level));
      bar.update(trials, { goal, cost: currency === null ? '' : `, ${money(micros / 1e6)} ${currency}` });
    },
    print,
    stop,
  };
}

function lineProgress(info: Terminal, name: string, currency: string | null): Progress {
  return {
    events: silentEvents,
    onProgress: ({ status, level, trials, micros }) => {
      if (trials === 0) return;
      const cost = currency === null ? '' : `, ${money(micros / 1e6)} ${currency}`;
      const counts = `${trials} trials, ${status.voidTrials} void${cost}`;
      info.line(`${verdictLabel(info, status.verdict)} ${name}  ${evidenceBar(status, level)}  ${counts}`);
    },
    print: (line) => info.line(line),
    stop: () => undefined,
  };
}

const reasons: Readonly<Record<VerifyEnd, string>> = {
  decided: 'The verdict is reached.',
  unreadable: 'Ended early: more requests would not make it readable.',
  'max-trials': 'Ended by --max-trials.',
  'max-cost': 'Ended by --max-cost: the next trial might cost more than what is left.',
  budget: 'Ended by a budget of the watch file.',
  'no-prompts': 'Ended for want of prompts: the suites have none left in this epoch.',
  stopped: 'Stopped.',
};

function show({ verification, status }: Verified, currency: string | null, out: Terminal): void {
  const { end, trials, micros } = verification;
  out.line(
    `${verdictLabel(out, status.verdict)} ${evidenceBar(status, status.level)}  ${status.trials} trials, ${status.voidTrials} void`,
  );
  out.line(plainLine(status.sentence, 1000));
  if (status.paused) out.line(out.paint('yellow', pauseLine(status.paused, status.paused.resumesAt)));
  for (const finding of status.findings.slice(0, 5)) out.line(`  – ${plainLine(finding.sentence)}`);
  const cost = currency === null ? '' : `, ${money(micros / 1e6)} ${currency}`;
  out.line(`${reasons[end]} Epoch ${status.epoch}; this run: ${trials} trials${cost}.`);
}

/** What `--json` prints: the watch's status, and how the verification ended. */
function summary({ verification, status }: Verified, currency: string | null): object {
  const { end, trials, micros } = verification;
  const cost = currency === null ? null : { amount: micros / 1e6, currency };
  return { ...status, verification: { end, trials, cost } };
}
