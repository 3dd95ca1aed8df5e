import { canonicalJson, type Json } from '../core/index.js';
import {
  createFold,
  type EngineDefinition,
  type Fold,
  type FoldSnapshot,
  restoreFold,
  type ScoredToken,
  type TrialRecord,
} from '../fingerprint/index.js';
import { readLogprobs } from '../probes/index.js';
import {
  type AnswersTable,
  type Db,
  type EvidencePointsTable,
  endedTrialsAfter,
  findSnapshot,
  removedTrials,
  saveSnapshot,
  type TrialWithAnswers,
  type Tx,
} from '../store/index.js';
import { JobError } from './errors.js';

/** A watch's fold and how far it has come. */
export interface FoldPosition {
  readonly fold: Fold;
  /** The last folded trial's seq; 0 before the first. */
  seq: number;
}

/** Trials folded at a stretch, before anything else gets its turn. */
const PAGE = 16;

/**
 * The fold as of the newest snapshot; trials after it have to be folded again.
 * @throws JobError when that is impossible, because texts of theirs were removed
 */
export async function loadFold(
  db: Db,
  watchId: string,
  epoch: number,
  engine: EngineDefinition,
): Promise<FoldPosition> {
  const row = await findSnapshot(db, watchId, epoch);
  const isUsable = row?.version === engine.engine;
  const removed = await removedTrials(db, { watchId, epoch }, isUsable ? row.seq : 0);
  if (removed.length > 0) throw new JobError(cannotFold(watchId, epoch, removed));
  if (!isUsable) return { fold: createFold(engine), seq: 0 };
  const snapshot: FoldSnapshot = { version: row.version, state: JSON.parse(row.state) as Json };
  return { fold: restoreFold(engine, snapshot), seq: row.seq };
}

function cannotFold(watchId: string, epoch: number, removed: readonly number[]): string {
  const named = removed.slice(0, 10).join(', ');
  const trials = removed.length > 10 ? `${named} and ${removed.length - 10} more` : named;
  return `the evidence of ${watchId} (epoch ${epoch}) can't be computed anew: texts of these trials were removed: ${trials}. What was recorded until then stands; a changed definition, or twinwatch verify, begins a new epoch`;
}

/** Keeps the fold, so that trials up to its position need not be folded again. */
export async function saveFold(
  tx: Tx,
  watchId: string,
  epoch: number,
  { fold, seq }: FoldPosition,
  at: number,
): Promise<void> {
  const { version, state } = fold.snapshot();
  await saveSnapshot(tx, {
    watch_id: watchId,
    epoch,
    version,
    seq,
    state: canonicalJson(state),
    taken_at: at,
  });
}

/**
 * The trials after `position` that have ended, in planned order, up to the first that has not; some at a time.
 * Whoever folds them moves `position` on.
 */
export async function* endedTrials(
  db: Db,
  watchId: string,
  epoch: number,
  position: { readonly seq: number },
): AsyncGenerator<readonly TrialWithAnswers[]> {
  for (;;) {
    const page = await endedTrialsAfter(db, watchId, epoch, position.seq, PAGE);
    if (page.length > 0) yield page;
    if (page.length < PAGE) return;
  }
}

/** The engine's view of a stored trial. @throws JobError when a text of it was removed */
export function trialRecord({ trial, answers }: TrialWithAnswers): TrialRecord {
  const { suite, prompt_id: promptId, prompt } = trial;
  if (trial.status === 'void') {
    return {
      kind: 'void',
      suite,
      promptId,
      cause: trial.void_cause ?? 'interrupted',
      side: trial.void_side,
      reason: trial.void_reason ?? 'unknown',
    };
  }
  const texts = (side: string): string[] => answers.filter((a) => a.side === side).map(textOf);
  const tokens = (side: string): ScoredToken[][] =>
    answers.filter((a) => a.side === side).map((a) => readLogprobs(a.logprobs));
  return {
    kind: 'complete',
    suite,
    promptId,
    prompt,
    listed: texts('listed')[0] ?? '',
    released: texts('released'),
    tokens: { listed: tokens('listed')[0] ?? [], released: tokens('released') },
  };
}

// Folding nothing in the place of a text would change the evidence unseen.
function textOf({ text }: AnswersTable): string {
  if (text === null) throw new JobError('the text of an answer was removed while it was being read');
  return text;
}

/** The curve's point after the trial `seq`. */
export function evidencePoint(
  watchId: string,
  epoch: number,
  position: FoldPosition,
  at: number,
): EvidencePointsTable {
  const status = position.fold.status();
  return {
    watch_id: watchId,
    epoch,
    seq: position.seq,
    log10_e: status.log10E,
    verdict: status.verdict,
    trials: status.trials,
    void_trials: status.voidTrials,
    at,
  };
}
