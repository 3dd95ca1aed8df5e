import type { SuiteRef, WatchConfig } from '../../config/index.js';
import { ticksAhead } from '../../jobs/index.js';
import { type PlannedTrial, planRound, promptSpace, type Suite } from '../../probes/index.js';
import { suitesOf } from '../watch-suites.js';

/** What is called a month here, in days. */
export const MONTH = 30;
/** Prompts that are looked at for their size. */
const SAMPLE = 300;
/** A rule of thumb for text in most languages. */
const BYTES_PER_TOKEN = 4;
/** What a chat template adds to a prompt, about. */
const TEMPLATE_TOKENS = 8;
/** What the answers to `one-token` have at most, with some room. */
const SHORT_ANSWER = 30;

/** One kind of rounds of a watch. */
export interface Tier {
  readonly kind: 'full' | 'canary';
  readonly cron: string;
  readonly timezone: string;
  readonly suites: readonly string[];
  readonly trialsPerRound: number;
  readonly roundsPerDay: number;
  readonly roundsPerMonth: number;
  /** False: there are so many rounds that their number was estimated. */
  readonly isExact: boolean;
  /** Different prompts that there are, at least. Each is used once. */
  readonly prompts: number;
  /** Of a prompt, on the average, without a system prompt. Estimated. */
  readonly promptTokens: number;
  /** Share of the prompts whose answers are a word or two. */
  readonly shortAnswers: number;
}

export interface TierDetails {
  readonly tier: Tier;
  readonly suites: readonly Suite[];
}

/** The full rounds, then the canary's if there is one. @throws ProbeError */
export async function tiersOf(watch: WatchConfig): Promise<[TierDetails, ...TierDetails[]]> {
  const { suites, schedule, trialsPerRound, canary } = watch;
  const full = await tierOf(watch, { kind: 'full', suites, cron: schedule.cron, trialsPerRound });
  return canary === null ? [full] : [full, await tierOf(watch, { kind: 'canary', ...canary })];
}

interface TierSettings {
  readonly kind: Tier['kind'];
  readonly suites: readonly SuiteRef[];
  readonly cron: string;
  readonly trialsPerRound: number;
}

async function tierOf(
  watch: WatchConfig,
  { kind, suites: refs, cron, trialsPerRound }: TierSettings,
): Promise<TierDetails> {
  const suites = await suitesOf({ ...watch, suites: refs });
  const { timezone } = watch.schedule;
  const ticks = ticksAhead({ ...watch.schedule, cron }, MONTH);
  const sample = await samplePrompts(suites, watch.releasedPerTrial, SAMPLE);
  const bytes = sample.reduce((sum, { prompt }) => sum + Buffer.byteLength(prompt), 0);
  const short = sample.filter(({ suite }) => suite === 'one-token').length;
  const tier: Tier = {
    kind,
    cron,
    timezone,
    suites: suites.map(({ id }) => id),
    trialsPerRound,
    roundsPerDay: ticks.perDay,
    roundsPerMonth: ticks.count,
    isExact: ticks.isExact,
    prompts: suites.reduce((sum, suite) => sum + promptSpace(suite).texts, 0),
    promptTokens: bytes / BYTES_PER_TOKEN / sample.length + TEMPLATE_TOKENS,
    shortAnswers: short / sample.length,
  };
  return { tier, suites };
}

/** The trials that a first round of this size has, the same each time. */
export async function samplePrompts(
  suites: readonly Suite[],
  releasedPerTrial: number,
  trials: number,
): Promise<PlannedTrial[]> {
  const used = async (): Promise<ReadonlySet<string>> => new Set();
  return await planRound({ suites, seed: 'twinwatch plan', trials, releasedPerTrial, used });
}

/** Tokens of a system prompt, estimated. */
export function systemTokens(system: string | null): number {
  return system === null ? 0 : Buffer.byteLength(system) / BYTES_PER_TOKEN;
}

/** Tokens of a tier's answers, on the average, where `long` is counted for one of usual size. */
export function answerTokensOf({ shortAnswers }: Tier, long: number): number {
  return shortAnswers * Math.min(SHORT_ANSWER, long) + (1 - shortAnswers) * long;
}
