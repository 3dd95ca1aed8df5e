export { compare, finishComparison, prepareComparison, runOrder } from './compare.js';
export type {
  AnswerRecord,
  Comparison,
  ComparisonInput,
  ComparisonResult,
  FixedSample,
  OnProgress,
  OrderOutcome,
} from './types.js';
