import { sigmoid } from '../math.js';

/** What a rank bet sees of one pair: style values of the two answers, equal arrays for equal texts. */
export interface PairBets {
  readonly listed: Float64Array;
  readonly released: Float64Array;
}

/** The part of every stake that is kept back, so that no payoff is ever zero. */
const RESERVE = 0.02;

/**
 * A two-answer payoff from an edge in [−1, 1]: 1 + edge with a reserve kept back. The payoffs of the two
 * possible outcomes have edges of opposite sign, so they average to exactly 1.
 */
export function hedged(edge: number): number {
  return 1 + (1 - RESERVE) * edge;
}

/** The payoff of a logit in favour of the order that was seen. */
export function logitPayoff(logit: number): number {
  return hedged(2 * sigmoid(logit) - 1);
}
