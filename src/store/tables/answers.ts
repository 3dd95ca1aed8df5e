import type { Side } from '../../fingerprint/index.js';

/** What one side gave for one slot of a trial, or how it failed. Kept for void trials too. */
export interface AnswersTable {
  trial_id: string;
  side: Side;
  /** 0 for listed; 0 … m−1 for released. */
  slot: number;
  /** `answer`, `truncated`, or the failure's kind. */
  outcome: string;
  /**
   * The raw text, untouched but for lone surrogates, which have no UTF-8 form. null without an answer, or when it
   * was removed: then its hash is still there.
   */
  text: string | null;
  /** The text as it came, where `text` is a rendering of it for comparison with what a web site shows. */
  raw_text: string | null;
  text_hash: string | null;
  finish_reason: string | null;
  model_returned: string | null;
  system_fingerprint: string | null;
  /** Who ran the model, where the API says so. */
  provider: string | null;
  request_id: string | null;
  prompt_tokens: number | null;
  /** Of the prompt's tokens, those from the provider's cache. */
  cached_tokens: number | null;
  completion_tokens: number | null;
  /** Of the completion's tokens. */
  reasoning_tokens: number | null;
  /** Code points of the reasoning text, which is not kept. */
  reasoning_length: number | null;
  /** JSON of the first tokens: `[[token, logprob, [[token, logprob], …]], …]`. */
  logprobs: string | null;
  http_status: number | null;
  /** For people: why it failed. */
  detail: string | null;
  /** Requests sent, retries included. */
  attempts: number;
  first_byte_ms: number | null;
  first_token_ms: number | null;
  latency_ms: number;
  started_at: number;
}
