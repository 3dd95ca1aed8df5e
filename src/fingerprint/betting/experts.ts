import type { PairVector } from '../features/pair-vector.js';
import { STYLE_FEATURES } from '../features/style.js';
import { roundAway, sigmoid } from '../math.js';
import type { NumberStore } from '../number-store.js';
import type { TrialFeatures } from '../trial-features.js';
import { Calibrator } from './calibrator.js';
import { KernelLearner } from './kernel-learner.js';
import { hedged } from './payoff.js';
import { RankBets } from './rank-bets.js';
import { VectorWindow } from './window.js';

/** The logistic experts: the calibrated logit divided by a temperature, with their shares of the prior. */
const LOGISTIC: readonly { readonly temperature: number; readonly share: number }[] = [
  { temperature: 1, share: 0.75 },
  { temperature: 2.5, share: 0.15 },
];

/** The share of the prior that the rank bets divide among them. */
const RANK_SHARE = 0.1;

/** What the experts did with one trial. */
export interface ExpertOutcome {
  /** How often (0 … 1) the learner's guess which answer is the listed one was right; ties count ½. */
  readonly toldApart: number;
}

/** All experts: one rank bet per style feature, and logistic bets on the calibrated learner. */
export class Experts {
  readonly #rank: RankBets;
  readonly #window: VectorWindow;
  readonly #learner: KernelLearner;
  readonly #calibrator: Calibrator;
  /** The experts' payoffs for the last trial: rank bets, then logistic ones. */
  readonly payoffs: Float64Array;

  constructor(store: NumberStore) {
    this.#rank = new RankBets(store, STYLE_FEATURES.length);
    this.#window = new VectorWindow(store);
    this.#learner = new KernelLearner(store, this.#window);
    this.#calibrator = new Calibrator(store);
    this.payoffs = new Float64Array(this.#rank.count + LOGISTIC.length);
  }

  /** To be called once the store was loaded. */
  restored(): void {
    this.#window.restored();
  }

  /** The weight of each expert in the mixture. */
  prior(): Float64Array {
    const ranks = new Float64Array(this.#rank.count).fill(RANK_SHARE / this.#rank.count);
    return Float64Array.of(...ranks, ...LOGISTIC.map((expert) => expert.share));
  }

  /**
   * Writes every expert's smallest possible payoff for a trial into {@link payoffs}. It is known before the
   * trial and at most 1, so multiplying by it whenever an answer is missing keeps wealth an e-process
   * whatever decides which answers go missing: E[payoff or its minimum] ≤ E[payoff] ≤ 1.
   */
  smallest(): void {
    this.#rank.smallest(this.payoffs, 0);
    LOGISTIC.forEach(({ temperature }, i) => {
      this.payoffs[this.#rank.count + i] = payoff(-this.#calibrator.limit / temperature);
    });
  }

  /** Bets on a trial, writes the payoffs, then learns from it. With m > 1 a payoff is the mean over pairs. */
  play(trial: TrialFeatures): ExpertOutcome {
    this.payoffs.fill(0);
    const share = 1 / trial.released.length;
    const whole = meanPair(trial.pairs);
    const similarities = whole === null ? null : this.#window.similarities(whole);
    let toldApart = 0;
    trial.released.forEach((released, j) => {
      this.#rank.addPayoffs({ listed: trial.listed.style, released: released.style }, share, this.payoffs, 0);
      const pair = trial.pairs[j] ?? null;
      const known = pair === whole ? similarities : null;
      const logit = pair === null ? 0 : this.#logit(pair, known ?? this.#window.similarities(pair));
      toldApart += share * (logit > 0 ? 1 : logit < 0 ? 0 : 0.5);
      LOGISTIC.forEach(({ temperature }, i) => {
        const at = this.#rank.count + i;
        this.payoffs[at] = (this.payoffs[at] ?? 0) + share * payoff(logit / temperature);
      });
    });
    for (const released of trial.released) {
      this.#rank.learn({ listed: trial.listed.style, released: released.style }, share);
    }
    if (whole !== null && similarities !== null) {
      this.#calibrator.learn(this.#learner.score(whole, similarities));
      this.#learner.learn(whole, similarities);
    }
    return { toldApart };
  }

  #logit(pair: PairVector, similarities: Float64Array): number {
    return this.#calibrator.logit(this.#learner.score(pair, similarities));
  }
}

/** The payoff of a logit in favour of the order that was seen. */
function payoff(logit: number): number {
  return hedged(2 * sigmoid(logit) - 1);
}

/** The mean of a trial's pair vectors; null when there is no difference to learn from. */
function meanPair(pairs: readonly (PairVector | null)[]): PairVector | null {
  const [first] = pairs;
  if (pairs.length === 1) return first ?? null;
  const different = pairs.filter((pair) => pair !== null);
  if (different.length === 0) return null;
  const mean = (part: 'lexical' | 'style'): Int8Array =>
    Int8Array.from(different[0]?.[part] ?? [], (_, i) =>
      roundAway(different.reduce((sum, pair) => sum + (pair[part][i] ?? 0), 0) / pairs.length),
    );
  return { lexical: mean('lexical'), style: mean('style') };
}
