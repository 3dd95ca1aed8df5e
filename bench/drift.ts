/**
 * How many answers one side needs until a model that is swapped behind it is noticed, by comparison with its own
 * earlier answers, and how often that happens where nothing was swapped: `npm run bench:drift`. Simulated models.
 */
import { type SeededRandom, seededRandom } from '../src/core/index.js';
import { createDrift, describeAnswer, ENGINE_VERSION, epochAlpha } from '../src/fingerprint/index.js';
import { fillTemplate, loadSuite } from '../src/probes/suites.js';
import { loadGrammar } from '../src/sandbox/grammar.js';
import { Simulator } from '../src/sandbox/simulator.js';
import { askSimulated } from './_util/ask-simulated.js';
import { binomialBound } from './_util/binomial.js';
import { quantile } from './_util/quantile.js';
import { atMost, benchFlags, type Figure, printFigures, reported } from './_util/report.js';

/** What one of two sides has in the first epoch of a watch at 0.001. */
const ALPHA = epochAlpha(0.001, 1) / 2;
const BEFORE = [100, 300, 1_000];
/** Answers after a swap. */
const MOST = 600;
/** The level, and the answers, of a run in which nothing happens: large, so that few runs show an excess. */
const NULL_ALPHA = 0.05;
const NULL_ANSWERS = 600;
/** Answers of a model that runs draw from. */
const POOL = 2_000;
const SUITES = ['arena-chat', 'education'].map((id) => loadSuite({ kind: 'builtin', id }));
const SWAPS = ['arena-tuned', 'medium', 'quantised'];

interface PooledAnswer {
  readonly stratum: string;
  readonly style: Float64Array;
}

/** Answers to random prompts of the suites, a quarter of them fixed. */
function pool(model: string): PooledAnswer[] {
  const random = seededRandom(`pool ${model}`);
  const simulator = new Simulator(loadGrammar(), `pool ${model}`);
  return Array.from({ length: POOL }, () => {
    const { stratum, prompt } = draw(random);
    const text = askSimulated(simulator, model, prompt);
    return { stratum, style: Float64Array.from(describeAnswer(text), ({ value }) => value) };
  });
}

function draw(random: SeededRandom): { readonly stratum: string; readonly prompt: string } {
  const suite = random.pick(SUITES);
  if (random.below(4) === 0) return { stratum: `${suite.id}/fixed`, prompt: random.pick(suite.fixed).prompt };
  const template = random.pick(suite.dynamic);
  return { stratum: `${suite.id}/${template.id}`, prompt: fillTemplate(template, random) };
}

/** The place of the answer that raised the alarm, counted from 1, or null. */
function alarmAt(alpha: number, answers: readonly PooledAnswer[]): number | null {
  const drift = createDrift({ engine: ENGINE_VERSION, alpha });
  for (const [i, answer] of answers.entries()) {
    if (drift.add({ seq: i, ...answer }).alarmed) return i + 1;
  }
  return null;
}

/** Answers to the alarm after `before` answers without change; null where there was none within {@link MOST}. */
function delays(
  name: string,
  before: number,
  runs: number,
  from: PooledAnswer[],
  to: PooledAnswer[],
): (number | null)[] {
  return Array.from({ length: runs }, (_, run) => {
    const random = seededRandom(`${name} ${before} ${run}`);
    const stream = [...random.shuffle(from).slice(0, before), ...random.shuffle(to).slice(0, MOST)];
    const at = alarmAt(ALPHA, stream);
    if (at !== null && at <= before) throw new Error('a false alarm before the swap: take another seed');
    return at === null ? null : at - before;
  });
}

function swapFigures(runs: number, vanilla: PooledAnswer[]): Figure[] {
  return SWAPS.flatMap((name) => {
    const other = pool(name);
    return BEFORE.flatMap((before) => {
      const all = delays(name, before, runs, vanilla, other);
      const found = all.filter((delay) => delay !== null);
      const title = `vanilla, then ${name} after ${before} answers`;
      const share = reported(`${title}: noticed within ${MOST}`, found.length / runs, '');
      if (2 * found.length <= runs) return [share];
      const delay = all.map((one) => one ?? Infinity);
      return [share, reported(`${title}: median to alarm`, quantile(delay, 0.5), 'answers')];
    });
  });
}

function nullFigure(runs: number, vanilla: PooledAnswer[]): Figure {
  let alarms = 0;
  for (let run = 0; run < runs; run += 1) {
    const answers = seededRandom(`null ${run}`).shuffle(vanilla).slice(0, NULL_ANSWERS);
    if (alarmAt(NULL_ALPHA, answers) !== null) alarms += 1;
  }
  return atMost(
    `no swap in ${NULL_ANSWERS} answers, alpha ${NULL_ALPHA}: alarms in ${runs} runs`,
    alarms / runs,
    '',
    binomialBound(runs, NULL_ALPHA),
  );
}

function main(): void {
  const { json, quick } = benchFlags();
  const vanilla = pool('vanilla');
  const figures = [...swapFigures(quick ? 5 : 21, vanilla), nullFigure(quick ? 100 : 1_000, vanilla)];
  printFigures('drift', figures, json);
}

main();
