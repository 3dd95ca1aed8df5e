import { log, logAdd } from '../math.js';
import type { NumberStore } from '../number-store.js';

/** Share of the money that is bet from the first trial on. */
const FIRST_SHARE = 0.9;
const FIRST_LATE_START = 16;
const LATE_STARTS = 20;

/**
 * The wealth of all experts, each with copies that start later: after 16·2^j trials that tell something (j = 0 … 19) a further
 * share of the money, ⅒·(1/((j+1)(j+2))), joins the bets; until then it lies still. The sum of e-processes
 * with fixed weights is one, whatever the start times. Copies that have started multiply by the same
 * payoffs, so one number per expert holds all of them. In logarithms throughout.
 */
export class Mixture {
  readonly #logWealth: Float64Array;
  readonly #logPrior: Float64Array;
  readonly #clock: Float64Array;
  /** The rounded total of all shares before any bet, so that the e-value starts at exactly 1. */
  readonly #unit: number;

  /** @param prior the experts' weights; they sum to 1 */
  constructor(store: NumberStore, prior: Float64Array) {
    this.#logPrior = prior.map(log);
    this.#logWealth = store.float64('mixture.wealth', prior.length);
    this.#logWealth.fill(log(FIRST_SHARE));
    this.#clock = store.float64('mixture.clock', 1);
    this.#unit = this.#total();
  }

  /**
   * Multiplies each expert's wealth by its payoff for one trial. A trial that pays everybody exactly 1 (equal
   * texts) tells nothing and counts towards no start: it leaves every bit as it was.
   */
  bet(payoffs: Float64Array): void {
    if (payoffs.every((payoff) => payoff === 1)) return;
    this.price(payoffs);
    const started = (this.#clock[0] ?? 0) + 1;
    this.#clock[0] = started;
    const share = shareJoiningAfter(started);
    if (share === 0) return;
    const joining = log(share);
    for (let e = 0; e < this.#logWealth.length; e += 1) {
      this.#logWealth[e] = logAdd(this.#logWealth[e] ?? 0, joining);
    }
  }

  /** Like {@link bet}, for a trial that is not counted: a void. */
  price(payoffs: Float64Array): void {
    for (let e = 0; e < this.#logWealth.length; e += 1) {
      this.#logWealth[e] = (this.#logWealth[e] ?? 0) + log(payoffs[e] ?? 0);
    }
  }

  /** The natural logarithm of the e-value: all wealth, bet or lying still. */
  logE(): number {
    return this.#total() - this.#unit;
  }

  #total(): number {
    let highest = -Infinity;
    let sum = log(shareWaitingAfter(this.#clock[0] ?? 0));
    for (let e = 0; e < this.#logWealth.length; e += 1) {
      const value = (this.#logPrior[e] ?? 0) + (this.#logWealth[e] ?? 0);
      highest = Math.max(highest, value);
      // Experts 40 below the leader change nothing that a double can hold.
      if (value > highest - 40) sum = logAdd(sum, value);
    }
    return sum;
  }
}

/** The share of the money that joins once `trials` bets were made; 0 except at the start times. */
function shareJoiningAfter(trials: number): number {
  let start = FIRST_LATE_START;
  for (let j = 0; j < LATE_STARTS; j += 1) {
    if (trials === start) return (1 - FIRST_SHARE) / ((j + 1) * (j + 2));
    start *= 2;
  }
  return 0;
}

/** The share that lies still. The shares of all starts sum to less than 1; the rest never bets. */
function shareWaitingAfter(trials: number): number {
  let waiting = 1 - FIRST_SHARE;
  let start = FIRST_LATE_START;
  for (let j = 0; j < LATE_STARTS && start <= trials; j += 1) {
    waiting -= (1 - FIRST_SHARE) / ((j + 1) * (j + 2));
    start *= 2;
  }
  return waiting;
}
