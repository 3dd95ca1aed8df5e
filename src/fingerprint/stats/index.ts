export { type ConfidenceSequence, confidenceSequence } from './confidence-sequence.js';
export { eBH } from './e-bh.js';
export { type FeatureTest, type FeatureTestOptions, featureTests } from './feature-tests.js';
export { holm } from './holm.js';
export { type LogProbResult, type LogProbSamples, logProbTest, type TokenLogProbs } from './log-prob-test.js';
export {
  type MannWhitneyResult,
  mannWhitneyTest,
  type ResamplingOptions,
  type StratifiedValues,
} from './mann-whitney-test.js';
export {
  type KernelChoice,
  type MmdAggregatedOptions,
  type MmdAggregatedResult,
  type MmdSamples,
  mmdAggregatedTest,
} from './mmd-aggregated-test.js';
export { type MmdOptions, type MmdResult, mmdTest } from './mmd-test.js';
export { runningMeanSequence } from './running-mean-sequence.js';
export { type SignFlipResult, signFlipTest } from './sign-flip-test.js';
export type { ConfidenceOptions } from './unit-interval.js';
export { type WordLogOdds, type WordLogOddsOptions, wordLogOdds } from './word-log-odds.js';
