import { canonicalJson, type Json } from '../core/index.js';
import {
  createFold,
  type EngineDefinition,
  type Fold,
  type FoldSnapshot,
  restoreFold,
  type TrialRecord,
} from '../fingerprint/index.js';
import {
  type Db,
  type EvidencePointsTable,
  findSnapshot,
  type TrialWithAnswers,
  trialsAfter,
} from '../store/index.js';

/** A watch's fold and how far it has come. */
export interface FoldPosition {
  readonly fold: Fold;
  /** The last folded trial's seq; 0 before the first. */
  seq: number;
}

const PAGE = 200;

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

/** The trials after `position` that have ended, in planned order, up to the first that has not. */
export async function* endedTrials(
  db: Db,
  watchId: string,
  epoch: number,
  position: { readonly seq: number },
): AsyncGenerator<TrialWithAnswers> {
  for (;;) {
    const page = await trialsAfter(db, watchId, epoch, position.seq, PAGE);
    for (const entry of page) {
      if (entry.trial.status !== 'complete' && entry.trial.status !== 'void') return;
      yield entry;
    }
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
  return {
    kind: 'complete',
    suite,
    promptId,
    prompt,
    listed: texts('listed')[0] ?? '',
    released: texts('released'),
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
