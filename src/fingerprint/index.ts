export {
  type AnswerRecord,
  type Comparison,
  type ComparisonInput,
  type ComparisonResult,
  compare,
  type FixedSample,
  finishComparison,
  type OnProgress,
  type OrderOutcome,
  prepareComparison,
  runOrder,
} from './compare/index.js';
export { describeAnswer, type FeatureValue } from './describe-answer.js';
export {
  createDrift,
  type Drift,
  type DriftSnapshot,
  type DriftStatus,
  restoreDrift,
} from './drift/drift.js';
export {
  createEProcess,
  type EProcess,
  type EProcessOptions,
  type EProcessSnapshot,
  type EProcessTrial,
  type MissingAnswer,
  restoreEProcess,
} from './e-process.js';
export { epochAlpha } from './epochs.js';
export { FingerprintError } from './errors.js';
export { createFold, defaultDefinition, extractFeatures, type FeatureFold, restoreFold } from './fold.js';
export { exampleKey, withoutExamples } from './forget.js';
export { exp, log } from './math.js';
export { limitTrials, oneIn } from './report.js';
export {
  type ConfidenceOptions,
  type ConfidenceSequence,
  confidenceSequence,
  eBH,
  type FeatureTest,
  type FeatureTestOptions,
  featureTests,
  holm,
  type KernelChoice,
  type LogProbResult,
  type LogProbSamples,
  logProbTest,
  type MannWhitneyResult,
  type MmdAggregatedOptions,
  type MmdAggregatedResult,
  type MmdOptions,
  type MmdResult,
  type MmdSamples,
  mannWhitneyTest,
  mmdAggregatedTest,
  mmdTest,
  type ResamplingOptions,
  runningMeanSequence,
  type SignFlipResult,
  type StratifiedValues,
  signFlipTest,
  type TokenLogProbs,
  type WordLogOdds,
  type WordLogOddsOptions,
  wordLogOdds,
} from './stats/index.js';
export { type AnswerFeatures, exampleOf, type TrialFeatures } from './trial-features.js';
export {
  type CompleteTrial,
  ENGINE_VERSION,
  type EngineDefinition,
  type FeatureSummary,
  type Finding,
  type FindingExample,
  type Fold,
  type FoldSnapshot,
  type FoldStatus,
  type Report,
  type ScoredToken,
  type Severity,
  type Side,
  type TrialRecord,
  type Verdict,
  type VoidCause,
  type VoidTrial,
  type WordFinding,
} from './types.js';
