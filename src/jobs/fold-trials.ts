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
  type Db,
  type EvidencePointsTable,
  endedTrialsAfter,
  findSnapshot,
  type TrialWithAnswers,
} from '../store/index.js';

/** A watch's fold and how far it has come. */
export interface FoldPosition {
  readonly fold: Fold;
  /** The last folded trial's seq; 0 before the first. */
  seq: number;
}

/** Trials folded at a stretch, before anything else gets its turn. */
const PAGE = 16;

/** The fold as of the newest snapshot; trials after it have to be folded again. */
export async function loadFold(
  db: Db,
  watchId: string,
  epoch: number,
  engine: EngineDefinition,
): Promise<FoldPosition> {
  const row = await findSnapshot(db, watchId, epoch);
  if (!row || row.version !== engine.engine) return { fold: createFold(engine), seq: 0 };
  const snapshot: FoldSnapshot = { version: row.version, state: JSON.parse(row.state) as Json };
  return { fold: restoreFold(engine, snapshot), seq: row.seq };
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

/** The engine's view of a stored trial. */
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
  const texts = (side: string): string[] => answers.filter((a) => a.side === side).map((a) => a.text ?? '');
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

export function snapshotText(snapshot: FoldSnapshot): string {
  return canonicalJson(snapshot.state);
}
