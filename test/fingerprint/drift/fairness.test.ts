import { describe, expect, it } from 'vitest';
import { createDrift, type Drift, restoreDrift } from '../../../src/fingerprint/index.js';
import { PLAIN, TUNED, uniform } from '../_util/answers.js';
import { count, mostByChance } from '../traps/null-runs.js';
import { definition, discrete, type Fed, follow, followed, spoken, style } from './_streams.js';

/** Never reached: an alarm would stop the bets. */
const NEVER = 1e-200;

/** Every distinct order of the items; which are equal, their index in `kinds` tells. */
function orders(kinds: readonly number[]): number[][] {
  if (kinds.length === 0) return [[]];
  return [...new Set(kinds)].flatMap((first) => {
    const at = kinds.indexOf(first);
    return orders(kinds.filter((_, i) => i !== at)).map((rest) => [first, ...rest]);
  });
}

/** What each further pair multiplied the e-value by, per order. */
function payoffs(start: () => Drift, streams: readonly (readonly Fed[])[]): number[][] {
  return streams.map((stream) => {
    const drift = start();
    let { pairs, log10E } = drift.status();
    const out: number[] = [];
    stream.forEach((one, i) => {
      const next = drift.add({ seq: 1_000 + i, ...one });
      if (next.pairs > pairs) out.push(Math.exp((next.log10E - log10E) * Math.LN10));
      ({ pairs, log10E } = next);
    });
    return out;
  });
}

/** The mean of each pair's payoff, given all payoffs before it. */
function conditionalMeans(all: readonly (readonly number[])[]): number[] {
  const groups = new Map<string, number[]>();
  for (const path of all) {
    path.forEach((payoff, k) => {
      const past = path.slice(0, k).join(' ');
      groups.set(past, [...(groups.get(past) ?? []), payoff]);
    });
  }
  return [...groups.values()].map((group) => group.reduce((sum, p) => sum + p, 0) / group.length);
}

function expectFair(all: readonly (readonly number[])[], pairs: number): void {
  for (const path of all) expect(path).toHaveLength(pairs);
  expect(new Set(all.map((path) => path.join())).size).toBeGreaterThan(3);
  for (const mean of conditionalMeans(all)) expect(Math.abs(mean - 1)).toBeLessThan(1e-12);
}

describe('given all pairs before it, a pair pays 1 on average over every order of the answers', () => {
  it('from a fresh start, with equal values and a missing answer among them', () => {
    const kinds = [style(1, 5, 2), style(1, 5, 2), style(1, 7), style(3, 7, 9), style(40, 0, 0, 1), null];
    const all = orders([0, 0, 2, 2, 3, 4, 4, 5]).map((order) =>
      order.map((kind): Fed => ({ stratum: 's', style: kinds[kind] ?? null })),
    );
    expect(all).toHaveLength(5040);
    expectFair(
      payoffs(() => createDrift(definition(NEVER)), all),
      2,
    );
  });

  it('when the experts are convinced and every answer is paired, in two strata at once', () => {
    const random = uniform(3);
    const past = Array.from({ length: 150 }, (_, i) => spoken(random, i < 90 ? PLAIN : TUNED));
    const convinced = followed(NEVER, past);
    expect(convinced.status().log10E).toBeGreaterThan(2);
    const snapshot = convinced.snapshot();
    const styles = Array.from({ length: 8 }, (_, i) => spoken(random, i % 2 ? PLAIN : TUNED).style);
    const all = orders([0, 1, 2, 3]).flatMap((y) =>
      orders([4, 5, 6, 6]).map((z) =>
        [0, 1, 2, 3].flatMap((i): Fed[] => [
          { stratum: 'y', style: styles[y[i] ?? 0] ?? null },
          { stratum: 'z', style: styles[z[i] ?? 0] ?? null },
        ]),
      ),
    );
    expectFair(
      payoffs(() => restoreDrift(definition(NEVER), snapshot), all),
      4,
    );
  });
});

describe('null runs, looked at after every answer', () => {
  const ALPHA = 0.05;
  const RUNS = 120;
  const alarmed = (random: () => number, loses: (values: Float64Array) => boolean): boolean => {
    const drift = createDrift(definition(ALPHA));
    for (let i = 0; i < 260 && !drift.status().alarmed; i += 1) {
      const { stratum, style: values } = discrete(random);
      drift.add({ seq: i, stratum, style: values !== null && loses(values) ? null : values });
    }
    return drift.status().alarmed;
  };

  it.for([
    ['with ties, discrete features and unequal strata', 21, () => false],
    ['when what an answer says decides whether it goes missing', 22, (v: Float64Array) => (v[0] ?? 0) > 4],
  ] as const)('%s: alarms keep to alpha', ([, seed, loses]) => {
    expect(count(RUNS, seed, (random) => alarmed(random, loses))).toBeLessThanOrEqual(
      mostByChance(RUNS, ALPHA),
    );
  });

  it('the control: a model that is swapped does alarm', () => {
    const found = count(10, 23, (random) => {
      const drift = createDrift(definition(ALPHA));
      follow(
        drift,
        Array.from({ length: 220 }, (_, i) => spoken(random, i < 100 ? PLAIN : TUNED)),
      );
      return drift.status().alarmed;
    });
    expect(found).toBe(10);
  });
});
