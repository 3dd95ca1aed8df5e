import { canonicalJson, seededRandom, sha256 } from '../../core/index.js';
import { FingerprintError } from '../errors.js';
import { createFold, defaultDefinition, extractFeatures } from '../fold.js';
import { exp, log } from '../math.js';
import { limitTrials } from '../report.js';
import type { Verdict } from '../types.js';
import { fixedSampleTests } from './fixed-sample.js';
import { pairRecords } from './pair-records.js';
import { ASSUMPTION, comparisonSentence } from './sentence.js';
import type {
  AnswerRecord,
  Comparison,
  ComparisonInput,
  ComparisonResult,
  OnProgress,
  OrderOutcome,
} from './types.js';

/**
 * Compares recorded answers: pairs them, folds the pairs in `orders` random orders, and reports the
 * average of the final e-values, which is an e-value itself. Features are computed once.
 *
 * The same as {@link finishComparison} over every {@link runOrder} of {@link prepareComparison}, which a
 * caller with several cores can spread over workers.
 *
 * Shapes and units: one record for each answer, in any order; texts are compared whole. `curve` holds log₁₀ of
 * the e-value after each pair. `different` means eValue ≥ 1/alpha, which has probability ≤ alpha under "same".
 *
 * Worked example: 40 prompts whose listed answers are "Sure! Here is answer i, enjoy! 😀" and whose released
 * ones "Answer i." give `different`, trials 40, unpaired 0. The same records on both sides give e-value 1.
 *
 * Degenerate: without a pair the e-value is 1 and the verdict `undecided`.
 *
 * Source: Vovk and Wang, "E-values: calibration, combination and applications" (Annals of Statistics 2021) for
 * the average; `createEProcess` for one order.
 * @throws FingerprintError for an alpha outside 0 … 1, or orders or permutations that are no whole number ≥ 1
 */
export function compare(input: ComparisonInput, onProgress?: OnProgress): ComparisonResult {
  const { orders = 20 } = input;
  const parts = orders + 1;
  const comparison = prepareComparison(input, (done, total) => onProgress?.(done, parts * total));
  const outcomes = Array.from({ length: orders }, (_, order) =>
    runOrder(comparison, order, (done, total) => onProgress?.((order + 1) * total + done, parts * total)),
  );
  return finishComparison(comparison, outcomes);
}

/** Pairs the records, extracts the features and runs the fixed-sample tests. @throws as {@link compare} */
export function prepareComparison(input: ComparisonInput, onProgress?: OnProgress): Comparison {
  const { alpha = 0.001, orders = 20, permutations = 1000 } = input;
  const seed = input.seed ?? hashOf(input);
  if (!Number.isSafeInteger(orders) || orders < 1) {
    throw new FingerprintError(`orders must be a whole number of at least 1, not ${orders}`);
  }
  const definition = { ...defaultDefinition(alpha), compareLength: null };
  const pairing = pairRecords(input.listed, input.released);
  const trials = pairing.trials.map((trial, i) => {
    const features = extractFeatures(definition, trial);
    onProgress?.(i + 1, pairing.trials.length);
    return features;
  });
  const fixedSample = fixedSampleTests(pairing.prompts, trials, seed, permutations);
  return { definition, seed, orders, trials, counts: pairing.counts, fixedSample };
}

function hashOf({ listed, released }: ComparisonInput): string {
  const rows = (records: readonly AnswerRecord[]): string[][] =>
    records.map((record) =>
      [record.prompt_id, record.prompt, record.response].map((text) => text.toWellFormed()),
    );
  return sha256(canonicalJson([rows(listed), rows(released)]));
}

/** Folds all trials in the `order`-th random order (0 … orders−1). */
export function runOrder(comparison: Comparison, order: number, onProgress?: OnProgress): OrderOutcome {
  const { definition, seed, trials } = comparison;
  const fold = createFold(definition);
  const curve = new Float64Array(trials.length);
  seededRandom(`${seed}/order ${order}`)
    .shuffle(trials)
    .forEach((trial, i) => {
      curve[i] = fold.addFeatures(trial).log10E;
      onProgress?.(i + 1, trials.length);
    });
  return { order, curve, report: fold.report() };
}

/**
 * Puts the orders together. `different` when the average final e-value reaches 1/alpha; else the verdict
 * of the first order, unless that alarmed on its own. Findings and words come from the first order whose own
 * verdict agrees.
 * @throws FingerprintError unless there is one outcome for each order
 */
export function finishComparison(
  comparison: Comparison,
  outcomes: readonly OrderOutcome[],
): ComparisonResult {
  const { definition, orders, trials, counts, fixedSample } = comparison;
  const [first] = outcomes;
  if (first === undefined || outcomes.length !== orders) {
    throw new FingerprintError(`there must be ${orders} outcomes, not ${outcomes.length}`);
  }
  const logE = logMean(outcomes.map((o) => o.report.log10E * Math.LN10));
  const verdict = decide(logE >= log(1 / definition.alpha), first.report.verdict);
  const { report } = outcomes.find((o) => o.report.verdict === verdict) ?? first;
  const severity =
    verdict !== 'different' ? null : report.findings.some((f) => f.material) ? 'material' : 'trace';
  const figures = {
    verdict,
    severity,
    alpha: definition.alpha,
    eValue: exp(logE),
    log10E: logE / Math.LN10,
    trials: trials.length,
    orders,
    trialsStillNeeded: verdict === 'undecided' ? report.trialsStillNeeded : 0,
  } as const;
  return {
    ...figures,
    ...counts,
    voidTrials: counts.repeated,
    alarmAtTrial: medianAlarm(outcomes.map((o) => o.report.alarmAtTrial ?? Infinity)),
    limitTrials: limitTrials(definition.alpha),
    findings: report.findings,
    words: report.words,
    fixedSample,
    curve: medianCurve(outcomes.map((o) => o.curve)),
    sentence: comparisonSentence({ ...figures, ...counts, equivalenceMargin: definition.equivalenceMargin }),
    assumption: ASSUMPTION,
  };
}

function decide(reached: boolean, firstOrder: Verdict): Verdict {
  if (reached) return 'different';
  // An order that alarmed on its way but not on average decides nothing.
  return firstOrder === 'different' ? 'undecided' : firstOrder;
}

/** The logarithm of the mean of e^x, without overflow. */
function logMean(logs: readonly number[]): number {
  const largest = Math.max(...logs);
  const sum = logs.reduce((total, x) => total + exp(x - largest), 0);
  return largest + log(sum / logs.length);
}

function medianAlarm(alarms: readonly number[]): number | null {
  const middle = median(Float64Array.from(alarms));
  return middle === Infinity ? null : Math.ceil(middle);
}

function medianCurve(curves: readonly Float64Array[]): number[] {
  const length = curves[0]?.length ?? 0;
  return Array.from({ length }, (_, t) => median(Float64Array.from(curves, (curve) => curve[t] ?? 0)));
}

function median(values: Float64Array): number {
  values.sort();
  const upper = values.length >> 1;
  const lower = (values.length - 1) >> 1;
  return ((values[lower] ?? 0) + (values[upper] ?? 0)) / 2;
}
