/**
 * How many trials the engine needs on recorded answers of model pairs: `npm run bench:detection -- FOLDER`.
 * Each pair is folded in many random orders. Pairs of the same model must alarm in none; with the two labels
 * of every trial shuffled, the shares of runs that ever reach a level stay within their binomial bounds.
 */
import { seededRandom } from '../src/core/index.js';
import { createFold, defaultDefinition, type TrialFeatures } from '../src/fingerprint/index.js';
import { binomialBound } from './_util/binomial.js';
import { quantile } from './_util/quantile.js';
import { type BothWays, bothWays, isNull, readPairs } from './_util/recorded.js';
import { atMost, benchFlags, type Figure, printFigures, reported } from './_util/report.js';

const ALPHA = 0.001;
const LEVELS = [20, 100, 1000] as const;
const definition = { ...defaultDefinition(ALPHA), compareLength: null };
const limit = Math.ceil(Math.log2(1 / ALPHA));

/** The trial of the alarm and the highest log₁₀ e-value of one run. */
function run(trials: readonly TrialFeatures[], stopAtAlarm: boolean): { alarm: number | null; peak: number } {
  const fold = createFold(definition);
  let peak = 0;
  for (const trial of trials) {
    const status = fold.addFeatures(trial);
    peak = Math.max(peak, status.log10E);
    if (status.alarmAtTrial !== null && stopAtAlarm) break;
  }
  return { alarm: fold.status().alarmAtTrial, peak };
}

function main(): void {
  const { json, quick, rest } = benchFlags();
  const folder = rest[0];
  if (folder === undefined)
    throw new Error('name the folder of recorded pairs: npm run bench:detection -- FOLDER');
  const orders = quick ? 5 : 51;
  const pairs = readPairs(folder).map((pair) => ({ ...pair, both: bothWays(pair, definition) }));
  const figures: Figure[] = [];
  const medians: number[] = [];
  let nullAlarms = 0;
  for (const pair of pairs) {
    const random = seededRandom(`orders of ${pair.name}`);
    const alarms = Array.from({ length: orders }, () => {
      const order = random.shuffle(pair.both).map(({ asRecorded }) => asRecorded);
      return run(order, true).alarm;
    });
    if (isNull(pair)) {
      nullAlarms += alarms.filter((alarm) => alarm !== null).length;
      continue;
    }
    const counted = alarms.map((alarm) => alarm ?? 2 * pair.both.length);
    medians.push(quantile(counted, 0.5));
    figures.push(
      reported(`${pair.name}, median`, quantile(counted, 0.5), 'trials'),
      reported(`${pair.name}, 90 % quantile`, quantile(counted, 0.9), 'trials'),
      reported(`${pair.name}, median over the limit of ${limit}`, quantile(counted, 0.5) / limit, 'times'),
    );
  }
  const mean = Math.exp(medians.reduce((sum, m) => sum + Math.log(m), 0) / medians.length);
  figures.push(
    atMost(`geometric mean of ${medians.length} medians`, mean, 'trials', 40),
    atMost('alarms of pairs that are the same', nullAlarms, 'runs', 0),
    ...shuffled(pairs, quick ? 36 : 4_000),
  );
  printFigures('detection', figures, json);
}

function shuffled(pairs: readonly { name: string; both: readonly BothWays[] }[], runs: number): Figure[] {
  const random = seededRandom('shuffled labels');
  const peaks = Array.from({ length: runs }, (_, i) => {
    const both = pairs[i % pairs.length]?.both ?? [];
    const order = random.shuffle(both).map((t) => (random.below(2) === 0 ? t.asRecorded : t.swapped));
    return 10 ** run(order, false).peak;
  });
  return LEVELS.map((level) => {
    const share = peaks.filter((peak) => peak >= level).length / runs;
    return atMost(
      `labels shuffled, ${runs} runs: share above ${level}`,
      share,
      '',
      binomialBound(runs, 1 / level),
    );
  });
}

main();
