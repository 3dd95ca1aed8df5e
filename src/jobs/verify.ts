import type { FoldStatus } from '../fingerprint/index.js';
import { ProbeError } from '../probes/index.js';
import { openRounds } from '../store/index.js';
import { type Allowance, createAllowance, type VerifyLimits } from './allowance.js';
import type { BudgetPause, JobContext, RunnableWatch } from './context.js';
import type { Decider } from './decide.js';
import { resumeRound, runRound, type StopSignals } from './run-round.js';

/**
 * Why a verification ended.
 * - `decided`: the verdict is `different` or `equivalent`.
 * - `unreadable`: it was so for a whole batch, and more requests won't help.
 * - `max-trials`, `max-cost`: its own limits; `budget`: that of an account.
 * - `no-prompts`: each prompt of the suites was used in this epoch.
 * - `stopped`: someone ended it.
 */
export type VerifyEnd =
  | 'decided'
  | 'unreadable'
  | 'max-trials'
  | 'max-cost'
  | 'budget'
  | 'no-prompts'
  | 'stopped';

/** Where a verification stands. */
export interface VerifyProgress {
  readonly status: FoldStatus;
  /** The epoch's: the evidence alarms at 1/level. */
  readonly level: number;
  /** Trials that this call has started. */
  readonly trials: number;
  /** Millionths of the price's currency that this call's requests have cost. */
  readonly micros: number;
}

/** How a verification ended. */
export interface Verification extends VerifyProgress {
  readonly end: VerifyEnd;
  /** What the open round waits for, where a budget ended it. */
  readonly pause: BudgetPause | null;
}

/**
 * Runs rounds one after the other until the verdict is `different` or `equivalent`, or a limit is reached: the
 * same plans, log, fold and alerts as on a schedule. A round that a limit, a budget or a stop cuts short stays
 * open. Stopping when the verdict says so, or for want of money, keeps the level: it holds at any time.
 * @param onProgress is told at the start and after each round
 */
export async function verifyWatch(
  context: JobContext,
  watch: RunnableWatch,
  decider: Decider,
  limits: VerifyLimits,
  stop: StopSignals,
  onProgress: (progress: VerifyProgress) => void,
): Promise<Verification> {
  const allowance = createAllowance(watch.ledger, limits);
  const asked = { ...watch, ledger: allowance.ledger };
  const draining = AbortSignal.any([stop.draining, allowance.used]);
  const runBatch = async (): Promise<BudgetPause | null> => {
    const [open] = await openRounds(context.store.db, watch.config.id);
    const signals = { draining, abort: stop.abort };
    if (open) return await resumeRound(context, asked, decider, open, signals);
    const left = limits.maxTrials - allowance.trials();
    const config = { ...watch.config, trialsPerRound: Math.min(watch.config.trialsPerRound, left) };
    return await runRound(context, { ...asked, config }, decider, context.clock.now(), signals);
  };
  const progress = (): VerifyProgress => ({
    status: decider.status(),
    level: watch.engine.alpha,
    trials: allowance.trials(),
    micros: allowance.micros(),
  });
  await decider.advance();
  onProgress(progress());
  let wasUnreadable = false;
  for (;;) {
    const { status } = progress();
    const end = endOf(status, wasUnreadable, allowance, limits, stop);
    if (end !== null) return { end, pause: null, ...progress() };
    wasUnreadable = status.verdict === 'unreadable';
    try {
      const pause = await runBatch();
      onProgress(progress());
      if (pause !== null) return { end: 'budget', pause, ...progress() };
    } catch (error) {
      if (!(error instanceof ProbeError)) throw error;
      return { end: 'no-prompts', pause: null, ...progress() };
    }
  }
}

function endOf(
  { verdict }: FoldStatus,
  wasUnreadable: boolean,
  allowance: Allowance,
  limits: VerifyLimits,
  stop: StopSignals,
): VerifyEnd | null {
  if (verdict === 'different' || verdict === 'equivalent') return 'decided';
  if (verdict === 'unreadable' && wasUnreadable) return 'unreadable';
  if (stop.draining.aborted) return 'stopped';
  if (allowance.trials() >= limits.maxTrials) return 'max-trials';
  return allowance.used.aborted ? 'max-cost' : null;
}
