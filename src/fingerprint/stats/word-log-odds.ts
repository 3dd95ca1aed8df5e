import { FingerprintError } from '../errors.js';
import { log } from '../math.js';

export interface WordLogOddsOptions {
  /** The weight of the prior, in words; 500 unless told. More pulls rare words further towards "no difference". */
  readonly priorWords?: number;
}

/** How much more one side uses a word. Positive: the listed side. */
export interface WordLogOdds {
  readonly word: string;
  /** logOdds in standard errors. */
  readonly z: number;
  /** Difference of the smoothed log-odds, natural logarithm. */
  readonly logOdds: number;
  /** The counts given. */
  readonly listed: number;
  readonly released: number;
}

/**
 * Which words tell two sets of word counts apart: log-odds ratio with an informative Dirichlet prior,
 * spread as the words of both sides together.
 *
 *     a_w = priorWords · (y_w + x_w) / (n + m)
 *     logOdds = ln((y_w+a_w) / (n+a−y_w−a_w)) − ln((x_w+a_w) / (m+a−x_w−a_w)),   a = priorWords
 *     z = logOdds / √( 1/(y_w+a_w) + 1/(x_w+a_w) )
 *
 * y, n the listed counts and their sum, x, m the released ones. Sorted by |z|, largest first; ties by word
 * in the order of code units.
 *
 * Shapes and units: maps from a word to how often it stands there; logOdds in natural logarithms.
 *
 * Worked example: listed {a: 2, b: 1}, released {a: 1, b: 2}, priorWords 2: a_w = 1 each, so for "a"
 * logOdds = ln(3/2) − ln(2/3) = 0.811, z = 0.811 / √(1/3 + 1/2) = 0.888; "b" the same with minus.
 *
 * Degenerate: words with count 0 on both sides are left out; a vocabulary of one word has logOdds 0; two
 * empty sides give an empty list. z is descriptive: words of one answer are not independent.
 *
 * Source: Monroe, Colaresi and Quinn, "Fightin' Words" (Political Analysis 2008).
 * @throws FingerprintError for a negative or infinite count, or a priorWords that is not above 0
 */
export function wordLogOdds(
  listed: ReadonlyMap<string, number>,
  released: ReadonlyMap<string, number>,
  options: WordLogOddsOptions = {},
): WordLogOdds[] {
  const prior = options.priorWords ?? 500;
  if (!(prior > 0 && prior < Infinity)) throw new FingerprintError('priorWords must be a number above 0');
  const n = sumOf(listed);
  const m = sumOf(released);
  const result: WordLogOdds[] = [];
  for (const word of new Set([...listed.keys(), ...released.keys()])) {
    const y = listed.get(word) ?? 0;
    const x = released.get(word) ?? 0;
    if (y + x === 0) continue;
    const own = (prior * (y + x)) / (n + m);
    // The only word there is has no "other words" to have odds against.
    const alone = y === n && x === m;
    const logOdds = alone
      ? 0
      : log((y + own) / (n - y + (prior - own))) - log((x + own) / (m - x + (prior - own)));
    const z = logOdds / Math.sqrt(1 / (y + own) + 1 / (x + own));
    result.push({ word, z, logOdds, listed: y, released: x });
  }
  return result.sort(
    (a, b) => Math.abs(b.z) - Math.abs(a.z) || (a.word < b.word ? -1 : a.word > b.word ? 1 : 0),
  );
}

function sumOf(counts: ReadonlyMap<string, number>): number {
  let sum = 0;
  for (const count of counts.values()) {
    if (!(count >= 0 && count < Infinity)) {
      throw new FingerprintError('a word count is a number of at least 0');
    }
    sum += count;
  }
  return sum;
}
