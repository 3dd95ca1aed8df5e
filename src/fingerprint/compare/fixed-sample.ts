import { DESCRIBED } from '../findings/findings.js';
import { featureTests, type MmdResult, mmdAggregatedTest, type StratifiedValues } from '../stats/index.js';
import type { TrialFeatures } from '../trial-features.js';
import type { PromptAnswers } from './pair-records.js';
import type { FixedSample } from './types.js';

/** Adjusting for some 50 features costs as much in resolution: the smallest p-value has to be small enough. */
const FEATURE_RELABELLINGS = 5;

/** The fixed-sample tests beside the e-value: MMD on all answers, rank tests on the pairs' features. */
export function fixedSampleTests(
  prompts: readonly PromptAnswers[],
  trials: readonly TrialFeatures[],
  seed: string,
  permutations: number,
): FixedSample {
  const features = featureTests(featureValues(trials), {
    seed: `${seed}/features`,
    permutations: FEATURE_RELABELLINGS * permutations,
  });
  const { kernels, ...aggregated } = mmdAggregatedTest({
    listed: prompts.map((p) => p.listed),
    released: prompts.map((p) => p.released),
    kernels: [{ kernel: 'hamming' }, { kernel: 'spectrum' }],
    permutations,
    seed: `${seed}/mmd`,
  });
  const { statistic, pValue, ...counts } = aggregated;
  const single = (k: number): MmdResult | null => {
    const kernel = kernels[k];
    return kernel === undefined || counts.prompts === 0 ? null : { ...kernel, ...counts };
  };
  return {
    permutations,
    mmdHamming: single(0),
    mmdSpectrum: single(1),
    mmdAggregated: counts.prompts === 0 ? null : { statistic, pValue },
    features,
  };
}

function featureValues(trials: readonly TrialFeatures[]): Map<string, StratifiedValues> {
  const byPrompt = new Map<string, TrialFeatures[]>();
  for (const trial of trials) {
    const group = byPrompt.get(trial.promptId);
    if (group === undefined) byPrompt.set(trial.promptId, [trial]);
    else group.push(trial);
  }
  const groups = [...byPrompt.values()];
  return new Map(
    DESCRIBED.map(({ id }, f) => [
      id,
      {
        listed: groups.map((group) => group.map((trial) => trial.listed.style[f] ?? 0)),
        released: groups.map((group) => group.map((trial) => trial.released[0]?.style[f] ?? 0)),
      },
    ]),
  );
}
