import { mmdTest } from '../src/fingerprint/stats/index.js';
import { resamplingRandom } from '../src/fingerprint/stats/resampling-random.js';
import { quantile } from './_util/quantile.js';
import { atMost, benchFlags, type Figure, printFigures, reported } from './_util/report.js';

const LENGTH = 1000;
const PERMUTATIONS = 1000;

type Side = string[][];

/** Texts of made-up words with uneven frequencies: about as many distinct n-grams as English has. */
function randomTexts(seed: string, prompts: number, samples: number): Side {
  const random = resamplingRandom(seed);
  const vocabulary = Array.from({ length: 800 }, () =>
    String.fromCharCode(...Array.from({ length: 2 + random.below(8) }, () => 97 + random.below(26))),
  );
  const text = (): string => {
    let out = '';
    while (out.length < LENGTH) out += `${vocabulary[Math.min(random.below(800), random.below(800))] ?? ''} `;
    return out.slice(0, LENGTH);
  };
  return Array.from({ length: prompts }, () => Array.from({ length: samples }, text));
}

function measure(prompts: number, samples: number, kernel: 'hamming' | 'spectrum', runs: number): number[] {
  const times: number[] = [];
  for (let run = 0; run < runs; run += 1) {
    const listed = randomTexts(`listed ${run}`, prompts, samples);
    const released = randomTexts(`released ${run}`, prompts, samples);
    const start = performance.now();
    mmdTest({
      listed,
      released,
      kernel,
      statistic: 'u',
      length: LENGTH,
      permutations: PERMUTATIONS,
      seed: `${run}`,
    });
    times.push(performance.now() - start);
  }
  return times;
}

function median(values: readonly number[]): number {
  return quantile(values, 0.5);
}

function main(): void {
  const { json, quick } = benchFlags();
  const runs = quick ? 7 : 25;
  const figures: Figure[] = [];
  const small = measure(25, 10, 'hamming', runs);
  figures.push(
    atMost('hamming 25×10×1,000, median', median(small), 'ms', 40),
    reported('hamming 25×10×1,000, first call of the process', small[0] ?? 0, 'ms'),
    reported('hamming 25×10×1,000, fastest', Math.min(...small), 'ms'),
    atMost('peak memory of the process so far', process.resourceUsage().maxRSS / 1024, 'MB', 200),
    reported('spectrum 25×10×1,000, median', median(measure(25, 10, 'spectrum', runs)), 'ms'),
  );
  const large = quick ? 3 : 7;
  figures.push(
    atMost('hamming 100×25×1,000, median', median(measure(100, 25, 'hamming', large)), 'ms', 800),
    reported('spectrum 100×25×1,000, median', median(measure(100, 25, 'spectrum', large)), 'ms'),
    reported('peak memory of the process at the end', process.resourceUsage().maxRSS / 1024, 'MB'),
  );
  printFigures('mmd', figures, json);
}

main();
