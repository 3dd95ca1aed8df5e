import { FingerprintError } from '../errors.js';

/**
 * The e-BH procedure: which of k null hypotheses to reject, in the order given, so that the expected
 * share of false rejections among all rejections is at most q, however the e-values depend on each other.
 *
 *     reject the r largest for the greatest r with e_(r) ≥ k / (q·r),   e_(1) ≥ e_(2) ≥ …
 *
 * `eBH([20, 1, 50], 0.1)` is `[true, false, true]`: two rejections need 3 / (0.1 · 2) = 15 each.
 *
 * Shapes: as many answers as e-values. Give current values, not the largest ever seen. None gives none; equal e-values are treated alike;
 * Infinity is allowed.
 *
 * Source: Wang and Ramdas, "False discovery rate control with e-values" (JRSSB 2022).
 * @throws FingerprintError for a negative e-value, NaN, or q outside 0 … 1
 */
export function eBH(eValues: readonly number[], q: number): boolean[] {
  if (!(q > 0 && q < 1)) throw new FingerprintError('q must lie between 0 and 1');
  if (eValues.some((e) => !(e >= 0))) throw new FingerprintError('an e-value is at least 0');
  const sorted = [...eValues].sort((a, b) => (a < b ? 1 : a > b ? -1 : 0));
  let threshold = Infinity;
  let rejects = false;
  sorted.forEach((e, i) => {
    if (e * q * (i + 1) < eValues.length) return;
    threshold = e;
    rejects = true;
  });
  return eValues.map((e) => rejects && e >= threshold);
}
