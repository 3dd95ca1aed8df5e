import { DelegateBackoff, handleWhenResult, type IRetryBackoffContext, retry } from 'cockatiel';
import type { EndpointConfig } from '../../config/index.js';
import type { Clock } from '../../core/index.js';
import { type AskResult, type Endpoint, isAnswered, noMeta } from '../outcome.js';
import type { Pacer } from '../pacer.js';
import { failed } from './classify.js';
import { startDeadline } from './deadline.js';
import { type Attempt, attemptChat } from './openai-chat.js';

export interface EndpointDeps {
  /** The API key, or null for a server that wants none. */
  readonly apiKey: string | null;
  readonly pacer: Pacer;
  readonly clock: Clock;
}

const FIRST_DELAY_MS = 500;
const LONGEST_DELAY_MS = 30_000;

/**
 * A side reached through an OpenAI-compatible chat API. Failed requests are asked again only when
 * nothing can have been generated yet: choosing among answers after seeing them would break the guarantee.
 */
export function createOpenAiEndpoint(config: EndpointConfig, deps: EndpointDeps): Endpoint {
  const attemptOnce = async (prompt: string, signal: AbortSignal): Promise<Attempt> => {
    try {
      return await deps.pacer.run(async () => {
        const limits = { firstByteMs: config.firstByteTimeoutMs, totalMs: config.totalTimeoutMs };
        const deadline = startDeadline(limits, signal);
        try {
          return await attemptChat(config, deps.apiKey, prompt, deadline, deps.clock);
        } finally {
          deadline.done();
        }
      }, signal);
    } catch {
      // The signal aborted while the request waited for its turn: nothing was sent.
      return { outcome: notSent, meta: noMeta };
    }
  };
  return {
    async ask(prompt, signal): Promise<AskResult> {
      const startedAt = deps.clock.now();
      let attempts = 0;
      let last: Attempt = { outcome: notSent, meta: noMeta };
      try {
        await retryPolicy(config.maxRetries).execute(async () => {
          last = await attemptOnce(prompt, signal);
          if (last.outcome !== notSent) attempts += 1;
          return last;
        }, signal);
      } catch {
        // Aborted while waiting to ask again: the last failure stands.
      }
      return { ...last, attempts, startedAt, latencyMs: deps.clock.now() - startedAt };
    },
  };
}

const notSent = failed('interrupted', 'the trial ended before this request was sent', {
  beforeGeneration: true,
});

function retryPolicy(maxRetries: number): ReturnType<typeof retry> {
  return retry(
    handleWhenResult((result) => isRetryable(result as Attempt)),
    { maxAttempts: maxRetries, backoff: new DelegateBackoff(delayMs) },
  );
}

function isRetryable({ outcome }: Attempt): boolean {
  return !isAnswered(outcome) && outcome.retryable;
}

/** Exponential with full jitter, but never sooner than the server asked for. */
function delayMs(context: IRetryBackoffContext<unknown>): number {
  const ceiling = Math.min(FIRST_DELAY_MS * 2 ** (context.attempt - 1), LONGEST_DELAY_MS);
  const jittered = ceiling / 2 + (Math.random() * ceiling) / 2;
  const value = 'value' in context.result ? (context.result.value as Attempt) : null;
  const asked = value && !isAnswered(value.outcome) ? (value.outcome.retryAfterMs ?? 0) : 0;
  return Math.max(jittered, asked);
}
