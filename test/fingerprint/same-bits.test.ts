import { describe, expect, it } from 'vitest';
import { canonicalText, seededRandom } from '../../src/core/index.js';
import {
  compare,
  confidenceSequence,
  createDrift,
  createFold,
  defaultDefinition,
  describeAnswer,
  extractFeatures,
  featureTests,
  logProbTest,
  mannWhitneyTest,
  mmdAggregatedTest,
  mmdTest,
  runningMeanSequence,
  signFlipTest,
  wordLogOdds,
} from '../../src/fingerprint/index.js';
import { exp, log } from '../../src/fingerprint/math.js';
import { digest, hex } from './same-bits/bits.js';
import { completeTrials, seededTrials } from './same-bits/texts.js';

const definition = { ...defaultDefinition(0.001), compareLength: 2000 };
const trials = seededTrials(150);
const complete = completeTrials(trials);

/**
 * The same data gives the same results to the last bit, on every platform and Node version. What they are
 * is written down in same-bits/*.txt; `npm run data:bits` writes it anew after an intended change of the engine.
 */
async function expectBits(section: string, lines: Readonly<Record<string, string>>): Promise<void> {
  const text = Object.entries(lines).map(([name, bits]) => `${name}: ${bits}\n`);
  await expect(text.join('')).toMatchFileSnapshot(`same-bits/${section}.txt`);
}

describe('the same bits as written down', () => {
  it('exp, log and random numbers', async () => {
    const random = seededRandom('bits');
    const points = Array.from({ length: 2000 }, () => 1500 * (random.unit() - 0.5));
    await expectBits('math', {
      random: digest(points),
      exp: digest(points.map(exp)),
      log: digest(points.map((x) => log(exp(x / 2)))),
    });
  });

  it('canonical texts and features', async () => {
    const texts = complete.flatMap((trial) => [trial.listed, ...trial.released]);
    await expectBits('features', {
      canonical: digest(texts.map(canonicalText)),
      described: digest(texts.map(describeAnswer)),
      vectors: digest(complete.map((trial) => extractFeatures(definition, trial))),
    });
  });

  it('every e-value on the way, the report and the snapshot', async () => {
    const fold = createFold(definition);
    const statuses = trials.map((trial) => fold.add(trial));
    const report = fold.report();
    const shown = [10, 30, 60, 90, 120, 150].map((n) => [
      `log10E after ${n}`,
      hex(statuses[n - 1]?.log10E ?? NaN),
    ]);
    await expectBits('fold', {
      ...Object.fromEntries(shown),
      eValues: digest(statuses.map((s) => s.eValue)),
      statuses: digest(statuses),
      report: digest(report),
      snapshot: digest(fold.snapshot()),
    });
    expect(report).toMatchObject({ trials: complete.length, voidTrials: trials.length - complete.length });
    expect(report.findings.length).toBeGreaterThan(0);
    expect(report.words.length).toBeGreaterThan(0);
  });

  it('the drift of one side', async () => {
    const drift = createDrift(definition);
    const answers = complete.flatMap((trial) => [trial.listed, ...trial.released]);
    const statuses = answers.map((text, seq) => {
      const style = Float64Array.from(describeAnswer(text), ({ value }) => value);
      return drift.add({ seq, stratum: `s/${seq % 5}`, style: seq % 19 === 7 ? null : style });
    });
    expect(statuses.at(-1)?.pairs).toBeGreaterThan(30);
    await expectBits('drift', {
      log10E: hex(statuses.at(-1)?.log10E ?? NaN),
      statuses: digest(statuses),
      snapshot: digest(drift.snapshot()),
    });
  });

  it('a comparison', async () => {
    const side = (pick: (trial: (typeof complete)[number]) => readonly string[]) =>
      complete
        .slice(0, 60)
        .flatMap((trial, i) =>
          pick(trial).map((response) => ({ prompt_id: `${i % 40}`, prompt: `${i % 40}`, response })),
        );
    const result = compare({
      listed: side((trial) => [trial.listed]),
      released: side((trial) => trial.released),
      seed: 'bits',
      orders: 3,
      permutations: 100,
    });
    await expectBits('compare', {
      log10E: hex(result.log10E),
      eValue: hex(result.eValue),
      curve: digest(result.curve),
      findings: digest(result.findings),
      words: digest(result.words),
      fixedSample: digest(result.fixedSample),
      all: digest(result),
    });
    expect(result.fixedSample.mmdHamming?.prompts).toBeGreaterThan(0);
  });

  it('the tests of a fixed sample', async () => {
    const texts = complete.slice(0, 60).flatMap((trial) => [trial.listed, trial.released[0] ?? '']);
    const prompts = Array.from({ length: 10 }, (_, p) => texts.slice(12 * p, 12 * p + 12));
    const listed = prompts.map((answers, p) => answers.slice(0, 5 + (p % 2)));
    const released = prompts.map((answers, p) => answers.slice(5 + (p % 2)));
    const options = { listed, released, permutations: 200, seed: 'bits' };
    const mmd = (['hamming', 'spectrum'] as const).flatMap((kernel) =>
      (['u', 'v'] as const).map((statistic) => {
        const result = mmdTest({ ...options, kernel, statistic, length: 300 });
        return [`mmd ${kernel} ${statistic}`, `${hex(result.statistic)} ${hex(result.pValue)}`];
      }),
    );
    const values = {
      listed: listed.map((answers) => answers.map((text) => text.length / 7)),
      released: released.map((answers) => answers.map((text) => text.length / 7)),
    };
    const differences = complete.map((trial) => (trial.listed.length - (trial.released[0] ?? '').length) / 3);
    const logProbs = (answers: readonly string[]) =>
      answers.map((text) => new Map([...'aeiou'].map((c) => [c, log(1 / (1 + text.split(c).length))])));
    await expectBits('fixed-sample', {
      ...Object.fromEntries(mmd),
      aggregated: digest(
        mmdAggregatedTest({ ...options, kernels: [{ kernel: 'hamming' }, { kernel: 'spectrum' }] }),
      ),
      ranks: digest(mannWhitneyTest(values, { seed: 'bits' })),
      signs: digest(signFlipTest(differences, { seed: 'bits' })),
      features: digest(featureTests(new Map([['length', values]]), { seed: 'bits', test: 'mean' })),
      logProbs: digest(
        logProbTest({ listed: listed.map(logProbs), released: released.map(logProbs) }, { seed: 'bits' }),
      ),
    });
  });

  it('words and confidence sequences', async () => {
    const counts = (text: string): Map<string, number> => {
      const map = new Map<string, number>();
      for (const word of text.split(/ +/)) map.set(word, (map.get(word) ?? 0) + 1);
      return map;
    };
    const words = wordLogOdds(
      counts(complete.map((trial) => trial.listed).join(' ')),
      counts(complete.map((trial) => trial.released.join(' ')).join(' ')),
    );
    const random = seededRandom('values');
    const values = Array.from({ length: 400 }, () => 10 * random.unit() * random.unit());
    const sequences = [confidenceSequence, runningMeanSequence].map((sequence) => {
      const all = sequence(values, { range: [0, 10], alpha: 0.01 });
      return [sequence.name, `${hex(all.low)} ${hex(all.high)} ${digest(all)}`];
    });
    await expectBits('sequences', {
      'first word': hex(words[0]?.z ?? NaN),
      words: digest(words),
      ...Object.fromEntries(sequences),
    });
  });
});
