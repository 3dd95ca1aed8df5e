/**
 * How long a variant goes unnoticed that is swapped in late, or that answers only some requests:
 * `npm run bench:swap -- [FOLDER]`. Simulated models; with a folder of recorded pairs, these as well.
 */
import { type SeededRandom, seededRandom } from '../src/core/index.js';
import {
  createFold,
  defaultDefinition,
  extractFeatures,
  type TrialFeatures,
} from '../src/fingerprint/index.js';
import { fillTemplate, loadSuite } from '../src/probes/suites.js';
import { loadGrammar } from '../src/sandbox/grammar.js';
import { Simulator } from '../src/sandbox/simulator.js';
import { askSimulated } from './_util/ask-simulated.js';
import { quantile } from './_util/quantile.js';
import { bothWays, isNull, readPairs } from './_util/recorded.js';
import { atMost, benchFlags, type Figure, printFigures, reported } from './_util/report.js';

const ALPHA = 0.001;
/** Trials of sameness before the swap, and trials that a watch has after it. */
const BEFORE = 300;
const MOST = 4_000;
const ROUND = 10;
const ASKED = 2.5;
const definition = { ...defaultDefinition(ALPHA), compareLength: null };

/** Trials without end: null when there are no more. */
type Source = () => TrialFeatures | null;

/** Trials until the alarm, in whole rounds, after `before` trials of sameness; twice the trials tried when there was none. */
function trialsToAlarm(same: Source, before: number, different: Source): number {
  const fold = createFold(definition);
  const add = (source: Source): boolean => {
    const trial = source();
    if (trial !== null) fold.addFeatures(trial);
    return trial !== null;
  };
  for (let i = 0; i < before; i += 1) add(same);
  if (fold.status().alarmAtTrial !== null)
    throw new Error('a false alarm before the swap: take another seed');
  let tried = 0;
  while (tried < MOST && add(different)) {
    tried += 1;
    if (fold.status().alarmAtTrial !== null) return Math.ceil(tried / ROUND) * ROUND;
  }
  return 2 * tried;
}

function swapFigures(name: string, fresh: readonly number[], late: readonly number[]): Figure[] {
  const [start, after] = [quantile(fresh, 0.5), quantile(late, 0.5)];
  return [
    reported(`${name}: trials to alarm from a fresh start`, start, 'trials'),
    reported(`${name}: after ${BEFORE} trials of sameness`, after, 'trials'),
    atMost(`${name}: ratio`, after / start, 'times', ASKED),
  ];
}

/** Trials of two simulated models; `pick` names the one that gives the listed answer. */
function simulated(seed: string, pick: (random: SeededRandom) => string): Source {
  const random = seededRandom(seed);
  const simulator = new Simulator(loadGrammar(), seed);
  const suite = loadSuite({ kind: 'builtin', id: 'arena-chat' });
  const ask = (model: string, prompt: string): string => askSimulated(simulator, model, prompt);
  return () => {
    const template = random.pick(suite.dynamic);
    const prompt = fillTemplate(template, random);
    const [listed, released] = [ask(pick(random), prompt), ask('vanilla', prompt)];
    const trial = { kind: 'complete', suite: suite.id, promptId: template.id, prompt } as const;
    return extractFeatures(definition, { ...trial, listed, released: [released] });
  };
}

function simulatedFigures(runs: number): Figure[] {
  const times = (name: string, before: number, pick: (random: SeededRandom) => string): number[] =>
    Array.from({ length: runs }, (_, i) =>
      trialsToAlarm(
        simulated(`${name} ${i} same`, () => 'vanilla'),
        before,
        simulated(`${name} ${i}`, pick),
      ),
    );
  const variant = (name: string): Figure[] =>
    swapFigures(
      `simulated ${name}`,
      times(name, 0, () => name),
      times(name, BEFORE, () => name),
    );
  const routed = [0.1, 0.25].map((share) => {
    const pick = (random: SeededRandom): string => (random.unit() < share ? 'arena-tuned' : 'vanilla');
    const trials = quantile(times(`routed ${share}`, 0, pick), 0.5);
    return reported(`simulated arena-tuned in ${100 * share} % of requests`, trials, 'trials');
  });
  return [...variant('arena-tuned'), ...variant('quantised'), ...routed];
}

/** Sameness is played by the recorded pairs that are the same, each trial either way round. */
function recordedFigures(folder: string, runs: number): Figure[] {
  const pairs = readPairs(folder);
  const same = pairs.filter((pair) => pair.label === 'same').map((pair) => bothWays(pair, definition));
  const ratios: number[] = [];
  const figures = pairs
    .filter((pair) => !isNull(pair))
    .flatMap((pair) => {
      const random = seededRandom(`swap ${pair.name}`);
      const trials = bothWays(pair, definition);
      const fresh: number[] = [];
      const late: number[] = [];
      for (let i = 0; i < runs; i += 1) {
        const order = random.shuffle(trials).map(({ asRecorded }) => asRecorded);
        const quiet = random.shuffle(same[i % same.length] ?? []);
        fresh.push(trialsToAlarm(() => null, 0, inTurn(order)));
        late.push(trialsToAlarm(eitherWay(quiet, random), BEFORE, inTurn(order)));
      }
      ratios.push(quantile(late, 0.5) / quantile(fresh, 0.5));
      return swapFigures(pair.name, fresh, late);
    });
  const mean = Math.exp(ratios.reduce((sum, ratio) => sum + Math.log(ratio), 0) / ratios.length);
  return [...figures, atMost('recorded pairs: geometric mean of the ratios', mean, 'times', ASKED)];
}

function inTurn(trials: readonly TrialFeatures[]): Source {
  const left = trials.values();
  return () => left.next().value ?? null;
}

function eitherWay(trials: ReturnType<typeof bothWays>, random: SeededRandom): Source {
  let next = 0;
  return () => {
    const trial = trials[next % trials.length];
    next += 1;
    return (random.below(2) === 0 ? trial?.asRecorded : trial?.swapped) ?? null;
  };
}

function main(): void {
  const { json, quick, rest } = benchFlags();
  const runs = quick ? 3 : 15;
  const folder = rest[0];
  const figures = simulatedFigures(runs);
  if (folder !== undefined) figures.push(...recordedFigures(folder, runs));
  printFigures('swap', figures, json);
}

main();
