import { appendLog } from '../evidence/index.js';
import { type Grant, type PlannedTrial, trialClaims } from '../probes/index.js';
import { findPause, type RoundsTable, savePause } from '../store/index.js';
import type { BudgetPause, JobContext, RunnableWatch } from './context.js';
import { endPause } from './incidents/end-pause.js';
import { keptReport } from './incidents/facts.js';
import { trigger } from './incidents/trigger.js';

/** Lets a round's trials start while the budgets of both sides have room for a whole trial. */
export interface BudgetGate {
  /** Null: the trial must not start now. Trials have to ask in planned order. @throws when the store can't be written */
  admit(trial: PlannedTrial): Promise<Grant | null>;
  /** Why the gate has closed; null while it's open. */
  pause(): BudgetPause | null;
}

/**
 * Once a trial finds no room, no later one starts, even if it were smaller: the round stays in planned order.
 *
 * Leaving trials for later is safe. Whether one starts is decided by what was spent so far (the lengths of
 * earlier answers, of both sides alike) and by the size of its own prompt, never by its own answers: these
 * don't exist yet. The bets hold for whatever the past decides to do next, stopping and pausing included. And
 * none is dropped: each planned trial is run, and folded at its planned place.
 */
export function createBudgetGate(
  context: JobContext,
  watch: RunnableWatch,
  draining: AbortSignal,
): BudgetGate {
  let pause: BudgetPause | null = null;
  let isOpen = false;
  let turn: Promise<unknown> = Promise.resolve();
  const enter = async (trial: PlannedTrial): Promise<Grant | null> => {
    if (pause !== null || draining.aborted) return null;
    const claims = trialClaims(trial, watch.endpoints);
    const answer = await watch.ledger.reserve(claims, draining);
    if (answer === null) return null;
    if (answer.kind === 'refused') {
      const isListed = trial.order.some(
        (slot, i) => slot === 'listed' && claims[i]?.account === answer.account,
      );
      const { budget, resumesAt } = answer;
      pause = { side: isListed ? 'listed' : 'released', budget, resumesAt };
      return null;
    }
    if (!isOpen) {
      const { store, clock } = context;
      await store.transaction((tx) => endPause(tx, watch.config, clock.now()));
    }
    isOpen = true;
    return answer;
  };
  return {
    admit: (trial) => {
      const mine = turn.then(() => enter(trial));
      turn = mine.catch(() => undefined);
      return mine;
    },
    pause: () => pause,
  };
}

/** Writes down, and logs, that a round waits: a paused watch must never look like one without news. */
export async function recordPause(
  context: JobContext,
  watch: RunnableWatch,
  round: RoundsTable,
  pause: BudgetPause,
): Promise<void> {
  const { watch_id: watchId, epoch, number } = round;
  const { side, budget, resumesAt } = pause;
  const at = context.clock.now();
  await context.store.transaction(async (tx) => {
    const known = await findPause(tx, watchId);
    if (known?.side === side && known.budget === budget && known.resumes_at === resumesAt) return;
    await savePause(tx, {
      watch_id: watchId,
      side,
      budget,
      since: known?.since ?? at,
      resumes_at: resumesAt,
    });
    await appendLog(tx, at, [
      { kind: 'pause', watchId, payload: { epoch, round: number, side, budget, resumesAt } },
    ]);
    const subject = { kind: 'budget', side, budget, resumesAt } as const;
    const report = await keptReport(tx, watch);
    await trigger(tx, context, watch, { kind: 'budget', subject, report, at });
  });
  context.events.roundPaused(watchId, number, pause);
}
