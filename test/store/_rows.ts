import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  type AnswersTable,
  beginEpoch,
  insertRound,
  type Store,
  type TrialsTable,
} from '../../src/store/index.js';

/** A folder for one test's store. */
export function temporaryFolder(): { path: string; remove(): void } {
  const path = mkdtempSync(join(tmpdir(), 'twinwatch-store-'));
  return { path, remove: () => rmSync(path, { recursive: true, force: true }) };
}

export function trialRow(seq: number, changes: Partial<TrialsTable> = {}): TrialsTable {
  return {
    id: `t${seq}`,
    watch_id: 'w',
    epoch: 1,
    seq,
    round_id: 'r1',
    suite: 's',
    prompt_id: 'p',
    prompt_hash: `hash${seq}`,
    prompt: `Question ${seq}?`,
    slot_order: '["listed","released:0"]',
    status: 'planned',
    void_cause: null,
    void_side: null,
    void_reason: null,
    started_at: null,
    finished_at: null,
    ...changes,
  };
}

export function answerRow(trial: string, side: 'listed' | 'released', text: string | null): AnswersTable {
  return {
    trial_id: trial,
    side,
    slot: 0,
    outcome: 'answer',
    text,
    raw_text: null,
    text_hash: null,
    finish_reason: 'stop',
    model_returned: null,
    system_fingerprint: null,
    provider: null,
    request_id: null,
    prompt_tokens: null,
    completion_tokens: null,
    http_status: 200,
    detail: null,
    attempts: 1,
    first_byte_ms: 1,
    first_token_ms: null,
    cached_tokens: null,
    reasoning_tokens: null,
    reasoning_length: null,
    logprobs: null,
    latency_ms: 2,
    started_at: 3,
  };
}

/** Writes the watch `w` in `epoch` with one open round. */
export async function addWatch(store: Store, epoch = 1): Promise<void> {
  await store.transaction(async (tx) => {
    const watch = { id: 'w', title: 'W', claim: 'same', created_at: 1 };
    await beginEpoch(tx, watch, {
      watch_id: 'w',
      epoch,
      definition: '{}',
      definition_hash: 'd',
      engine: '{}',
      started_at: 1,
    });
    await insertRound(
      tx,
      {
        id: `r${epoch}`,
        watch_id: 'w',
        epoch,
        number: 1,
        tier: 'full',
        scheduled_at: 1,
        started_at: 1,
        finished_at: null,
        seed: 'seed',
        seed_hash: 'hash',
      },
      [],
    );
  });
}

/** Plans one more trial in its open round. */
export async function addTrial(store: Store, trial: TrialsTable): Promise<void> {
  await store.db.insertInto('trials').values(trial).execute();
}
