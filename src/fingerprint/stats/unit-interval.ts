import { FingerprintError } from '../errors.js';

export interface ConfidenceOptions {
  /** 1 − the confidence level; 0.05 unless told. */
  readonly alpha?: number;
  /** What every value is known to lie between; [0, 1] unless told. */
  readonly range?: readonly [number, number];
}

/**
 * The values of a confidence sequence scaled to [0, 1], their own mean (the middle of the range when
 * there are none), and the way back: 0, 5, 10 of the range [0, 10] become 0, ½, 1.
 * @throws FingerprintError for alpha outside 0 … 1, an empty range or a value outside the range
 */
export function toUnitInterval(
  values: readonly number[],
  { alpha = 0.05, range: [least, most] = [0, 1] }: ConfidenceOptions,
): { values: number[]; mean: number; restore: (unit: number) => number } {
  if (!(alpha > 0 && alpha < 1)) throw new FingerprintError('alpha must lie between 0 and 1');
  if (!(most > least)) throw new FingerprintError('the range must end above its start');
  if (!values.every((value) => value >= least && value <= most)) {
    throw new FingerprintError(`a value lies outside its range of ${least} to ${most}`);
  }
  const width = most - least;
  const sum = values.reduce((a, b) => a + b, 0);
  return {
    values: values.map((value) => (value - least) / width),
    mean: values.length === 0 ? least + width / 2 : sum / values.length,
    restore: (unit) => least + unit * width,
  };
}
