import { type ApiEndpointConfig, apiAccount, type Price } from '../config/index.js';
import type { Amount, Claim } from './budget.js';
import { type AnswerMeta, isAnswered, type Outcome } from './outcome.js';

/** Measures what the requests of one endpoint use. */
export interface Meter {
  /** The most that a request with this body can use. */
  claim(body: object): Claim;
  /** What a request with this body, which was sent, has used. */
  measure(body: object, outcome: Outcome, meta: AnswerMeta): Amount;
}

/** Tokens that an answer is taken to have at most where max_tokens is not set and none longer was seen. */
const USUAL_ANSWER = 8192;

interface Size {
  readonly prompt: number;
  readonly completion: number;
}

/**
 * A token is at least a byte, so the request's bytes bound its prompt's tokens (the JSON around the prompt
 * stands for what a chat template adds), and max_tokens bounds the answer's. Where an API reports more than
 * that, as one with a system prompt of its own may, the bound is raised to what was seen and no longer trusted.
 */
export function createMeter(config: ApiEndpointConfig): Meter {
  const account = apiAccount(config);
  const { maxTokens } = config.params;
  let bounded = maxTokens !== null;
  let longest = maxTokens ?? USUAL_ANSWER;
  let hidden = 0;
  const bound = (body: object): Size => ({
    prompt: bytes(JSON.stringify(body)) + hidden,
    completion: longest,
  });
  const amount = ({ prompt, completion }: Size): Amount => ({
    tokens: prompt + completion,
    micros: config.price === null ? 0 : costMicros(config.price, prompt, completion),
  });
  return {
    claim: (body) => ({ account, bounded, ...amount(bound(body)) }),
    measure: (body, outcome, meta) => {
      const most = bound(body);
      const prompt = reported(meta.promptTokens);
      const completion = reported(meta.completionTokens);
      if ((prompt ?? 0) > most.prompt || (completion ?? 0) > most.completion) bounded = false;
      hidden += Math.max(0, (prompt ?? 0) - most.prompt);
      longest = Math.max(longest, completion ?? 0);
      const unread = meta.reasoningLength ?? 0;
      return amount(usedOf({ outcome, prompt, completion, unread, capped: maxTokens !== null }, most));
    },
  };
}

/** Failures that no answer was written for, and that nobody is charged for. */
const free: ReadonlySet<Outcome['kind']> = new Set(['rate-limited', 'unreachable', 'http-error']);
/** The reply came to its end, so what it says of itself is final. */
const ended: ReadonlySet<Outcome['kind']> = new Set([
  'answer',
  'truncated',
  'refused',
  'empty',
  'other-provider',
]);

interface Reported {
  readonly outcome: Outcome;
  readonly prompt: number | null;
  readonly completion: number | null;
  /** Code points of reasoning. */
  readonly unread: number;
  /** max_tokens was sent. */
  readonly capped: boolean;
}

/** What the API reports; where it doesn't, the text's bytes; where the reply broke off, the worst case or more. */
function usedOf({ outcome, prompt, completion, unread, capped }: Reported, most: Size): Size {
  if (!isAnswered(outcome) && outcome.beforeGeneration && free.has(outcome.kind))
    return { prompt: 0, completion: 0 };
  if (!ended.has(outcome.kind))
    return {
      prompt: Math.max(prompt ?? 0, most.prompt),
      completion: Math.max(completion ?? 0, most.completion),
    };
  // A token is at least a byte, and four bytes hold any code point.
  const text = isAnswered(outcome) ? bytes(outcome.text) + 4 * unread : most.completion;
  const written = capped ? Math.min(text, most.completion) : text;
  return { prompt: prompt ?? most.prompt, completion: completion ?? written };
}

/** A count that can be one: an answer has at least a token, and no request a thousand million. */
function reported(count: number | null): number | null {
  return count !== null && Number.isSafeInteger(count) && count > 0 && count <= 1e9 ? count : null;
}

/** Millionths of the price's currency, rounded up. Whole numbers throughout: sums of them are exact. */
export function costMicros(price: Price, promptTokens: number, completionTokens: number): number {
  const perMillion =
    BigInt(promptTokens) * BigInt(price.input) + BigInt(completionTokens) * BigInt(price.output);
  return Number((perMillion + 999_999n) / 1_000_000n);
}

function bytes(text: string): number {
  return Buffer.byteLength(text);
}
