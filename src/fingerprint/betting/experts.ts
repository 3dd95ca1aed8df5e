import type { PairVector } from '../features/pair-vector.js';
import { STYLE_FEATURES } from '../features/style.js';
import { roundAway, sigmoid } from '../math.js';
import type { NumberStore } from '../number-store.js';
import type { TrialFeatures } from '../trial-features.js';
import { Calibrator, type CalibratorSettings } from './calibrator.js';
import { KernelLearner, type LearnerSettings } from './kernel-learner.js';
import { hedged } from './payoff.js';
import { RankBets } from './rank-bets.js';
import { type Similarities, VectorWindow } from './window.js';

const LEARNERS: readonly LearnerSettings[] = [
  { style: 1, fit: 10 },
  { style: 0.15, fit: 10 },
];

const CALIBRATORS: readonly CalibratorSettings[] = [
  { prior: [2, 0], spread: 1 },
  { prior: [0, 2], spread: 1 },
];

const TEMPERATURES: readonly number[] = [1, 2];
const RANK_SHARE = 0.2;

/** What the experts did with one trial. */
export interface ExpertOutcome {
  /** How often (0 … 1) the leading expert's guess which answer is the listed one was right; ties count ½. */
  readonly toldApart: number;
}

/** All experts: one rank bet per style feature, and logistic bets on calibrated learners. */
export class Experts {
  readonly #rank: RankBets;
  readonly #window: VectorWindow;
  readonly #learners: readonly KernelLearner[];
  readonly #calibrators: readonly Calibrator[];
  /** The experts' payoffs for the last trial. */
  readonly payoffs: Float64Array;

  constructor(store: NumberStore) {
    this.#rank = new RankBets(store, STYLE_FEATURES.length);
    this.#window = new VectorWindow(store);
    this.#learners = LEARNERS.map((s, i) => new KernelLearner(store, `learner${i}`, this.#window, s));
    this.#calibrators = CALIBRATORS.map((s, i) => new Calibrator(store, `calibrator${i}`, s));
    this.payoffs = new Float64Array(this.#rank.count + CALIBRATORS.length * TEMPERATURES.length);
  }

  /** To be called once the store was loaded. */
  restored(): void {
    this.#window.restored();
  }

  /** The weight of each expert in the mixture. */
  prior(): Float64Array {
    const softmax = this.payoffs.length - this.#rank.count;
    return this.payoffs.map((_, e) =>
      e < this.#rank.count ? RANK_SHARE / this.#rank.count : (1 - RANK_SHARE) / softmax,
    );
  }

  /**
   * Writes every expert's smallest possible payoff for a trial into {@link payoffs}. It is known before the
   * trial and at most 1, so multiplying by it whenever an answer is missing keeps wealth an e-process
   * whatever decides which answers go missing: E[payoff or its minimum] ≤ E[payoff] ≤ 1.
   */
  smallest(): void {
    this.#rank.smallest(this.payoffs, 0);
    this.#eachSoftmax((calibrator, temperature) => edge(-calibrator.limit / temperature));
  }

  /** Bets on a trial, writes the payoffs, then learns from it. With m > 1 a payoff is the mean over pairs. */
  play(trial: TrialFeatures): ExpertOutcome {
    this.payoffs.fill(0);
    const share = 1 / trial.released.length;
    let toldApart = 0;
    trial.released.forEach((released, j) => {
      const bets = { listed: trial.listed.style, released: released.style };
      this.#rank.addPayoffs(bets, share, this.payoffs, 0);
      const pair = trial.pairs[j] ?? null;
      const scores = pair === null ? null : this.#score(pair, this.#window.similarities(pair));
      const logits = this.#calibrators.map((c) => (scores === null ? 0 : c.logit(scores)));
      const lead = logits[0] ?? 0;
      toldApart += share * (lead > 0 ? 1 : lead < 0 ? 0 : 0.5);
      this.#addSoftmax(logits, share);
    });
    for (const released of trial.released) {
      this.#rank.learn({ listed: trial.listed.style, released: released.style }, share);
    }
    const mean = meanPair(trial.pairs);
    if (mean !== null) this.#learn(mean);
    return { toldApart };
  }

  #score(pair: PairVector, similarities: Similarities): Float64Array {
    return Float64Array.from(this.#learners, (learner) => learner.score(pair, similarities));
  }

  #addSoftmax(logits: readonly number[], share: number): void {
    let at = this.#rank.count;
    for (const logit of logits) {
      for (const temperature of TEMPERATURES) {
        this.payoffs[at] = (this.payoffs[at] ?? 0) + share * edge(logit / temperature);
        at += 1;
      }
    }
  }

  #eachSoftmax(payoff: (calibrator: Calibrator, temperature: number) => number): void {
    let at = this.#rank.count;
    for (const calibrator of this.#calibrators) {
      for (const temperature of TEMPERATURES) {
        this.payoffs[at] = payoff(calibrator, temperature);
        at += 1;
      }
    }
  }

  #learn(pair: PairVector): void {
    const similarities = this.#window.similarities(pair);
    const scores = this.#score(pair, similarities);
    for (const calibrator of this.#calibrators) calibrator.learn(scores);
    const slot = this.#window.next;
    for (const learner of this.#learners) learner.release();
    this.#window.push(pair, similarities);
    this.#learners.forEach((learner, i) => {
      learner.learn(slot, scores[i] ?? 0);
    });
  }
}

/** The payoff of a logit x in favour of the order that was seen. */
function edge(logit: number): number {
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
