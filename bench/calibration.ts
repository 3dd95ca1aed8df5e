/**
 * How often the engine alarms although both sides are the same: `npm run bench:calibration`. Every stream is
 * folded to its end; the share that ever crosses 1/alpha must be at most alpha, within its binomial bound.
 * Beside it stands what testing at p < 0.05 after every round does on the same answers.
 */
import { fork } from 'node:child_process';
import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import { createFold, defaultDefinition, mannWhitneyTest } from '../src/fingerprint/index.js';
import { binomialBound } from './_util/binomial.js';
import { nullStream, VOID_RULES, type VoidRule } from './_util/null-streams.js';
import { quantile } from './_util/quantile.js';
import { atMost, benchFlags, type Figure, printFigures, reported } from './_util/report.js';

const STREAMS = 2_000;
const QUICK_STREAMS = 18;
/** The fold's own level. The evidence does not depend on it, so one fold answers for both levels. */
const ALPHA = 0.01;
const LEVELS = [0.05, ALPHA];
const NAIVE_LEVEL = 0.05;
const NAIVE_PERMUTATIONS = 199;
/** The first argument of a process that runs a share of the streams. */
const PART = 'part';

/** What came of one stream. */
interface Outcome {
  readonly voids: VoidRule;
  /** The highest log₁₀ e-value, and the highest while the watch was readable: only there a verdict can alarm. */
  readonly peak: number;
  readonly readablePeak: number;
  /** The round (1-based) after which the naive test first had p < 0.05, or null. */
  readonly naiveRound: number | null;
  readonly trials: number;
  readonly voidTrials: number;
  /** Complete trials with an answer on the released side that equals the listed one. */
  readonly ties: number;
}

function runStream(index: number): Outcome {
  const { voids, rounds } = nullStream(index);
  const fold = createFold({ ...defaultDefinition(ALPHA), compareLength: null });
  const lengths: { listed: number[][]; released: number[][] } = { listed: [], released: [] };
  let [peak, readablePeak, ties] = [0, 0, 0];
  let naiveRound: number | null = null;
  rounds.forEach((round, r) => {
    for (const trial of round) {
      const { log10E, unreadableReason } = fold.add(trial);
      peak = Math.max(peak, log10E);
      if (unreadableReason === null) readablePeak = Math.max(readablePeak, log10E);
      if (trial.kind === 'void') continue;
      if (trial.released.includes(trial.listed)) ties += 1;
      lengths.listed.push([trial.listed.length]);
      lengths.released.push(trial.released.map((answer) => answer.length));
    }
    if (naiveRound !== null) return;
    const options = { permutations: NAIVE_PERMUTATIONS, seed: `naive ${index} ${r}` };
    if (mannWhitneyTest(lengths, options).pValue < NAIVE_LEVEL) naiveRound = r + 1;
  });
  const { alarmAtTrial, trials, voidTrials } = fold.status();
  if ((alarmAtTrial !== null) !== crosses(readablePeak, ALPHA)) {
    throw new Error(`stream ${index}: the fold's alarm and its e-values disagree`);
  }
  return { voids, peak, readablePeak, naiveRound, trials, voidTrials, ties };
}

function crosses(log10E: number, alpha: number): boolean {
  return log10E >= -Math.log10(alpha);
}

/** Runs all streams, a share of them in each of as many processes as there are cores. */
async function runStreams(count: number): Promise<Outcome[]> {
  const parts = availableParallelism();
  const outcomes = Array.from(
    { length: parts },
    (_, part) =>
      new Promise<Outcome[]>((resolve, reject) => {
        const child = fork(fileURLToPath(import.meta.url), [PART, `${part}`, `${parts}`, `${count}`]);
        child.once('message', (message) => resolve(message as Outcome[]));
        child.once('error', reject);
        child.once('exit', (code) => reject(new Error(`a process ended early with exit code ${code}`)));
      }),
  );
  return (await Promise.all(outcomes)).flat();
}

/** The share of one process: every `parts`-th stream. */
function runPart(part: number, parts: number, count: number): Outcome[] {
  const outcomes: Outcome[] = [];
  for (let index = part; index < count; index += parts) outcomes.push(runStream(index));
  return outcomes;
}

function calibrationFigures(outcomes: readonly Outcome[]): Figure[] {
  const share = (of: readonly Outcome[], alpha: number, peak: 'peak' | 'readablePeak'): number =>
    of.filter((outcome) => crosses(outcome[peak], alpha)).length / of.length;
  return LEVELS.flatMap((alpha) => {
    const bounded = (name: string, of: readonly Outcome[], peak: 'peak' | 'readablePeak'): Figure =>
      atMost(name, share(of, alpha, peak), '', binomialBound(of.length, alpha));
    return [
      bounded(`alpha ${alpha}: e-values that ever reach ${1 / alpha}`, outcomes, 'peak'),
      ...VOID_RULES.map((rule) => {
        const own = outcomes.filter(({ voids }) => voids === rule);
        return bounded(`alpha ${alpha}: the same, ${rule} (${own.length} streams)`, own, 'peak');
      }),
      bounded(`alpha ${alpha}: verdicts that turn different`, outcomes, 'readablePeak'),
    ];
  });
}

function naiveFigures(outcomes: readonly Outcome[]): Figure[] {
  const rounds = outcomes.flatMap(({ naiveRound }) => naiveRound ?? []);
  return [
    reported('rank test of lengths after every round: ever p < 0.05', rounds.length / outcomes.length, ''),
    reported('its first false alarm, median round', quantile(rounds, 0.5), ''),
  ];
}

async function main(): Promise<void> {
  const { json, quick } = benchFlags();
  const start = performance.now();
  const outcomes = await runStreams(quick ? QUICK_STREAMS : STREAMS);
  const sum = (of: 'trials' | 'voidTrials' | 'ties'): number => outcomes.reduce((s, o) => s + o[of], 0);
  printFigures(
    'calibration',
    [
      ...calibrationFigures(outcomes),
      ...naiveFigures(outcomes),
      reported('streams', outcomes.length, ''),
      reported('complete trials', sum('trials'), ''),
      reported('void trials', sum('voidTrials'), ''),
      reported('complete trials with an equal answer', sum('ties') / sum('trials'), ''),
      reported('time', (performance.now() - start) / 1000, 's'),
    ],
    json,
  );
}

const [first, ...numbers] = process.argv.slice(2);
if (first === PART) {
  const [part = 0, parts = 1, count = 0] = numbers.map(Number);
  process.send?.(runPart(part, parts, count), () => process.disconnect());
} else await main();
