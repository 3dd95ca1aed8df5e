import type { Claim, Reservation } from './budget.js';

/**
 * How one request ended.
 * - `answer`, `truncated` (cut at max_tokens): a text.
 * - `refused`: the provider's filter withheld the answer. A model that declines in words gave an answer.
 * - `rate-limited`: 429. `unreachable`: no connection. `http-error`: any other status that is not success.
 * - `timeout`: too slow, before or after the first byte. `disconnected`: broke off in the middle.
 * - `malformed`: success, but not what the protocol says. `too-large`: over the size cap. `empty`: no text.
 * - `cut-short`: truncated before the length at which answers are compared.
 * - `other-provider`: a provider answered that the watch does not mean.
 * - `not-recorded`: the recorded answers hold none (left) to this prompt.
 * - `challenge`: a CAPTCHA, a block page or a sign-in, which only a person may deal with.
 * - `over-budget`: an earlier answer, of a size that nothing limits, used up the budget.
 * - `interrupted`: this program stopped, or the trial's window closed.
 */
export type FailureKind =
  | 'refused'
  | 'rate-limited'
  | 'unreachable'
  | 'http-error'
  | 'timeout'
  | 'disconnected'
  | 'malformed'
  | 'too-large'
  | 'empty'
  | 'cut-short'
  | 'other-provider'
  | 'not-recorded'
  | 'challenge'
  | 'over-budget'
  | 'interrupted';

export interface Answered {
  readonly kind: 'answer' | 'truncated';
  /** What is compared: raw, but well-formed, unless the other side's answers come rendered. */
  readonly text: string;
  /** The text as it came, where `text` is a rendering of it. */
  readonly raw?: string;
}

export interface Failed {
  readonly kind: FailureKind;
  /** True when nothing can have been generated yet: the failure then says nothing about the answer. */
  readonly beforeGeneration: boolean;
  /** Whether asking again may help; only ever true before generation. */
  readonly retryable: boolean;
  /** What the server asked for through Retry-After, ms. */
  readonly retryAfterMs: number | null;
  /** For people; one safe line. */
  readonly detail: string;
}

export type Outcome = Answered | Failed;

/** What is known about a request beside its text. All times in ms from the moment the request left. */
export interface AnswerMeta {
  readonly finishReason: string | null;
  readonly modelReturned: string | null;
  readonly systemFingerprint: string | null;
  /** Who ran the model, where the API routes between several. */
  readonly provider: string | null;
  readonly requestId: string | null;
  readonly promptTokens: number | null;
  /** Tokens of the prompt that came from the provider's cache. */
  readonly cachedTokens: number | null;
  /** Reasoning included. */
  readonly completionTokens: number | null;
  readonly reasoningTokens: number | null;
  /** Code points of the reasoning text, which itself is neither kept nor compared. */
  readonly reasoningLength: number | null;
  /** JSON: see `logprobsText`. */
  readonly logprobs: string | null;
  readonly httpStatus: number | null;
  readonly firstByteMs: number | null;
  /** When the answer's own text began; null when it did not come as a stream. */
  readonly firstTokenMs: number | null;
}

/** A file kept beside an answer, so that people can see where its text came from. */
export interface Artifact {
  /** A picture of the page, the answer's HTML as the page had it, or the body of its network stream. */
  readonly kind: 'screenshot' | 'html' | 'stream';
  /** Of the file's bytes, in hexadecimal digits. */
  readonly sha256: string;
  /** Relative to the evidence folder. */
  readonly path: string;
}

export interface AskResult {
  readonly outcome: Outcome;
  readonly meta: AnswerMeta;
  /** Requests sent, retries included; 0 when none left. */
  readonly attempts: number;
  readonly startedAt: number;
  readonly latencyMs: number;
  /** Where the answer was read from a page. */
  readonly artifacts?: readonly Artifact[];
}

/** One side of a watch, ready to be asked. */
export interface Endpoint {
  /**
   * Asks once in a fresh conversation. Never rejects: whatever happens is an outcome.
   * @param reservation what was reserved for this request by its claim; null where it has none
   */
  ask(prompt: string, signal: AbortSignal, reservation?: Reservation | null): Promise<AskResult>;
  /** The most that asking once can use. Left out where no budget counts it. */
  claim?(prompt: string): Claim;
}

export const noMeta: AnswerMeta = {
  finishReason: null,
  modelReturned: null,
  systemFingerprint: null,
  provider: null,
  requestId: null,
  promptTokens: null,
  cachedTokens: null,
  completionTokens: null,
  reasoningTokens: null,
  reasoningLength: null,
  logprobs: null,
  httpStatus: null,
  firstByteMs: null,
  firstTokenMs: null,
};

export function isAnswered(outcome: Outcome): outcome is Answered {
  return outcome.kind === 'answer' || outcome.kind === 'truncated';
}
