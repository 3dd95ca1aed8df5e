import type { Json } from '../core/index.js';

/** The version of the rules that turn trials into evidence. It stands in every logged watch definition. */
export const ENGINE_VERSION = '1';

/** The two sides of a watch. */
export type Side = 'listed' | 'released';

/** `different`, `equivalent`, `undecided` or `unreadable`. Silence and failure are never "no change". */
export type Verdict = 'different' | 'equivalent' | 'undecided' | 'unreadable';

/** `material`: at least one finding lies beyond its margin with certainty; `trace`: none does. */
export type Severity = 'trace' | 'material';

/** What the fold must know before the first trial. Logged with the watch; a change opens a new epoch. */
export interface EngineDefinition {
  /** {@link ENGINE_VERSION} of the engine that reads it. */
  readonly engine: string;
  /** The level of this epoch: under "same", the e-value ever exceeds 1/alpha with probability ≤ alpha. 0 < alpha < 1. */
  readonly alpha: number;
  /** Both texts are cut to this many code points before anything looks at them; null = no cut (recorded answers). */
  readonly compareLength: number | null;
  /** `equivalent` needs every probability of superiority within 0.5 ± this (default 0.10). */
  readonly equivalenceMargin: number;
  /** A finding is material when its confidence sequence lies beyond 0.5 ± this (default 0.15). */
  readonly materialMargin: number;
  /** The level of the confidence sequences (default 0.05), valid at any time. */
  readonly confidenceAlpha: number;
  /** Set where both sides report log-probabilities: bets on them then stand beside those on the texts. */
  readonly logProbs?: true;
}

/** One token of an answer as its API scored it; natural logarithms, at most 0. */
export interface ScoredToken {
  readonly logProb: number;
  /** The likeliest tokens in its place, its own among them or not, in any order. */
  readonly top: readonly number[];
}

/** A trial with all of its answers. Texts are raw; the fold canonicalises and cuts them itself. */
export interface CompleteTrial {
  readonly kind: 'complete';
  readonly suite: string;
  readonly promptId: string;
  readonly prompt: string;
  readonly listed: string;
  /** m ≥ 1 answers; m may differ between trials. */
  readonly released: readonly string[];
  /** The first tokens of each answer, for a definition with `logProbs`; none where its API gave none. */
  readonly tokens?: {
    readonly listed: readonly ScoredToken[];
    readonly released: readonly (readonly ScoredToken[])[];
  };
}

/**
 * Why a trial has no complete set of answers.
 * - `free`: it failed before anything was generated (connect, 429, 503, challenge); says nothing about the answer.
 * - `content`: the failure may depend on what was being said (cut off, timed out while generating, filtered, malformed).
 * - `interrupted`: this program stopped in the middle. Priced like `content`, but not held against a side.
 */
export type VoidCause = 'free' | 'content' | 'interrupted';

/** A trial that is void, kept as void. */
export interface VoidTrial {
  readonly kind: 'void';
  readonly suite: string;
  readonly promptId: string;
  readonly cause: VoidCause;
  /** The side whose answer failed; null when that can't be told. */
  readonly side: Side | null;
  /** A short stable word for the reason: `timeout`, `rate-limited`, `http-error`, … */
  readonly reason: string;
}

export type TrialRecord = CompleteTrial | VoidTrial;

/** What one more trial did. Cheap: constant time. */
export interface FoldStatus {
  readonly verdict: Verdict;
  /** log₁₀ of the current e-value (not of its maximum). */
  readonly log10E: number;
  /** The e-value; Infinity past 1e308. */
  readonly eValue: number;
  /** Complete trials, i.e. bets made. */
  readonly trials: number;
  readonly voidTrials: number;
  /** The complete trial (1-based) at which the e-value first reached 1/alpha, or null. It latches for the epoch. */
  readonly alarmAtTrial: number | null;
  /** Why the watch is unreadable, in plain words, or null. */
  readonly unreadableReason: string | null;
}

/** One named difference. */
export interface Finding {
  /** Stable id of the feature, e.g. `emoji-per-100-words`. */
  readonly feature: string;
  /** For people: "Listed answers are 2.9 times as long (median 410 words against 141)." No accusation. */
  readonly sentence: string;
  /** P(listed > released) + ½P(tie): estimate and anytime-valid confidence sequence at `confidenceAlpha`. */
  readonly superiority: { readonly estimate: number; readonly low: number; readonly high: number };
  /** The natural-unit summary of each side. */
  readonly listed: FeatureSummary;
  readonly released: FeatureSummary;
  /** `words`, `per 100 words`, `share of answers`, … */
  readonly unit: string;
  readonly material: boolean;
  /** Up to two real pairs that show it, raw text excerpts of at most 300 characters. */
  readonly examples: readonly FindingExample[];
}

export interface FeatureSummary {
  readonly mean: number;
  readonly median: number;
  /** Share of answers in which the feature is not zero. */
  readonly presence: number;
}

export interface FindingExample {
  readonly promptId: string;
  readonly prompt: string;
  readonly listed: string;
  readonly released: string;
}

/** A word that one side uses more, by log-odds with an informative Dirichlet prior. */
export interface WordFinding {
  readonly word: string;
  readonly side: Side;
  readonly z: number;
  readonly listedPer1000: number;
  readonly releasedPer1000: number;
}

/** Everything the fold can say about the trials it has seen. */
export interface Report extends FoldStatus {
  readonly alpha: number;
  readonly severity: Severity | null;
  /** ⌈log₂(1/alpha)⌉: no two-answer bet can alarm in fewer trials. */
  readonly limitTrials: number;
  /** Sorted by size. Features that e-BH selects; when fewer than three are and the verdict is `different`, those that lean most fill up. */
  readonly findings: readonly Finding[];
  readonly words: readonly WordFinding[];
  /** Void trials by reason. */
  readonly voids: Readonly<Record<string, number>>;
  /** An estimate of the complete trials still needed for a verdict, or null when none can be given. */
  readonly trialsStillNeeded: number | null;
  /** One sentence for people: verdict, how sure, what it does not mean. */
  readonly sentence: string;
}

/** The one fold of trials into evidence. Live watching, `compare` and replay all call it. */
export interface Fold {
  /** Adds one trial, in logged order. Time does not grow with the number of past trials. */
  add(trial: TrialRecord): FoldStatus;
  status(): FoldStatus;
  report(): Report;
  /** A serialisable snapshot; `restoreFold` continues from it to the same bits. */
  snapshot(): FoldSnapshot;
}

export interface FoldSnapshot {
  readonly version: string;
  readonly state: Json;
}
