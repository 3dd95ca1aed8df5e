import { createTask, type ScheduledTask } from 'node-cron';
import type { ScheduleConfig } from '../config/index.js';
import { errorMessage } from '../core/index.js';
import { findWatch, setNextDue } from '../store/index.js';
import type { JobContext } from './context.js';

/** A watch's place on the schedule. */
export interface Schedule {
  stop(): Promise<void>;
}

/**
 * Runs `round` on the watch's cron schedule: in its timezone, delayed by up to the jitter, never twice at
 * once. However many rounds were missed while the program was down, one is caught up at the start; where
 * a round was left open, going on with it (`resume`) takes that place.
 */
export async function startSchedule(
  context: JobContext,
  watchId: string,
  config: ScheduleConfig,
  round: (scheduledAt: number) => Promise<void>,
  resume: (() => Promise<unknown>) | null,
): Promise<Schedule> {
  const { store, clock, logger } = context;
  const { db } = store;
  const name = `${config.cron} ${config.timezone}`;
  const known = (await findWatch(db, watchId))?.watch;
  const missed = known?.schedule === name && known.next_due_at !== null && known.next_due_at < clock.now();

  let busy: Promise<unknown> | null = null;
  const run = (work: () => Promise<unknown>): void => {
    if (busy !== null) {
      logger.warn({ watch: watchId }, 'a round was skipped: the one before it is still running');
      return;
    }
    busy = work()
      .catch((error: unknown) => logger.error({ watch: watchId }, errorMessage(error)))
      .finally(() => {
        busy = null;
      });
  };
  const remember = async (): Promise<void> => {
    await setNextDue(db, watchId, name, task.getNextRun()?.getTime() ?? null);
  };
  const task: ScheduledTask = createTask(
    config.cron,
    async (tick) => {
      run(() => round(tick.date.getTime()));
      await remember();
    },
    { timezone: config.timezone, maxRandomDelay: config.jitterMs, suppressMissedWarning: true },
  );
  await task.start();
  const missedAt = known?.next_due_at ?? clock.now();
  if (resume) run(resume);
  else if (missed) {
    logger.info({ watch: watchId, dueAt: missedAt }, 'catching up one missed round');
    run(() => round(missedAt));
  }
  await remember();
  return {
    stop: async () => {
      await task.destroy();
      await busy;
    },
  };
}
