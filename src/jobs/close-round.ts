import type { WatchConfig } from '../config/index.js';
import { appendLog, type LogInput } from '../evidence/index.js';
import {
  endTrial,
  finishRound,
  type RoundsTable,
  type TrialsTable,
  type Tx,
  trialsOfRound,
} from '../store/index.js';
import { endPause } from './incidents/end-pause.js';

/** Ends a round: trials that never got an answer are void, and the seed of prompts and order is revealed. */
export async function closeRound(
  tx: Tx,
  config: WatchConfig,
  round: RoundsTable,
  reason: string,
  at: number,
): Promise<void> {
  const entries: LogInput[] = [];
  for (const trial of await trialsOfRound(tx, round.id)) {
    if (trial.status === 'planned' || trial.status === 'running') {
      entries.push(await voidUnanswered(tx, trial, reason, at));
    }
  }
  await finishRound(tx, round.id, at);
  await endPause(tx, config, at);
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
