import type { ResamplingRandom } from './resampling-random.js';

/**
 * Draws a uniformly random set of `first` of the rows in `order` into its first places: the start of a
 * Fisher–Yates shuffle, from wherever the last one ended.
 */
export function relabel(order: Int32Array, first: number, random: ResamplingRandom): void {
  for (let i = 0; i < first; i += 1) {
    const j = i + random.below(order.length - i);
    const kept = order[i] ?? 0;
    order[i] = order[j] ?? 0;
    order[j] = kept;
  }
}
