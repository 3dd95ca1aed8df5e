import { describe, expect, it } from 'vitest';
import { createFold, restoreFold } from '../../../src/fingerprint/index.js';
import { uniform } from '../_util/answers.js';
import { ALPHA, alarms, complete, count, definition, Model, show } from './null-runs.js';

const M = 3;
const TRIALS = 25;
const RUNS = 25;
const model = Model.of(3, 12);

/** The listed answer, then m released ones, all of one model. */
type Draw = (random: () => number) => readonly string[];

/** A cache: asked three times, it gives the same answer three times. */
const copied: Draw = (random) => {
  const released = model.draw(random);
  return [model.draw(random), ...Array.from({ length: M }, () => released)];
};

/** Three answers of one batch, of which the later ones are often copies of the first. */
const correlated: Draw = (random) => {
  const [listed, first] = [model.draw(random), model.draw(random)];
  const next = (): string => (random() < 0.9 ? first : model.draw(random));
  return [listed, first, next(), next()];
};

const independent: Draw = (random) => Array.from({ length: M + 1 }, () => model.draw(random));

/** The wrong rank bet: the place of the listed answer's length among all m + 1, as if each place had chance 1/(m+1). */
function rankOverAll(draw: Draw, random: () => number): boolean {
  const counts = new Float64Array(M + 1).fill(0.5);
  let wealth = 1;
  for (let t = 0; t < TRIALS && wealth * ALPHA < 1; t += 1) {
    const [listed = 0, ...released] = draw(random).map((text) => text.length);
    const least = released.filter((length) => length < listed).length;
    const most = least + released.filter((length) => length === listed).length;
    const places = counts.subarray(least, most + 1);
    const chance = places.reduce((a, b) => a + b, 0) / places.length / counts.reduce((a, b) => a + b, 0);
    wealth *= (M + 1) * chance;
    if (least === most) counts[least] = (counts[least] ?? 0) + 1;
  }
  return wealth * ALPHA >= 1;
}

/** The wrong softmax bet: one logit for each of the m + 1 answers, w times its distance from the trial's mean length. */
function softmaxOverAll(draw: Draw, random: () => number): boolean {
  let weight = 0;
  let wealth = 1;
  for (let t = 0; t < TRIALS && wealth * ALPHA < 1; t += 1) {
    const lengths = draw(random).map((text) => text.length);
    const mean = lengths.reduce((a, b) => a + b, 0) / (M + 1);
    const odd = lengths.map((length) => Math.abs(length - mean) / 10);
    const powers = odd.map((x) => Math.exp(weight * x));
    const total = powers.reduce((a, b) => a + b, 0);
    wealth *= ((M + 1) * (powers[0] ?? 0)) / total;
    const expected = odd.reduce((sum, x, i) => sum + (x * (powers[i] ?? 0)) / total, 0);
    weight += 0.5 * ((odd[0] ?? 0) - expected);
  }
  return wealth * ALPHA >= 1;
}

function pairByPair(draw: Draw, random: () => number): boolean {
  return alarms(TRIALS, (fold) => {
    const [listed = '', ...released] = draw(random);
    fold.addFeatures(model.features(listed, ...released));
  });
}

/*
 * Released answers that hang together leave the listed one alone at an end, without any difference between the
 * sides. If ours multiplied the bets of the pairs instead of averaging them, about half of the runs with copied
 * answers would alarm.
 */
describe('trap 3: m = 3 with released answers that are not independent', () => {
  it.for([
    ['copied', copied],
    ['correlated', correlated],
  ] as const)(
    '%s: bets among all m + 1 answers alarm nearly always, the mean of the pairs’ bets keeps to alpha',
    async ([, draw], { annotate }) => {
      await show(annotate, {
        runs: RUNS,
        wrong: {
          'rank bet': { alarms: count(RUNS, 1, (r) => rankOverAll(draw, r)), atLeast: 0.7 },
          'softmax bet': { alarms: count(RUNS, 2, (r) => softmaxOverAll(draw, r)), atLeast: 0.7 },
        },
        sound: { 'ours, the mean of the bets of the pairs': count(RUNS, 3, (r) => pairByPair(draw, r)) },
      });
    },
  );

  it('copied: listed b against a, a, a is as likely as a against b, b, b, and the two payoffs average to 1', () => {
    const random = uniform(7);
    const state = createFold(definition);
    for (let i = 0; i < 20; i += 1) {
      const [a, b] = [model.texts[i % 3] ?? '', model.texts[3 + (i % 5)] ?? ''];
      if (i > 10) {
        const snapshot = state.snapshot();
        const payoff = (listed: string, released: string): number =>
          restoreFold(definition, snapshot).add(complete(listed, released, released, released)).eValue;
        expect((payoff(a, b) + payoff(b, a)) / 2 / state.status().eValue).toBeCloseTo(1, 12);
      }
      state.add(complete(a, b, model.draw(random), b));
    }
    expect(state.status().eValue).toBeGreaterThan(20);
  });

  it('the control: with independent answers the bets among all m + 1 answers keep to alpha too', async ({
    annotate,
  }) => {
    await show(annotate, {
      runs: 1000,
      sound: {
        'control, rank bet': count(1000, 1, (r) => rankOverAll(independent, r)),
        'control, softmax bet': count(1000, 2, (r) => softmaxOverAll(independent, r)),
      },
    });
  });
});
