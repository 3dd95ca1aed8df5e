import { listFindings } from './findings/findings.js';
import type { FoldState } from './fold-state.js';
import { log } from './math.js';
import { wordLogOdds } from './stats/index.js';
import type { EngineDefinition, Finding, FoldStatus, Report, Severity, WordFinding } from './types.js';

const MOST_WORDS = 20;
const LEAST_Z = 3;
const MOST_TRIALS = 100_000;
const ENOUGH_TRIALS = 10;

/** ⌈log₂(1/alpha)⌉, by doubling. */
export function limitTrials(alpha: number): number {
  let trials = 0;
  for (let wealth = 1; wealth < 1 / alpha; wealth *= 2) trials += 1;
  return trials;
}

/** Everything that can be said about the trials folded so far. */
export function buildReport(definition: EngineDefinition, state: FoldState): Report {
  const status = state.status();
  const findings = listFindings(definition, state.means, state.samples, status.verdict === 'different');
  const severity = severityOf(status, findings);
  const needed = trialsStillNeeded(definition, state, status);
  return {
    ...status,
    alpha: definition.alpha,
    severity,
    limitTrials: limitTrials(definition.alpha),
    findings,
    words: listWords(state),
    voids: state.voids.reasons,
    trialsStillNeeded: needed,
    sentence: verdictSentence(definition, status, severity, needed),
  };
}

function severityOf(status: FoldStatus, findings: readonly Finding[]): Severity | null {
  if (status.verdict !== 'different') return null;
  return findings.some((finding) => finding.material) ? 'material' : 'trace';
}

function listWords(state: FoldState): WordFinding[] {
  const { listed, released } = state.words;
  const [listedTotal, releasedTotal] = [total(listed), total(released)];
  return wordLogOdds(listed, released)
    .filter((row) => Math.abs(row.z) >= LEAST_Z)
    .slice(0, MOST_WORDS)
    .map((row) => ({
      word: row.word,
      side: row.z > 0 ? 'listed' : 'released',
      z: row.z,
      listedPer1000: (1000 * row.listed) / Math.max(listedTotal, 1),
      releasedPer1000: (1000 * row.released) / Math.max(releasedTotal, 1),
    }));
}

function total(counts: ReadonlyMap<string, number>): number {
  let sum = 0;
  for (const count of counts.values()) sum += count;
  return sum;
}

/**
 * At the growth so far, the trials until the e-value reaches 1/alpha; where there is no growth, those until
 * every confidence sequence fits the equivalence margin. The smaller of the two, null when neither is near.
 */
function trialsStillNeeded(
  definition: EngineDefinition,
  state: FoldState,
  status: FoldStatus,
): number | null {
  if (status.verdict === 'different' || status.verdict === 'equivalent') return 0;
  if (status.trials < ENOUGH_TRIALS || status.verdict === 'unreadable') return null;
  const growth = state.logE / status.trials;
  const toAlarm = growth > 0 ? Math.ceil((log(1 / definition.alpha) - state.logE) / growth) : Infinity;
  const toEquivalence = trialsToEquivalence(definition, state, status.trials);
  const needed = Math.max(1, Math.min(toAlarm, toEquivalence));
  return needed <= MOST_TRIALS ? needed : null;
}

function trialsToEquivalence(definition: EngineDefinition, state: FoldState, trials: number): number {
  const { equivalenceMargin, confidenceAlpha } = definition;
  const fits = (count: number): boolean => {
    for (let i = state.toldApart; i >= 0; i -= 1) {
      if (!state.means.isWithinAt(count, i, confidenceAlpha, equivalenceMargin)) return false;
    }
    return true;
  };
  let high = trials;
  while (!fits(high)) {
    high *= 2;
    if (high > MOST_TRIALS) return Infinity;
  }
  let low = trials;
  while (low + 1 < high) {
    const middle = (low + high) >> 1;
    if (fits(middle)) high = middle;
    else low = middle;
  }
  return high - trials;
}

/** 1/alpha, rounded down, with separators: 0.000608 gives 1,644. */
export function oneIn(alpha: number): string {
  return String(Math.floor((1 / alpha) * (1 + 1e-9))).replaceAll(/\B(?=(?:\d{3})+$)/g, ',');
}

const CAVEAT =
  'This is about the answers, not their cause: weights, system prompt, settings, routing or post-processing can each make them differ.';

function verdictSentence(
  definition: EngineDefinition,
  status: FoldStatus,
  severity: Severity | null,
  needed: number | null,
): string {
  const { trials } = status;
  if (status.verdict === 'different') {
    const size =
      severity === 'material'
        ? 'and at least one habit differs by much'
        : 'with no single habit proven to differ by much yet';
    return `The two sides give distinguishable answers, ${size}: found after ${status.alarmAtTrial} trials, with a chance of at most 1 in ${oneIn(definition.alpha)} of ever saying so if they were the same. ${CAVEAT}`;
  }
  if (status.verdict === 'unreadable') return `No verdict: ${status.unreadableReason}.`;
  if (status.verdict === 'equivalent') {
    return `Over ${trials} trials no measured habit, and no learnt difference, tells the sides apart by more than the margin of ${definition.equivalenceMargin}. This speaks of the past and of these features only.`;
  }
  const more = needed === null ? '' : ` About ${needed} more may decide it.`;
  return `Undecided after ${trials} trials: the answers show no proven difference, and sameness is not proven either.${more}`;
}
