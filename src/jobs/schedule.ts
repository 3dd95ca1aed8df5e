import { createTask, type ScheduledTask } from 'node-cron';
import type { ScheduleConfig } from '../config/index.js';
import { type Clock, errorMessage } from '../core/index.js';
import { findWatch, setNextDue } from '../store/index.js';
import type { BudgetPause, JobContext } from './context.js';

/** A watch's place on the schedule. */
export interface Schedule {
  stop(): Promise<void>;
}

/** What a schedule starts. Each resolves with what the watch's round waits for, or null. */
export interface Rounds {
  /** Runs the round of a tick. */
  start(scheduledAt: number): Promise<BudgetPause | null>;
  /** Goes on with the round that was left open. */
  resume(): Promise<BudgetPause | null>;
  /** A stop, a crash or a budget left a round open. */
  readonly leftOpen: boolean;
}

const HOUR_MS = 3_600_000;

/**
 * Starts a watch's rounds on its cron schedule: in its timezone, delayed by up to the jitter, never twice at
 * once. However many rounds were missed while the program was down, one is caught up at the start; where
 * a round was left open, going on with it takes that place. A round that waits for a budget goes on when
 * that begins anew, or at a tick before.
 */
export async function startSchedule(
  context: JobContext,
  watchId: string,
  config: ScheduleConfig,
  rounds: Rounds,
): Promise<Schedule> {
  const { store, clock, logger } = context;
  const { db } = store;
  const name = `${config.cron} ${config.timezone}`;
  const known = (await findWatch(db, watchId))?.watch;
  const missed = known?.schedule === name && known.next_due_at !== null && known.next_due_at < clock.now();

  let busy: Promise<unknown> | null = null;
  let waiting = new AbortController();
  const run = (work: () => Promise<BudgetPause | null>): void => {
    if (busy !== null) {
      logger.warn({ watch: watchId }, 'a round was skipped: the one before it is still running');
      return;
    }
    waiting.abort();
    busy = work()
      .then(awaitBudget)
      .catch((error: unknown) => logger.error({ watch: watchId }, errorMessage(error)))
      .finally(() => {
        busy = null;
      });
  };
  const awaitBudget = (pause: BudgetPause | null): void => {
    const at = pause?.resumesAt ?? null;
    if (at === null) return;
    waiting = new AbortController();
    sleepUntil(clock, at, waiting.signal).then(
      () => run(rounds.resume),
      () => undefined,
    );
  };
  const remember = async (): Promise<void> => {
    await setNextDue(db, watchId, name, task.getNextRun()?.getTime() ?? null);
  };
  const task: ScheduledTask = createTask(
    config.cron,
    async (tick) => {
      run(() => rounds.start(tick.date.getTime()));
      await remember();
    },
    { timezone: config.timezone, maxRandomDelay: config.jitterMs, suppressMissedWarning: true },
  );
  await task.start();
  const missedAt = known?.next_due_at ?? clock.now();
  if (rounds.leftOpen) run(rounds.resume);
  else if (missed) {
    logger.info({ watch: watchId, dueAt: missedAt }, 'catching up one missed round');
    run(() => rounds.start(missedAt));
  }
  await remember();
  return {
    stop: async () => {
      waiting.abort();
      await task.destroy();
      await busy;
      // The last round may have begun to wait.
      waiting.abort();
    },
  };
}

/** In steps: timers hold a few weeks at most, and a clock that is set anew meanwhile has to be noticed. */
async function sleepUntil(clock: Clock, at: number, signal: AbortSignal): Promise<void> {
  for (let left = at - clock.now(); left > 0; left = at - clock.now()) {
    await clock.sleep(Math.min(left, HOUR_MS), signal);
  }
}
