import type { Side } from '../../fingerprint/index.js';

/** What one side gave for one slot of a trial, or how it failed. Kept for void trials too. */
export interface AnswersTable {
  trial_id: string;
  side: Side;
  /** 0 for listed; 0 … m−1 for released. */
  slot: number;
  /** `answer`, `truncated`, or the failure's kind. */
  outcome: string;
  /** The raw text, untouched but for lone surrogates, which have no UTF-8 form; null without an answer. */
  text: string | null;
  text_hash: string | null;
  finish_reason: string | null;
  model_returned: string | null;
  system_fingerprint: string | null;
  request_id: string | null;
  prompt_tokens: number | null;
  completion_tokens: number | null;
  http_status: number | null;
  /** For people: why it failed. */
  detail: string | null;
  /** Requests sent, retries included. */
  attempts: number;
  first_byte_ms: number | null;
  latency_ms: number;
  started_at: number;
}
