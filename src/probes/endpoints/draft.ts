import { codePointLength, elapsed } from '../../core/index.js';
import { type AnswerMeta, noMeta, type Outcome } from '../outcome.js';
import type { Transport } from './capped-fetch.js';
import { failed } from './classify.js';
import { logprobsText, type TokenLogprob } from './logprobs.js';

/** How an answer ended, in words that all protocols share. */
export type Ending = 'complete' | 'cut' | 'withheld' | 'tool-call' | 'error';

/** The answer as far as it has come in. */
export interface Draft {
  content: string;
  /** What a reasoning model thought; kept apart and never compared. */
  reasoning: string;
  refusal: string;
  /** null until the API says that the answer has ended. */
  ending: Ending | null;
  /** The same in the API's own words. */
  finishReason: string | null;
  id: string | null;
  model: string | null;
  fingerprint: string | null;
  provider: string | null;
  promptTokens: number | null;
  cachedTokens: number | null;
  completionTokens: number | null;
  reasoningTokens: number | null;
  readonly logprobs: TokenLogprob[];
}

export function newDraft(): Draft {
  return {
    content: '',
    reasoning: '',
    refusal: '',
    ending: null,
    finishReason: null,
    id: null,
    model: null,
    fingerprint: null,
    provider: null,
    promptTokens: null,
    cachedTokens: null,
    completionTokens: null,
    reasoningTokens: null,
    logprobs: [],
  };
}

/** Takes over what a part of the reply says; what it leaves open stays as it is. */
export function note(draft: Draft, said: { readonly [K in keyof Draft]?: Draft[K] | undefined }): void {
  Object.assign(draft, Object.fromEntries(Object.entries(said).filter(([, value]) => value != null)));
}

/** The outcome of an answer that has ended. */
export function conclude(draft: Draft): Outcome {
  if (draft.ending === 'withheld' || draft.refusal !== '')
    return failed('refused', 'the provider withheld the answer');
  if (draft.ending === 'tool-call')
    return failed('malformed', 'the model called a tool that was never offered');
  if (draft.ending === 'error')
    return failed('http-error', `the answer ended with "${draft.finishReason ?? 'error'}"`);
  const text = draft.content.toWellFormed();
  if (text.trim() === '') return failed('empty', emptyDetail(draft));
  return { kind: draft.ending === 'cut' ? 'truncated' : 'answer', text };
}

function emptyDetail(draft: Draft): string {
  const reasoned = draft.reasoning !== '' || (draft.reasoningTokens ?? 0) > 0;
  if (draft.ending !== 'cut' || !reasoned) return 'the answer is empty';
  const tokens = draft.reasoningTokens ?? draft.completionTokens;
  const count = tokens === null ? '' : ` (${tokens} tokens)`;
  return `reasoning used up max_tokens before the answer began${count}: raise max_tokens or lower the effort`;
}

/** Times of one request, ms since 1970. */
export interface Times {
  readonly startedAt: number;
  readonly firstTokenAt: number | null;
}

/** What is known about a request, bounded: servers are not trusted with the size of a row. */
export function metaOf(draft: Draft, transport: Transport, times: Times): AnswerMeta {
  const safe = (value: string | null): string | null => value?.toWellFormed().slice(0, 200) ?? null;
  const since = (at: number | null): number | null => (at === null ? null : elapsed(times.startedAt, at));
  return {
    ...noMeta,
    finishReason: safe(draft.finishReason),
    modelReturned: safe(draft.model),
    systemFingerprint: safe(draft.fingerprint),
    provider: safe(draft.provider),
    requestId: safe(transport.requestId ?? draft.id),
    promptTokens: draft.promptTokens,
    cachedTokens: draft.cachedTokens,
    completionTokens: draft.completionTokens,
    reasoningTokens: draft.reasoningTokens,
    reasoningLength: draft.reasoning === '' ? null : codePointLength(draft.reasoning),
    logprobs: logprobsText(draft.logprobs),
    httpStatus: transport.status,
    firstByteMs: since(transport.firstByteAt),
    firstTokenMs: since(times.firstTokenAt),
  };
}
