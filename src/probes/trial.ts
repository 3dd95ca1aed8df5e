import { type Clock, canonicalText, codePointLength } from '../core/index.js';
import type { Side, VoidCause } from '../fingerprint/index.js';
import type { Claim, Reservation } from './budget.js';
import { failed } from './endpoints/classify.js';
import { type AskResult, type Endpoint, isAnswered } from './outcome.js';
import type { PlannedTrial, Slot } from './plan.js';

/** What one slot of a trial gave. */
export interface SlotResult {
  readonly side: Side;
  /** 0 for listed; 0 … m−1 for released. */
  readonly slot: number;
  readonly result: AskResult;
}

/** Why a trial is void. */
export interface VoidReason {
  readonly cause: VoidCause;
  readonly side: Side | null;
  readonly reason: string;
}

/** A trial that was run: complete when `void` is null. */
export interface TrialResult {
  readonly answers: readonly SlotResult[];
  readonly void: VoidReason | null;
}

export interface TrialOptions {
  readonly endpoints: Readonly<Record<Side, Endpoint>>;
  /** All requests of a trial, waiting and retries included, must fit in this window, ms. */
  readonly windowMs: number;
  /** The common length, in code points, at which answers are compared. */
  readonly compareLength: number;
  readonly clock: Clock;
  /** What was reserved for each slot, in sending order. Left out where no budget counts. */
  readonly reservations?: readonly (Reservation | null)[];
}

/** The most that each request of a trial can use, in sending order; null where no budget counts it. */
export function trialClaims(
  trial: PlannedTrial,
  endpoints: Readonly<Record<Side, Endpoint>>,
): (Claim | null)[] {
  return trial.order.map((slot) => endpoints[placeOf(slot).side].claim?.(trial.prompt) ?? null);
}

/**
 * Asks both sides the same prompt, one after the other in the planned random order, within one window.
 * The first failure ends the trial: it is void, and asking on would only cost money.
 */
export async function runTrial(
  trial: PlannedTrial,
  options: TrialOptions,
  stop: AbortSignal,
): Promise<TrialResult> {
  const window = new AbortController();
  const close = (): void => window.abort(new Error('the window closed'));
  const timer = setTimeout(close, options.windowMs);
  stop.addEventListener('abort', close, { once: true });
  if (stop.aborted) close();
  const answers: SlotResult[] = [];
  try {
    for (const [i, slot] of trial.order.entries()) {
      const place = placeOf(slot);
      const reservation = options.reservations?.[i] ?? null;
      const asked = await options.endpoints[place.side].ask(trial.prompt, window.signal, reservation);
      const result = refuseShortCut(asked, options.compareLength);
      answers.push({ ...place, result });
      const reason = voidReason(place.side, result, stop.aborted);
      if (reason) return { answers, void: reason };
    }
    return { answers, void: null };
  } finally {
    clearTimeout(timer);
    stop.removeEventListener('abort', close);
  }
}

function placeOf(slot: Slot): { side: Side; slot: number } {
  return slot === 'listed' ? { side: 'listed', slot: 0 } : { side: 'released', slot: Number(slot.slice(9)) };
}

/** An answer cut at max_tokens counts as whole only where the cut lies beyond what is compared. */
function refuseShortCut(asked: AskResult, compareLength: number): AskResult {
  if (asked.outcome.kind !== 'truncated') return asked;
  if (codePointLength(canonicalText(asked.outcome.text)) >= compareLength) return asked;
  const detail = `cut at max_tokens before the ${compareLength} characters that are compared`;
  return { ...asked, outcome: failed('cut-short', detail) };
}

function voidReason(side: Side, result: AskResult, stopping: boolean): VoidReason | null {
  const { outcome } = result;
  if (isAnswered(outcome)) return null;
  if (outcome.beforeGeneration) return { cause: 'free', side, reason: outcome.kind };
  // Our own stop is not the side's fault. A window that closed is: the side was too slow.
  if (outcome.kind === 'interrupted' && stopping)
    return { cause: 'interrupted', side: null, reason: 'stopped' };
  return { cause: 'content', side, reason: outcome.kind === 'interrupted' ? 'window-closed' : outcome.kind };
}
