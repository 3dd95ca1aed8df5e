import { exp, log } from '../math.js';

const SIZES = 9;

/**
 * The bets on a high mean: γ_k = e^ω − 1, where ω = 5/2^k is the log odds ratio between what is bet on and what
 * is bet against. They reach from what ten equal values show (5) to what a hundred thousand show (0.02).
 */
export const BET_SIZES: Float64Array = Float64Array.from({ length: SIZES }, (_, k) => exp(5 / (1 << k)) - 1);

/** The logarithms of the bets' shares, 1/(k+1) in proportion: more on large bets, which decide early. */
const LOG_SHARES: Float64Array = logShares();

function logShares(): Float64Array {
  let total = 0;
  for (let k = 0; k < SIZES; k += 1) total += 1 / (k + 1);
  return Float64Array.from({ length: SIZES }, (_, k) => -log((k + 1) * total));
}

/**
 * The lower end of a confidence sequence for the **running mean** of values in [0, 1] whose conditional means
 * μ_i = E[X_i | past] may drift as they like, even in answer to the past: with probability at least 1 − alpha
 * (μ_1 + … + μ_n)/n is never below it, whatever n.
 *
 * Why: for every fixed γ > 0, ∏ (1 + γX_i)/(1 + γμ_i) is a nonnegative martingale that starts at 1. Geometric
 * means are at most arithmetic ones, so ∏ (1 + γμ_i) ≤ (1 + γμ̄)^n with μ̄ the running mean, and
 *
 *     M(m) = Σ_k w_k ∏ (1 + γ_k X_i) / (1 + γ_k m)^n,   Σ w_k = 1
 *
 * is at m = μ̄ no larger than a martingale. By Ville's inequality it ever reaches 1/alpha there with probability
 * at most alpha. M falls in m, so the end is where M = 1/alpha. The upper end is 1 less the lower end of 1 − X.
 *
 * Since e^θx ≤ 1 + (e^θ − 1)x, the same with e^θX for 1 + γX (the sub-Bernoulli process of Howard, Ramdas,
 * McAuliffe and Sekhon, Annals of Statistics 2021) is never narrower; both are equal for values 0 and 1. The
 * step to the arithmetic mean is Hoeffding's (JASA 1963, theorem 1); bets on bounded means are those of
 * Waudby-Smith and Ramdas (JRSSB 2024), sized so that the bound needs no constant mean.
 *
 * Worked example: 15 values of 1 at alpha 0.025 give 0.747, none gives 0.
 *
 * @param growth Σ_i log(1 + γ_k X_i) for each of {@link BET_SIZES}, or less
 */
export function runningMeanBound(growth: Float64Array, count: number, alpha: number): number {
  if (count === 0) return 0;
  const target = -log(alpha);
  // Where the best single bet ends; the mixture ends at or above it.
  let bound = 0;
  for (let k = 0; k < SIZES; k += 1) {
    const rate = ((growth[k] ?? 0) + (LOG_SHARES[k] ?? 0) - target) / count;
    if (rate > 0) bound = Math.max(bound, (exp(rate) - 1) / (BET_SIZES[k] ?? 1));
  }
  // Newton on a convex falling function from the left stays left of the end, so every iterate is valid.
  for (let round = 0; round < 8; round += 1) {
    const { value, slope } = logMixture(growth, count, bound);
    const step = (value - target) / slope;
    if (!(step > 1e-13)) break;
    bound += step;
  }
  return bound;
}

/** log M(`mean`): {@link runningMeanBound} is at least `mean` exactly where this is at least log(1/alpha). */
export function runningMeanEvidence(growth: Float64Array, count: number, mean: number): number {
  return logMixture(growth, count, mean).value;
}

/** log M(m), and by how much it falls per unit of m. */
function logMixture(
  growth: Float64Array,
  count: number,
  mean: number,
): { readonly value: number; readonly slope: number } {
  const terms = new Float64Array(SIZES);
  let highest = -Infinity;
  for (let k = 0; k < SIZES; k += 1) {
    const term = (growth[k] ?? 0) + (LOG_SHARES[k] ?? 0) - count * log(1 + (BET_SIZES[k] ?? 0) * mean);
    terms[k] = term;
    highest = Math.max(highest, term);
  }
  let sum = 0;
  let fall = 0;
  for (let k = 0; k < SIZES; k += 1) {
    const part = exp((terms[k] ?? 0) - highest);
    const size = BET_SIZES[k] ?? 0;
    sum += part;
    fall += (part * count * size) / (1 + size * mean);
  }
  return { value: highest + log(sum), slope: fall / sum };
}
