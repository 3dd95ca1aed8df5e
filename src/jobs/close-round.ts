import { appendLog, type LogInput } from '../evidence/index.js';
import {
  clearPause,
  endTrial,
  finishRound,
  type RoundsTable,
  type TrialsTable,
  type Tx,
  trialsOfRound,
} from '../store/index.js';

/** Ends a round: trials that never got an answer are void, and the seed of prompts and order is revealed. */
export async function closeRound(tx: Tx, round: RoundsTable, reason: string, at: number): Promise<void> {
  const entries: LogInput[] = [];
  for (const trial of await trialsOfRound(tx, round.id)) {
    if (trial.status === 'planned' || trial.status === 'running') {
      entries.push(await voidUnanswered(tx, trial, reason, at));
    }
  }
  await finishRound(tx, round.id, at);
  await clearPause(tx, round.watch_id);
  entries.push({
    kind: 'seed-reveal',
    watchId: round.watch_id,
    payload: { epoch: round.epoch, round: round.number, seed: round.seed },
  });
  await appendLog(tx, at, entries);
}

/**
 * Voids a trial that was stopped before its answers were stored. One that had begun is priced like a
 * failure that depends on the answer: long answers are likelier to be caught in the middle.
 */
export async function voidUnanswered(
  tx: Tx,
  trial: TrialsTable,
  reason: string,
  at: number,
): Promise<LogInput> {
  const cause = trial.status === 'running' ? 'interrupted' : 'free';
  await endTrial(
    tx,
    trial.id,
    { status: 'void', void_cause: cause, void_side: null, void_reason: reason, finished_at: at },
    [],
  );
  return {
    kind: 'trial',
    watchId: trial.watch_id,
    payload: {
      epoch: trial.epoch,
      seq: trial.seq,
      prompt: trial.prompt_hash,
      void: { cause, side: null, reason },
      answers: [],
    },
  };
}
