import { describe, expect, it } from 'vitest';
import {
  createFold,
  type FeatureFold,
  type FoldSnapshot,
  restoreFold,
  type Side,
  type TrialFeatures,
  type VoidTrial,
} from '../../../src/fingerprint/index.js';
import { uniform } from '../_util/answers.js';
import { ALPHA, alarms, count, definition, Model, show, styleOnly, wordyAnswer } from './null-runs.js';

const RUNS = 25;

/** Twenty answers; the two longest, a tenth of all, end in a list, as long answers do. */
const random = uniform(40);
const model = new Model([
  ...Array.from({ length: 18 }, () => wordyAnswer(random)),
  ...Array.from(
    { length: 2 },
    () =>
      `${wordyAnswer(random)}\n\n${Array.from({ length: 4 }, () => `- ${wordyAnswer(random)}`).join('\n')}`,
  ),
]);
const longest: ReadonlySet<string> = new Set(model.texts.slice(18));

function hidden(side: Side): VoidTrial {
  return { kind: 'void', suite: 's', promptId: 'p', cause: 'content', side, reason: 'timeout' };
}

/** Decides, knowing both answers and all before, whether the listed side withholds its answer. Learns from what it lets pass. */
type Hides = (listed: string, released: string) => boolean;

const dropsLongest = (): Hides => (listed) => longest.has(listed);

/** Lets pass only what agrees with the bets so far: trials in which the longer answer is on the side it was on at first. */
function dropsOpposing(): Hides {
  let first = 0;
  return (listed, released) => {
    const lead = Math.sign(listed.length - released.length);
    if (first === 0) first = lead;
    return lead === -first;
  };
}

type Bets = (trial: TrialFeatures) => TrialFeatures;
const allBets: Bets = (trial) => trial;

/** The wrong way: a missing answer is skipped, as if that said nothing. */
function skips(trials: number, bets: Bets, hides: () => Hides): number {
  return count(RUNS, 1, (r) => {
    const hide = hides();
    return alarms(trials, (fold) => {
      const [listed, released] = [model.draw(r), model.draw(r)];
      if (!hide(listed, released)) fold.addFeatures(bets(model.features(listed, released)));
    });
  });
}

describe('trap 4: a side whose missing answers depend on what they said', () => {
  it.for([
    ['drops its longest 10 %', 300, styleOnly, dropsLongest],
    ['drops what speaks against the bets', 50, allBets, dropsOpposing],
  ] as const)(
    '%s: skipping voids alarms nearly always, pricing them keeps to alpha and says unreadable',
    async ([, trials, bets, hides], { annotate }) => {
      let different = 0;
      const eValues: number[] = [];
      const crossed = count(RUNS, 2, (r) => {
        const [hide, fold] = [hides(), createFold(definition)];
        let highest = 0;
        for (let t = 0; t < trials; t += 1) {
          const [listed, released] = [model.draw(r), model.draw(r)];
          if (hide(listed, released)) fold.add(hidden('listed'));
          else fold.addFeatures(bets(model.features(listed, released)));
          highest = Math.max(highest, fold.status().eValue);
        }
        const { verdict, eValue } = fold.status();
        eValues.push(eValue);
        if (verdict === 'different') different += 1;
        else expect(verdict).toBe('unreadable');
        return highest >= 1 / ALPHA;
      });
      await show(annotate, {
        runs: RUNS,
        wrong: { 'skipping voids': { alarms: skips(trials, bets, hides), atLeast: 0.7 } },
        sound: { 'ours, e-value ever above 1/alpha': crossed, 'ours, verdict different': different },
      });
      expect(eValues.reduce((a, b) => a + b, 0) / RUNS).toBeLessThan(1);
    },
  );
});

/** A fold that has seen one side give the long answers for 15 trials: it has strong beliefs, so a trial can cost much. */
function convinced(): FeatureFold {
  const fold = createFold(definition);
  for (let t = 0; t < 15; t += 1) {
    fold.addFeatures(model.features(model.texts[18 + (t % 2)] ?? '', model.texts[t] ?? ''));
  }
  expect(fold.status().eValue).toBeGreaterThan(100);
  return fold;
}

/** What a trial of these two answers would multiply the e-value by, listed first. */
type Payoff = (listed: string, released: string) => number;

interface Node {
  readonly listed: string;
  readonly released: string;
  readonly payoff: Payoff;
}

/** The e-values along each of the equally likely ways in which the pairs may be listed against released, over the first one. */
function paths(
  start: FoldSnapshot,
  pairs: readonly (readonly [string, string])[],
  hides: (node: Node) => Side | null,
  price: boolean,
): number[][] {
  const begin = restoreFold(definition, start).status().eValue;
  const walk = (snapshot: FoldSnapshot, depth: number): number[][] => {
    const pair = pairs[depth];
    if (pair === undefined) return [[]];
    const before = restoreFold(definition, snapshot).status().eValue;
    const after = (listed: string, released: string): FeatureFold => {
      const fold = restoreFold(definition, snapshot);
      fold.addFeatures(model.features(listed, released));
      return fold;
    };
    const payoff: Payoff = (listed, released) => after(listed, released).status().eValue / before;
    return [pair, pair.toReversed()].flatMap(([listed = '', released = '']) => {
      const side = hides({ listed, released, payoff });
      const fold = side === null ? after(listed, released) : restoreFold(definition, snapshot);
      if (side !== null && price) fold.add(hidden(side));
      const here = fold.status().eValue / begin;
      return walk(fold.snapshot(), depth + 1).map((rest) => [here, ...rest]);
    });
  };
  return walk(start, 0);
}

const mechanisms: readonly (readonly [string, (node: Node) => Side | null])[] = [
  ['nothing is hidden', () => null],
  ['hides what would lose', (n) => (n.payoff(n.listed, n.released) < 1 ? 'listed' : null)],
  ['hides what would win', (n) => (n.payoff(n.listed, n.released) > 1 ? 'released' : null)],
  ['the listed side hides long answers', (n) => (longest.has(n.listed) ? 'listed' : null)],
  ['the released side hides long answers', (n) => (longest.has(n.released) ? 'released' : null)],
  [
    'both sides hide long answers',
    (n) => (longest.has(n.listed) ? 'listed' : longest.has(n.released) ? 'released' : null),
  ],
];

describe('the price of a void', () => {
  const start = convinced().snapshot();
  const pairs = [0, 1, 2, 3].map(
    (i) => [model.texts[18 + (i % 2)] ?? '', model.texts[15 + (i % 3)] ?? ''] as const,
  );

  it.for(mechanisms)(
    '%s: over all orders the mean e-value is at most 1, and at most 1/c of them reach c',
    ([, hides]) => {
      const all = paths(start, pairs, hides, true);
      expect(all).toHaveLength(16);
      for (const t of pairs.keys()) {
        expect(all.reduce((sum, path) => sum + (path[t] ?? 0), 0) / all.length).toBeLessThanOrEqual(
          1 + 1e-12,
        );
      }
      for (const c of [1.5, 2, 4, 8]) {
        expect(all.filter((path) => Math.max(...path) >= c).length / all.length).toBeLessThanOrEqual(1 / c);
      }
    },
  );

  it('skipped instead, the trials that one who knows the bets lets pass have a mean e-value far above 1', async ({
    annotate,
  }) => {
    const all = paths(start, pairs, mechanisms[1]?.[1] ?? (() => null), false);
    const mean = all.reduce((sum, path) => sum + (path.at(-1) ?? 0), 0) / all.length;
    await annotate(
      `WRONG skipping what would lose: mean e-value ${mean.toFixed(2)} after ${pairs.length} trials`,
    );
    expect(mean).toBeGreaterThan(2);
  });

  it('is never less than what a trial could have cost, whatever the answers and the beliefs', () => {
    const r = uniform(41);
    for (const fold of [createFold(definition), convinced()]) {
      for (let t = 0; t < 12; t += 1) {
        const snapshot = fold.snapshot();
        const eAfter = (play: (f: FeatureFold) => unknown): number => {
          const copy = restoreFold(definition, snapshot);
          play(copy);
          return copy.status().eValue;
        };
        const [a, b] = [model.draw(r), `${model.draw(r)}\n\n${model.texts[18]}`];
        const price = eAfter((f) => f.add(hidden('released')));
        expect(price).toBeLessThanOrEqual(eAfter((f) => f.addFeatures(model.features(a, b))));
        expect(price).toBeLessThanOrEqual(eAfter((f) => f.addFeatures(model.features(b, a))));
        expect(price).toBeGreaterThan(0);
        fold.addFeatures(model.features(model.draw(r), model.draw(r)));
      }
    }
  });
});
