import { createTask, type ScheduledTask } from 'node-cron';
import type { CanaryConfig } from '../config/index.js';
import { DAY_MS, errorMessage } from '../core/index.js';
import type { FoldStatus } from '../fingerprint/index.js';
import { extraRounds, setCanaryDue } from '../store/index.js';
import type { BudgetPause, JobContext, RunnableWatch } from './context.js';
import type { Decider } from './decide.js';
import { runRound, type StopSignals } from './run-round.js';
import type { Schedule } from './schedule.js';

/**
 * Starts a watch's canary rounds on their own cron expression, in the time zone of its schedule. Those that
 * were missed while the program was down are not caught up: the next one is never far.
 */
export async function startCanary(
  context: JobContext,
  watchId: string,
  { cron, timezone }: { readonly cron: string; readonly timezone: string },
  round: (scheduledAt: number) => Promise<unknown>,
): Promise<Schedule> {
  const { store, logger } = context;
  let busy: Promise<void> | null = null;
  const run = (scheduledAt: number): void => {
    busy ??= round(scheduledAt)
      .then(() => undefined)
      .catch((error: unknown) => logger.error({ watch: watchId }, errorMessage(error)))
      .finally(() => {
        busy = null;
      });
  };
  const remember = (): Promise<void> => setCanaryDue(store.db, watchId, task.getNextRun()?.getTime() ?? null);
  const task: ScheduledTask = createTask(
    cron,
    async (tick) => {
      run(tick.date.getTime());
      await remember();
    },
    { timezone, suppressMissedWarning: true },
  );
  await task.start();
  await remember();
  return {
    stop: async () => {
      await task.destroy();
      await busy;
    },
  };
}

/** Whether the evidence has reached the watch's level of suspicion, but not the alarm. */
export function isSuspicious(status: FoldStatus, canary: CanaryConfig): boolean {
  return status.alarmAtTrial === null && status.verdict !== 'unreadable' && status.eValue >= canary.suspicion;
}

/**
 * While the evidence is suspicious, asks the full suites at once: one extra round at a time, up to the most
 * that a day of UTC may have. Resolves with what an extra round waits for, or null.
 *
 * Canary, full and extra trials are bets of one and the same e-process, folded in planned order. When the
 * next trial is asked, and from which suite, is decided by the trials before it alone; given those, its
 * answers are exchangeable under "same" whatever is asked, so each bet is fair and the e-value stays below
 * 1/level with the same chance. Looking closer because of what was seen is free; only dropping or reordering
 * trials that were planned would not be.
 */
export async function followSuspicion(
  context: JobContext,
  watch: RunnableWatch,
  decider: Decider,
  stop: StopSignals,
): Promise<BudgetPause | null> {
  const { clock, logger, store } = context;
  const { id, canary } = watch.config;
  while (canary !== null && !stop.draining.aborted && isSuspicious(decider.status(), canary)) {
    const now = clock.now();
    const today = await extraRounds(store.db, id, now - (now % DAY_MS));
    if (today.length >= canary.extraRoundsPerDay) {
      logger.warn(
        { watch: id, extraRounds: today.length },
        'suspicion holds, but no more rounds may be added today',
      );
      return null;
    }
    logger.info(
      { watch: id, eValue: decider.status().eValue },
      'suspicion: the full suites are asked at once',
    );
    const pause = await runRound(context, watch, decider, now, stop, 'extra');
    if (pause !== null) return pause;
  }
  return null;
}
