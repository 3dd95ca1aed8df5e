import type { ApiEndpointConfig } from '../../config/index.js';
import { type Clock, elapsed } from '../../core/index.js';
import type { Reservation } from '../budget.js';
import { createMeter } from '../meter.js';
import { type AskResult, type Endpoint, isAnswered, noMeta, type Outcome } from '../outcome.js';
import type { Pacer } from '../pacer.js';
import { anthropicProtocol } from './anthropic.js';
import { failed } from './classify.js';
import { startDeadline } from './deadline.js';
import { type Attempt, attempt } from './exchange.js';
import { geminiProtocol } from './gemini.js';
import { chatProtocol } from './openai-chat.js';
import { responsesProtocol } from './openai-responses.js';
import { openRouterProtocol } from './openrouter.js';
import type { Protocol } from './protocol.js';
import { createSilence } from './silence.js';

export interface ApiDeps {
  /** The API key, or null for a server that wants none. */
  readonly apiKey: string | null;
  readonly pacer: Pacer;
  readonly clock: Clock;
  /** A budget counts the account's requests. */
  readonly counted?: boolean;
}

const protocols: Readonly<Record<ApiEndpointConfig['kind'], Protocol>> = {
  openai: chatProtocol,
  'openai-responses': responsesProtocol,
  anthropic: anthropicProtocol,
  gemini: geminiProtocol,
  openrouter: openRouterProtocol,
};

const FIRST_DELAY_MS = 500;
const LONGEST_DELAY_MS = 30_000;

/**
 * A side reached through an HTTP API. Failed requests are asked again only when nothing can have been
 * generated yet: choosing among answers after seeing them would break the guarantee.
 */
export function createApiEndpoint(config: ApiEndpointConfig, deps: ApiDeps): Endpoint {
  const protocol = protocols[config.kind];
  const silence = createSilence(config, protocol);
  const meter = createMeter(config);
  // Every request of every API passes here, retries included.
  const attemptOnce = async (
    prompt: string,
    signal: AbortSignal,
    reservation: Reservation | null,
  ): Promise<Attempt> => {
    try {
      return await deps.pacer.run(async () => {
        if (reservation !== null && !(await reservation.leave()))
          return { outcome: overBudget, meta: noMeta };
        // Of a silent server the first byte comes with the last ones.
        const silent = silence.isSilent();
        const firstByteMs = silent ? config.totalTimeoutMs : config.firstByteTimeoutMs;
        const limits = { firstByteMs, totalMs: config.totalTimeoutMs };
        const deadline = startDeadline(limits, signal);
        try {
          const exchange = { config, protocol, apiKey: deps.apiKey, clock: deps.clock, silent };
          const tried = await attempt(exchange, prompt, deadline);
          silence.learn(tried.meta);
          await reservation?.settle(meter.measure(protocol.body(config, prompt), tried.outcome, tried.meta));
          return tried;
        } finally {
          deadline.done();
        }
      }, signal);
    } catch {
      // The signal aborted while the request waited for its turn, or the ledger can't be read: nothing was sent.
      return { outcome: notSent, meta: noMeta };
    }
  };
  return {
    ...(deps.counted ? { claim: (prompt) => meter.claim(protocol.body(config, prompt)) } : {}),
    async ask(prompt, signal, reservation = null): Promise<AskResult> {
      const startedAt = deps.clock.now();
      let attempts = 0;
      let last: Attempt = { outcome: notSent, meta: noMeta };
      for (let retries = 0; ; retries += 1) {
        // Without room for a retry, or stopped before it left, the failure that led to it stands.
        if (retries > 0 && reservation !== null && !(await reservation.renew())) break;
        const tried = await attemptOnce(prompt, signal, reservation);
        if (tried.outcome === overBudget && attempts === 0) last = tried;
        if (tried.outcome === overBudget || tried.outcome === notSent) break;
        attempts += 1;
        last = tried;
        const delay = retries < config.maxRetries ? delayBefore(retries + 1, tried.outcome) : null;
        if (delay === null || !(await slept(deps.clock, delay, signal))) break;
      }
      return { ...last, attempts, startedAt, latencyMs: elapsed(startedAt, deps.clock.now()) };
    },
  };
}

const notSent = failed('interrupted', 'the trial ended before this request was sent', {
  beforeGeneration: true,
});

// The answer that used the budget up may be this trial's own: what is missing may depend on what was said.
const overBudget = failed('over-budget', 'the budget was used up by a longer answer than was expected');

/** Exponential with jitter, but never sooner than the server asked for; null when asking again can't help. */
function delayBefore(retry: number, outcome: Outcome): number | null {
  if (isAnswered(outcome) || !outcome.retryable) return null;
  const ceiling = Math.min(FIRST_DELAY_MS * 2 ** (retry - 1), LONGEST_DELAY_MS);
  const jittered = ceiling / 2 + (Math.random() * ceiling) / 2;
  return Math.max(jittered, outcome.retryAfterMs ?? 0);
}

/** False when the signal aborted first. */
async function slept(clock: Clock, ms: number, signal: AbortSignal): Promise<boolean> {
  try {
    await clock.sleep(ms, signal);
    return true;
  } catch {
    return false;
  }
}
