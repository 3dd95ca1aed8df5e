import type { FeatureTest, MmdResult } from '../stats/index.js';
import type { TrialFeatures } from '../trial-features.js';
import type { EngineDefinition, Finding, Report, Severity, Verdict, WordFinding } from '../types.js';

/** One recorded answer. A repeated `prompt_id` means more samples of the same prompt. */
export interface AnswerRecord {
  readonly prompt_id: string;
  readonly prompt: string;
  readonly response: string;
}

/** Two sets of recorded answers and how to compare them. */
export interface ComparisonInput {
  readonly listed: readonly AnswerRecord[];
  readonly released: readonly AnswerRecord[];
  /** Decides the random orders: unless told, a hash of both inputs, so that nobody can look for a lucky one. */
  readonly seed?: string;
  /** 0.001 unless told; 0 < alpha < 1. */
  readonly alpha?: number;
  /** Random orders of the trials; 20 unless told. */
  readonly orders?: number;
  /** Relabellings of the fixed-sample tests; 1,000 unless told. The features' tests take 5 times as many. */
  readonly permutations?: number;
}

/** Called now and then with the work done and the work in all, in trials read or folded. */
export type OnProgress = (done: number, total: number) => void;

/** How the answers paired up. */
export interface PairingCounts {
  /** Answers without a partner on the other side. */
  readonly unpaired: number;
  /** Pairs left out because one of their answers had been given to the same prompt before. */
  readonly repeated: number;
  /** Prompt ids that stand for different prompts on the two sides; their answers are unpaired. */
  readonly promptMismatches: number;
}

/** Everything that the orders need. It can be sent to a worker thread as it is. */
export interface Comparison {
  readonly definition: EngineDefinition;
  readonly seed: string;
  readonly orders: number;
  readonly trials: readonly TrialFeatures[];
  readonly counts: PairingCounts;
  readonly fixedSample: FixedSample;
}

/** What one order of the trials gave. */
export interface OrderOutcome {
  readonly order: number;
  /** log₁₀ of the e-value after each trial. */
  readonly curve: Float64Array;
  readonly report: Report;
}

/** Tests that look once at all recorded answers. Their p-values are not corrected for each other. */
export interface FixedSample {
  readonly permutations: number;
  /** Null where no prompt has two answers on both sides. U statistic, texts cut to 1,000 code points. */
  readonly mmdHamming: MmdResult | null;
  readonly mmdSpectrum: MmdResult | null;
  /** Both kernels in one test. */
  readonly mmdAggregated: { readonly statistic: number; readonly pValue: number } | null;
  /** Mann–Whitney within prompts for each feature, adjusted for their number; smallest first. */
  readonly features: readonly FeatureTest[];
}

export interface ComparisonResult extends PairingCounts {
  readonly verdict: Verdict;
  readonly severity: Severity | null;
  readonly alpha: number;
  /** Average over the orders of the e-value after the last trial; Infinity past 1e308. */
  readonly eValue: number;
  readonly log10E: number;
  /** Pairs that were bet on. */
  readonly trials: number;
  /** Pairs that were not: the repeated ones. */
  readonly voidTrials: number;
  /** Median over the orders of the trial at which the e-value first reached 1/alpha; null when that is never. */
  readonly alarmAtTrial: number | null;
  /** ⌈log₂(1/alpha)⌉. */
  readonly limitTrials: number;
  readonly orders: number;
  readonly findings: readonly Finding[];
  readonly words: readonly WordFinding[];
  readonly fixedSample: FixedSample;
  readonly trialsStillNeeded: number | null;
  /** Median over the orders of log₁₀ of the e-value after each trial. */
  readonly curve: readonly number[];
  /** The verdict in words. */
  readonly sentence: string;
  /** What had to be taken for granted. */
  readonly assumption: string;
}
