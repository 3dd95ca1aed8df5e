import { FingerprintError } from './errors.js';

/** 6/π². */
const BASEL = 0.6079271018540267;

/**
 * The level of epoch k = 1, 2, … of one claim: 6α/(π²k²). The levels of all epochs sum to α, so that
 * however often an incident is resolved or a setting changed, the chance of any false alarm stays ≤ α.
 *
 * Worked example: alpha 0.001 gives 0.000608 for epoch 1 and a quarter of that for epoch 2. Levels are
 * probabilities. There is no degenerate case: every epoch's level is above 0 (until it underflows).
 *
 * Source: the union bound with Euler's Σ 1/k² = π²/6.
 * @throws FingerprintError unless 0 < alpha < 1 and epoch is a whole number ≥ 1
 */
export function epochAlpha(alpha: number, epoch: number): number {
  if (!(alpha > 0 && alpha < 1)) throw new FingerprintError(`alpha must lie between 0 and 1, not ${alpha}`);
  if (!Number.isInteger(epoch) || epoch < 1) throw new FingerprintError(`there is no epoch ${epoch}`);
  return (BASEL * alpha) / (epoch * epoch);
}
