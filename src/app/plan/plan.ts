import type { WatchConfig, WatchFile } from '../../config/index.js';
import { epochAlpha, limitTrials, type Side } from '../../fingerprint/index.js';
import type { PlannedTrial } from '../../probes/index.js';
import { AppError } from '../errors.js';
import { type Limit, limitsOf, shareLeft } from './limits.js';
import { type SidePlan, sidePlan } from './side-plan.js';
import { samplePrompts, type Tier, tiersOf } from './tiers.js';

/** What a watch will ask and use, before anything is asked. A month has 30 days. */
export interface WatchPlan {
  readonly watch: string;
  readonly title: string;
  readonly alpha: number;
  /** That of the first epoch: the evidence alarms at 1/level. */
  readonly level: number;
  readonly compareLength: number;
  readonly releasedPerTrial: number;
  /** The full rounds first. */
  readonly tiers: readonly Tier[];
  readonly sides: Readonly<Record<Side, SidePlan>>;
  readonly limits: readonly Limit[];
  /** Trials of full rounds that there are on an average day, after limits. */
  readonly trialsPerDay: number;
  /** No difference shows in fewer trials. */
  readonly limitTrials: number;
}

/** A plan, and the trials that a simulation of its full rounds may ask. */
export interface PlannedWatch {
  readonly plan: WatchPlan;
  readonly trials: readonly PlannedTrial[];
}

/**
 * Plans a watch: asks nobody, needs no keys.
 * @param trials how many trials to draw for a simulation, at most
 * @throws AppError for an unknown watch, ProbeError for its suites
 */
export async function planWatch(
  file: Pick<WatchFile, 'watches'>,
  watchId: string,
  trials: number,
): Promise<PlannedWatch> {
  const watch = file.watches.find(({ id }) => id === watchId);
  if (!watch) throw new AppError(`the watch file has no watch called ${watchId}`);
  const details = await tiersOf(watch);
  const plan = planOf(file, watch, details);
  return { plan, trials: await samplePrompts(details[0].suites, watch.releasedPerTrial, trials) };
}

function planOf(
  file: Pick<WatchFile, 'watches'>,
  watch: WatchConfig,
  details: Awaited<ReturnType<typeof tiersOf>>,
): WatchPlan {
  const tiers = details.map(({ tier }) => tier);
  const full = details[0].tier;
  const { id, title, alpha, compareLength, releasedPerTrial } = watch;
  const listed = sidePlan(watch.listed, tiers, 1);
  const released = sidePlan(watch.released, tiers, releasedPerTrial);
  const planned = [
    { endpoint: watch.listed, plan: listed },
    { endpoint: watch.released, plan: released },
  ];
  const limits = limitsOf(file, watch, planned, tiers);
  const level = epochAlpha(alpha, 1);
  return {
    watch: id,
    title,
    alpha,
    level,
    compareLength,
    releasedPerTrial,
    tiers,
    sides: { listed, released },
    limits,
    trialsPerDay: full.trialsPerRound * full.roundsPerDay * shareLeft(limits),
    limitTrials: limitTrials(level),
  };
}
