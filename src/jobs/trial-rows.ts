import { type Json, sha256 } from '../core/index.js';
import { type AskResult, isAnswered, type SlotResult, type TrialResult } from '../probes/index.js';
import type { AnswersTable, TrialsTable } from '../store/index.js';

/** What the store keeps of one slot of a trial. */
export function answerRow(trialId: string, { side, slot, result }: SlotResult): AnswersTable {
  const { outcome, meta } = result;
  const [text, raw] = isAnswered(outcome) ? [outcome.text, outcome.raw ?? null] : [null, null];
  return {
    trial_id: trialId,
    side,
    slot,
    outcome: outcome.kind,
    text,
    raw_text: raw,
    text_hash: text === null ? null : sha256(text),
    finish_reason: meta.finishReason,
    model_returned: meta.modelReturned,
    system_fingerprint: meta.systemFingerprint,
    provider: meta.provider,
    request_id: meta.requestId,
    prompt_tokens: meta.promptTokens,
    cached_tokens: meta.cachedTokens,
    completion_tokens: meta.completionTokens,
    reasoning_tokens: meta.reasoningTokens,
    reasoning_length: meta.reasoningLength,
    logprobs: meta.logprobs,
    http_status: meta.httpStatus,
    detail: isAnswered(outcome) ? null : outcome.detail,
    attempts: result.attempts,
    first_byte_ms: meta.firstByteMs,
    first_token_ms: meta.firstTokenMs,
    latency_ms: result.latencyMs,
    started_at: result.startedAt,
  };
}

/** What the log says of a trial: all but the texts, which their hashes stand for. */
export function trialPayload(row: TrialsTable, result: TrialResult, answers: readonly AnswersTable[]): Json {
  return {
    epoch: row.epoch,
    seq: row.seq,
    suite: row.suite,
    promptId: row.prompt_id,
    prompt: row.prompt_hash,
    order: JSON.parse(row.slot_order) as Json,
    void: result.void ? { ...result.void } : null,
    answers: answers.map((answer, i) => ({
      side: answer.side,
      slot: answer.slot,
      outcome: answer.outcome,
      text: answer.text_hash,
      rawText: answer.raw_text === null ? null : sha256(answer.raw_text),
      model: answer.model_returned,
      systemFingerprint: answer.system_fingerprint,
      provider: answer.provider,
      requestId: answer.request_id,
      finishReason: answer.finish_reason,
      promptTokens: answer.prompt_tokens,
      cachedTokens: answer.cached_tokens,
      completionTokens: answer.completion_tokens,
      reasoningTokens: answer.reasoning_tokens,
      reasoningLength: answer.reasoning_length,
      logprobs: answer.logprobs === null ? null : sha256(answer.logprobs),
      startedAt: answer.started_at,
      firstByteMs: answer.first_byte_ms,
      firstTokenMs: answer.first_token_ms,
      latencyMs: answer.latency_ms,
      attempts: answer.attempts,
      // The files lie beside the store; their hashes bind them to this trial.
      ...artifactHashes(result.answers[i]?.result.artifacts),
    })),
  };
}

function artifactHashes(artifacts: AskResult['artifacts']): { readonly [key: string]: Json } {
  return artifacts ? { artifacts: artifacts.map(({ kind, sha256: hash }) => ({ kind, sha256: hash })) } : {};
}
