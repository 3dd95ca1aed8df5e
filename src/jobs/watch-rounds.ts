import PQueue from 'p-queue';
import { openRounds, type RoundTier } from '../store/index.js';
import { followSuspicion } from './canary.js';
import type { BudgetPause, JobContext, RunnableWatch } from './context.js';
import { createDecider, type Decider } from './decide.js';
import { beginAfterResolution } from './define-watch.js';
import { resumeRound, runRound, type StopSignals } from './run-round.js';

/** A watch as it runs: with a new epoch, both are others. */
export interface LiveWatch {
  watch: RunnableWatch;
  decider: Decider;
}

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

export function createWatchRounds(context: JobContext, live: LiveWatch, stop: StopSignals): WatchRounds {
  const { id } = live.watch.config;
  const turns = new PQueue({ concurrency: 1 });
  const run = (tier: RoundTier, at: number): Promise<BudgetPause | null> =>
    runRound(context, live.watch, live.decider, at, stop, tier);
  const takeUp = async (): Promise<{ taken: number; pause: BudgetPause | null }> => {
    await renewEpoch(context, live);
    const open = await openRounds(context.store.db, id);
    for (const round of open) {
      const pause = await resumeRound(context, live.watch, live.decider, round, stop);
      if (pause !== null) return { taken: open.length, pause };
    }
    return { taken: open.length, pause: null };
  };
  const followUp = (): Promise<BudgetPause | null> =>
    followSuspicion(context, live.watch, live.decider, stop);
  const scheduled = async (tier: RoundTier, at: number): Promise<BudgetPause | null> => {
    // A round that was left open would hold up the fold of every later one.
    const { pause } = await takeUp();
    if (pause !== null || stop.draining.aborted) return pause;
    return (await run(tier, at)) ?? (await followUp());
  };
  return {
    resume: () => turns.add(async () => (await takeUp()).pause ?? (await followUp())),
    full: (at) => turns.add(() => scheduled('full', at)),
    canary: async (at) => (turns.pending > 0 ? null : await turns.add(() => scheduled('canary', at))),
    once: () =>
      turns.add(async () => {
        const { taken, pause } = await takeUp();
        return taken > 0 ? pause : await run('full', context.clock.now());
      }),
  };
}

/** Begins a new epoch where a person has ended what this one came to: before anything more is asked in it. */
export async function renewEpoch(context: JobContext, live: LiveWatch): Promise<void> {
  const { watch } = live;
  const defined = await beginAfterResolution(context, watch);
  if (defined.epoch === watch.epoch) return;
  live.watch = { ...watch, ...defined };
  live.decider = await createDecider(context, live.watch);
}
