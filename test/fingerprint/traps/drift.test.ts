import { describe, expect, it } from 'vitest';
import { STYLE_FEATURES } from '../../../src/fingerprint/features/style.js';
import {
  type AnswerFeatures,
  type ConfidenceSequence,
  confidenceSequence,
  createFold,
  runningMeanSequence,
  type TrialFeatures,
} from '../../../src/fingerprint/index.js';
import { ALPHA, count, definition, show } from './null-runs.js';

const RUNS = 100;
const TRIALS = 300;

/** The chance that the listed answer is the longer one, trial by trial. */
type Chance = (t: number) => number;
const step: Chance = (t) => (t < TRIALS / 2 ? 0.9 : 0.4);
const slide: Chance = (t) => 0.95 - (0.6 * t) / TRIALS;
const constant: Chance = () => 0.7;

type Sequence = (values: readonly number[], options: { readonly alpha: number }) => ConfidenceSequence;

/** In how many runs the mean of the chances so far lay outside the interval at any time. */
function misses(sequence: Sequence, chance: Chance): number {
  return count(RUNS, 8, (random) => {
    const values = Array.from({ length: TRIALS }, (_, t) => (random() < chance(t) ? 1 : 0));
    const { lows, highs } = sequence(values, { alpha: ALPHA });
    let sum = 0;
    return values.some((_, t) => {
      sum += chance(t);
      return outside(sum / (t + 1), lows[t] ?? 0, highs[t] ?? 1);
    });
  });
}

const outside = (mean: number, low: number, high: number): boolean => mean < low - 1e-9 || mean > high + 1e-9;

const LENGTH = STYLE_FEATURES.findIndex((feature) => feature.id === 'words');

function trial(listedIsLonger: boolean): TrialFeatures {
  const answer = (words: number): AnswerFeatures => ({
    style: Float64Array.from({ length: STYLE_FEATURES.length + 1 }, (_, f) => (f === LENGTH ? words : 0)),
    words: new Map(),
  });
  const example = { promptId: 'p', prompt: 'Prompt', listed: '', released: '' };
  const [listed, released] = [answer(listedIsLonger ? 20 : 5), answer(10)];
  return { suite: 's', promptId: 'p', listed, released: [released], pairs: [null], example };
}

/** The same for the interval that a watch shows, whenever its report is read (here every 25 trials). */
function reportMisses(chance: Chance): number {
  return count(RUNS, 9, (random) => {
    const fold = createFold(definition);
    let sum = 0;
    let shown = 0;
    let missed = false;
    for (let t = 0; t < TRIALS; t += 1) {
      sum += chance(t);
      fold.addFeatures(trial(random() < chance(t)));
      if ((t + 1) % 25 !== 0) continue;
      const finding = fold.report().findings.find((f) => f.feature === 'words');
      if (finding === undefined) continue;
      shown += 1;
      missed ||= outside(sum / (t + 1), finding.superiority.low, finding.superiority.high);
    }
    expect(shown).toBeGreaterThan(2);
    return missed;
  });
}

/*
 * A sequence that keeps what it once excluded, or bets on one fixed mean, is wrong about a mean that moves. Here
 * "alarm" is an interval that at some time excludes the mean of the chances so far, at a confidence of 95 %.
 */
describe('trap 8: a drifting mean under a confidence sequence', () => {
  it.for([
    ['a step', step],
    ['a slide', slide],
  ] as const)(
    '%s: the betting sequence misses the running mean nearly always, the running-mean sequence and the report keep to alpha',
    async ([, chance], { annotate }) => {
      await show(annotate, {
        runs: RUNS,
        wrong: { 'a betting sequence': { alarms: misses(confidenceSequence, chance), atLeast: 0.9 } },
        sound: {
          'ours, a running-mean sequence': misses(runningMeanSequence, chance),
          'ours, the intervals of the report': reportMisses(chance),
        },
      });
    },
  );

  it('the control: a constant mean is covered by both', async ({ annotate }) => {
    await show(annotate, {
      runs: RUNS,
      sound: {
        'control, a betting sequence': misses(confidenceSequence, constant),
        'ours, a running-mean sequence': misses(runningMeanSequence, constant),
      },
    });
  });
});
