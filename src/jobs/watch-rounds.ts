import PQueue from 'p-queue';
import { openRounds, type RoundTier } from '../store/index.js';
import { followSuspicion } from './canary.js';
import type { BudgetPause, JobContext, RunnableWatch } from './context.js';
import type { Decider } from './decide.js';
import { resumeRound, runRound, type StopSignals } from './run-round.js';

/** The rounds of one watch, one at a time. Each call resolves with the budget that a round waits for, or null. */
export interface WatchRounds {
  /** Goes on with the rounds that a stop, a crash, an error or a budget left open, up to one that has to wait. */
  resume(): Promise<BudgetPause | null>;
  /** A full round, after those that were left open. Waits for the round that runs. */
  full(scheduledAt: number): Promise<BudgetPause | null>;
  /** A canary round, after those that were left open. None where another round runs: that one asks already. */
  canary(scheduledAt: number): Promise<BudgetPause | null>;
  /** Goes on with what was left open; where nothing was, a full round. Suspicion adds none. */
  once(): Promise<BudgetPause | null>;
}

export function createWatchRounds(
  context: JobContext,
  watch: RunnableWatch,
  decider: Decider,
  stop: StopSignals,
): WatchRounds {
  const turns = new PQueue({ concurrency: 1 });
  const run = (tier: RoundTier, at: number): Promise<BudgetPause | null> =>
    runRound(context, watch, decider, at, stop, tier);
  const takeUp = async (): Promise<{ taken: number; pause: BudgetPause | null }> => {
    const open = await openRounds(context.store.db, watch.config.id);
    for (const round of open) {
      const pause = await resumeRound(context, watch, decider, round, stop);
      if (pause !== null) return { taken: open.length, pause };
    }
    return { taken: open.length, pause: null };
  };
  const scheduled = async (tier: RoundTier, at: number): Promise<BudgetPause | null> => {
    // A round that was left open would hold up the fold of every later one.
    const { pause } = await takeUp();
    if (pause !== null || stop.draining.aborted) return pause;
    return (await run(tier, at)) ?? (await followSuspicion(context, watch, decider, stop));
  };
  return {
    resume: () =>
      turns.add(async () => (await takeUp()).pause ?? (await followSuspicion(context, watch, decider, stop))),
    full: (at) => turns.add(() => scheduled('full', at)),
    canary: async (at) => (turns.pending > 0 ? null : await turns.add(() => scheduled('canary', at))),
    once: () =>
      turns.add(async () => {
        const { taken, pause } = await takeUp();
        return taken > 0 ? pause : await run('full', context.clock.now());
      }),
  };
}
