import type { PairVector } from '../features/pair-vector.js';
import { STYLE_FEATURES } from '../features/style.js';
import { SURENESS_FEATURES } from '../features/sureness.js';
import { roundAway } from '../math.js';
import type { NumberStore } from '../number-store.js';
import type { TrialFeatures } from '../trial-features.js';
import { Calibrator } from './calibrator.js';
import { KernelLearner } from './kernel-learner.js';
import { logitPayoff } from './payoff.js';
import { RankBets } from './rank-bets.js';
import { SwitchingScale } from './switching-scale.js';
import { VectorWindow } from './window.js';

/** What is left, after one more trial, of what the long learner has learnt before its window. */
const MEMORY = 0.995;

/**
 * The experts' shares of the prior; the rank bets divide theirs. The calibrated one is the surest where sides
 * differ from the first trial on, the switching ones where a model is swapped later.
 */
const SHARES = { ranks: 0.1, calibrated: 0.5, switching: 0.25, recent: 0.15 } as const;

/** The bets on learners' scores. */
const LEARNER_BETS = 3;

/** The share of the prior that bets on sureness get where both sides tell it; the others divide the rest. */
const SURENESS_SHARE = 0.1;

/** What the experts did with one trial. */
export interface ExpertOutcome {
  /** How often (0 … 1) the learner's guess which answer is the listed one was right; ties count ½. */
  readonly toldApart: number;
}

/**
 * All experts: one rank bet per style feature, and three bets on learners' scores: those of a learner that
 * remembers, with a calibrated and with a switching scale, and those of one that knows the window only. Where both
 * sides report log-probabilities, a rank bet on each measure of how sure the model was.
 */
export class Experts {
  readonly #rank: RankBets;
  /** Bets on log-probabilities, or null. */
  readonly #sureness: RankBets | null;
  readonly #window: VectorWindow;
  readonly #learner: KernelLearner;
  readonly #recent: KernelLearner;
  readonly #calibrator: Calibrator;
  readonly #switching: SwitchingScale;
  readonly #recentSwitching: SwitchingScale;
  /** The experts' payoffs for the last trial: rank bets, then calibrated, switching and recent bet, then those on sureness. */
  readonly payoffs: Float64Array;

  constructor(store: NumberStore, logProbs: boolean) {
    this.#rank = new RankBets(store, STYLE_FEATURES.length);
    // In an answer's values the language stands between style and sureness.
    this.#sureness = logProbs
      ? new RankBets(store, SURENESS_FEATURES.length, {
          name: 'sureness',
          first: STYLE_FEATURES.length + 1,
        })
      : null;
    this.#window = new VectorWindow(store);
    this.#learner = new KernelLearner(store, this.#window, 'learner', MEMORY);
    this.#recent = new KernelLearner(store, this.#window, 'recent', 0);
    this.#calibrator = new Calibrator(store);
    this.#switching = new SwitchingScale(store, 'switching');
    this.#recentSwitching = new SwitchingScale(store, 'recent.switching');
    this.payoffs = new Float64Array(this.#rank.count + LEARNER_BETS + (this.#sureness?.count ?? 0));
  }

  /** To be called once the store was loaded. */
  restored(): void {
    this.#window.restored();
  }

  /** The weight of each expert in the mixture. */
  prior(): Float64Array {
    const ranks = new Float64Array(this.#rank.count).fill(SHARES.ranks / this.#rank.count);
    const prior = Float64Array.of(...ranks, SHARES.calibrated, SHARES.switching, SHARES.recent);
    if (this.#sureness === null) return prior;
    const { count } = this.#sureness;
    const others = prior.map((share) => (1 - SURENESS_SHARE) * share);
    return Float64Array.of(...others, ...new Float64Array(count).fill(SURENESS_SHARE / count));
  }

  /**
   * Writes every expert's smallest possible payoff for a trial into {@link payoffs}. It is known before the
   * trial and at most 1, so multiplying by it whenever an answer is missing keeps wealth an e-process
   * whatever decides which answers go missing: E[payoff or its minimum] ≤ E[payoff] ≤ 1.
   */
  smallest(): void {
    this.#rank.smallest(this.payoffs, 0);
    this.#sureness?.smallest(this.payoffs, this.#rank.count + LEARNER_BETS);
    this.payoffs.set(
      [
        logitPayoff(-this.#calibrator.limit),
        this.#switching.smallest(logitPayoff),
        this.#recentSwitching.smallest(logitPayoff),
      ],
      this.#rank.count,
    );
  }

  /** Bets on a trial, writes the payoffs, then learns from it. With m > 1 a payoff is the mean over pairs. */
  play(trial: TrialFeatures): ExpertOutcome {
    this.payoffs.fill(0);
    const share = 1 / trial.released.length;
    const whole = meanPair(trial.pairs);
    const similarities = whole === null ? null : this.#window.similarities(whole);
    let toldApart = 0;
    trial.released.forEach((released, j) => {
      const values = { listed: trial.listed.style, released: released.style };
      this.#rank.addPayoffs(values, share, this.payoffs, 0);
      this.#sureness?.addPayoffs(values, share, this.payoffs, this.#rank.count + LEARNER_BETS);
      const pair = trial.pairs[j] ?? null;
      const known = pair === whole ? similarities : null;
      toldApart += share * this.#addPayoffs(pair, known, share);
    });
    for (const released of trial.released) {
      const values = { listed: trial.listed.style, released: released.style };
      this.#rank.learn(values, share);
      this.#sureness?.learn(values, share);
    }
    if (whole !== null && similarities !== null) this.#learn(whole, similarities);
    return { toldApart };
  }

  /** Adds the learners' payoffs for one pair, times `share`. Returns 1, ½ or 0 as the guess was right, none or wrong. */
  #addPayoffs(pair: PairVector | null, known: Float64Array | null, share: number): number {
    const { score, recent } = pair === null ? { score: 0, recent: 0 } : this.#scores(pair, known);
    const logit = this.#calibrator.logit(score);
    const paid = [
      logitPayoff(logit),
      this.#switching.payoff(score, logitPayoff),
      this.#recentSwitching.payoff(recent, logitPayoff),
    ];
    paid.forEach((value, i) => {
      const at = this.#rank.count + i;
      this.payoffs[at] = (this.payoffs[at] ?? 0) + share * value;
    });
    return logit > 0 ? 1 : logit < 0 ? 0 : 0.5;
  }

  #scores(pair: PairVector, known: Float64Array | null): { readonly score: number; readonly recent: number } {
    const similarities = known ?? this.#window.similarities(pair);
    return {
      score: this.#learner.score(pair, similarities),
      recent: this.#recent.score(pair, similarities),
    };
  }

  #learn(pair: PairVector, similarities: Float64Array): void {
    const { score, recent } = this.#scores(pair, similarities);
    this.#calibrator.learn(score);
    this.#switching.learn(score);
    this.#recentSwitching.learn(recent);
    const slot = this.#window.next;
    this.#learner.release(slot);
    this.#recent.release(slot);
    this.#window.push(pair, similarities);
    this.#learner.learn(pair, slot);
    this.#recent.learn(pair, slot);
  }
}

/** The mean of a trial's pair vectors; null when there is no difference to learn from. */
function meanPair(pairs: readonly (PairVector | null)[]): PairVector | null {
  const [first] = pairs;
  if (pairs.length === 1) return first ?? null;
  const different = pairs.filter((pair) => pair !== null);
  if (different.length === 0) return null;
  const mean = (part: 'lexical' | 'style'): Int8Array => {
    const sums = new Float64Array(different[0]?.[part].length ?? 0);
    for (const pair of different) {
      const values = pair[part];
      for (let i = 0; i < values.length; i += 1) sums[i] = (sums[i] ?? 0) + (values[i] ?? 0);
    }
    const out = new Int8Array(sums.length);
    for (let i = 0; i < out.length; i += 1) out[i] = roundAway((sums[i] ?? 0) / pairs.length);
    return out;
  };
  return { lexical: mean('lexical'), style: mean('style') };
}
