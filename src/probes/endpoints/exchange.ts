import OpenAI from 'openai';
import type { ApiEndpointConfig } from '../../config/index.js';
import { type Clock, withoutSecrets } from '../../core/index.js';
import { type AnswerMeta, isAnswered, type Outcome } from '../outcome.js';
import { cappedFetch, type Transport } from './capped-fetch.js';
import { classifyFailure, failed } from './classify.js';
import type { Deadline } from './deadline.js';
import { conclude, type Draft, metaOf, newDraft } from './draft.js';
import type { Protocol } from './protocol.js';

/** One request and what came of it. */
export interface Attempt {
  readonly outcome: Outcome;
  readonly meta: AnswerMeta;
}

export interface Exchange {
  readonly config: ApiEndpointConfig;
  readonly protocol: Protocol;
  readonly apiKey: string | null;
  readonly clock: Clock;
  /** See `FailureContext`. */
  readonly silent: boolean;
}

// Far above any chat answer, far below what would hurt.
const MAX_BYTES = 4 * 1024 * 1024;

/** Sends one request and reads the reply. Never rejects. */
export async function attempt(exchange: Exchange, prompt: string, deadline: Deadline): Promise<Attempt> {
  const { config, protocol, clock } = exchange;
  const startedAt = clock.now();
  const { fetch, transport } = cappedFetch(MAX_BYTES, headersOf(exchange), () => {
    deadline.firstByte();
    return clock.now();
  });
  const draft = newDraft();
  let firstTokenAt: number | null = null;
  const onText = (): void => {
    firstTokenAt ??= clock.now();
  };
  let outcome: Outcome;
  try {
    const body = protocol.body(config, prompt);
    const client = createClient(config, fetch);
    const wrong = config.stream
      ? await streamed(client, protocol, body, deadline, transport, draft, onText)
      : protocol.whole(await client.post(protocol.path, { body, signal: deadline.signal }), draft);
    outcome = wrong ?? protocol.settle?.(draft, config) ?? conclude(draft);
  } catch (error) {
    outcome = classifyFailure(error, transport, {
      silent: exchange.silent,
      settings: config,
      stopped: deadline.stopped(),
      now: clock.now(),
    });
  }
  return withoutKey(exchange.apiKey, {
    outcome,
    meta: metaOf(draft, transport, { startedAt, firstTokenAt }),
  });
}

/**
 * Servers may quote the key that they were sent, in an error or where they name a model. What they say there is kept, shown
 * and logged. An answer's text stays as it is.
 */
function withoutKey(apiKey: string | null, { outcome, meta }: Attempt): Attempt {
  const clean = (said: string | null): string | null => said && withoutSecrets(said, [apiKey]);
  return {
    outcome: isAnswered(outcome) ? outcome : { ...outcome, detail: withoutSecrets(outcome.detail, [apiKey]) },
    meta: {
      ...meta,
      finishReason: clean(meta.finishReason),
      modelReturned: clean(meta.modelReturned),
      systemFingerprint: clean(meta.systemFingerprint),
      provider: clean(meta.provider),
      requestId: clean(meta.requestId),
    },
  };
}

/** All headers of a request, made here: the SDK would add some of its own, and let OPENAI_CUSTOM_HEADERS replace the key. */
function headersOf({ config, protocol, apiKey }: Exchange): Record<string, string> {
  return {
    ...protocol.headers(apiKey),
    'content-type': 'application/json',
    accept: config.stream ? 'text/event-stream' : 'application/json',
  };
}

/** The SDK as a transport: it sends JSON to any path, reads event streams and turns what fails into errors. */
function createClient(config: ApiEndpointConfig, fetch: typeof globalThis.fetch): OpenAI {
  // Every option is given: left out, the SDK would look for OPENAI_* variables and retry by itself.
  return new OpenAI({
    apiKey: 'set by headersOf',
    adminAPIKey: null,
    baseURL: config.baseUrl,
    organization: null,
    project: null,
    webhookSecret: null,
    maxRetries: 0,
    timeout: config.totalTimeoutMs + 5_000,
    logLevel: 'off',
    fetch,
  });
}

async function streamed(
  client: OpenAI,
  protocol: Protocol,
  body: object,
  deadline: Deadline,
  transport: Transport,
  draft: Draft,
  onText: () => void,
): Promise<Outcome | null> {
  const stream = await client.post<AsyncIterable<unknown>>(protocol.path, {
    body,
    stream: true,
    signal: deadline.signal,
  });
  for await (const event of stream) {
    const wrong = protocol.event(event, draft);
    if (wrong) return wrong;
    if (draft.content !== '') onText();
  }
  if (draft.ending !== null) return null;
  // The SDK ends an aborted stream as if it were complete.
  deadline.signal.throwIfAborted();
  return transport.contentType.includes('text/event-stream')
    ? failed('disconnected', 'the stream ended before the answer did')
    : failed(
        'malformed',
        `the reply is ${transport.contentType || 'of no stated type'}, not an event stream`,
      );
}
