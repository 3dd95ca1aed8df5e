import { Calibrator } from '../betting/calibrator.js';
import { logitPayoff } from '../betting/payoff.js';
import { RankBets } from '../betting/rank-bets.js';
import { SwitchingScale } from '../betting/switching-scale.js';
import { styleVector } from '../features/pair-vector.js';
import { STYLE_FEATURES } from '../features/style.js';
import type { NumberStore } from '../number-store.js';
import { StyleLearner } from './style-learner.js';

/** The experts' shares of the prior; those on single features divide theirs. */
const SHARES = { ranks: 0.3, calibrated: 0.2, switching: 0.5 } as const;

/** Bets on which answer of a pair is the newer one. */
export class OrderBets {
  readonly #rank: RankBets;
  readonly #learner: StyleLearner;
  readonly #calibrator: Calibrator;
  readonly #switching: SwitchingScale;

  constructor(store: NumberStore) {
    this.#rank = new RankBets(store, STYLE_FEATURES.length);
    this.#learner = new StyleLearner(store);
    this.#calibrator = new Calibrator(store);
    this.#switching = new SwitchingScale(store, 'switching');
  }

  /** The weight of each expert in the mixture. */
  prior(): Float64Array {
    const { count } = this.#rank;
    const ranks = new Float64Array(count).fill(SHARES.ranks / count);
    return Float64Array.of(...ranks, SHARES.calibrated, SHARES.switching);
  }

  /** The experts' payoffs for a pair, from what earlier pairs taught; then learns from it. */
  play(newer: Float32Array, older: Float32Array): Float64Array {
    const pair = { listed: Float64Array.from(newer), released: Float64Array.from(older) };
    const vector = styleVector(newer, older);
    const score = this.#learner.score(vector);
    const payoffs = new Float64Array(this.#rank.count + 2);
    this.#rank.addPayoffs(pair, 1, payoffs, 0);
    payoffs[this.#rank.count] = logitPayoff(this.#calibrator.logit(score));
    payoffs[this.#rank.count + 1] = this.#switching.payoff(score, logitPayoff);
    this.#rank.learn(pair, 1);
    if (vector.some((value) => value !== 0)) {
      this.#calibrator.learn(score);
      this.#switching.learn(score);
      this.#learner.learn(vector);
    }
    return payoffs;
  }
}
