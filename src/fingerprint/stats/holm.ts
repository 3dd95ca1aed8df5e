import { FingerprintError } from '../errors.js';

/**
 * Holm's step-down adjusted p-values, in the order given: rejecting where the adjusted value is ≤ a makes
 * any false rejection among them at most a likely, however they depend on each other.
 *
 *     adjusted_(i) = max over j ≤ i of min(1, (k − j + 1) · p_(j)),   p_(1) ≤ … ≤ p_(k)
 *
 * `holm([0.01, 0.04, 0.03])` is `[0.03, 0.06, 0.06]`. None gives none; one stays as it is.
 *
 * Shapes: as many adjusted values as p-values.
 *
 * Source: Holm, "A Simple Sequentially Rejective Multiple Test Procedure" (Scand. J. Statist. 1979).
 * @throws FingerprintError for a value outside 0 … 1
 */
export function holm(pValues: readonly number[]): number[] {
  if (pValues.some((p) => !(p >= 0 && p <= 1))) throw new FingerprintError('a p-value lies between 0 and 1');
  const order = pValues.map((p, index) => ({ p, index })).sort((a, b) => a.p - b.p);
  const adjusted = new Array<number>(pValues.length).fill(1);
  let largest = 0;
  order.forEach(({ p, index }, rank) => {
    largest = Math.max(largest, Math.min(1, (order.length - rank) * p));
    adjusted[index] = largest;
  });
  return adjusted;
}
