import { z } from 'zod';

const scored = z.object({ token: z.string(), logprob: z.number() });

/** One token of an answer, as the OpenAI protocols give it. */
export const tokenLogprob: z.ZodType<TokenLogprob> = scored.extend({
  top_logprobs: z.array(scored).nullish(),
});

export interface TokenLogprob {
  readonly token: string;
  readonly logprob: number;
  readonly top_logprobs?: readonly { readonly token: string; readonly logprob: number }[] | null | undefined;
}

/** An answer's first tokens tell models apart; all of them would be many times the answer. */
const MAX_TOKENS = 64;

/** Adds tokens while they are among the first ones. */
export function noteLogprobs(known: TokenLogprob[], more: readonly TokenLogprob[] | null | undefined): void {
  known.push(...(more ?? []).slice(0, MAX_TOKENS - known.length));
}

/** What {@link logprobsText} wrote, without the tokens' texts. */
export function readLogprobs(text: string | null): { logProb: number; top: number[] }[] {
  const rows = text === null ? [] : (JSON.parse(text) as [string, number, [string, number][]][]);
  return rows.map(([, logProb, top]) => ({ logProb, top: top.map(([, other]) => other) }));
}

/** `[[token, logprob, [[token, logprob], …]], …]`: each token with its alternatives. null for no token. */
export function logprobsText(tokens: readonly TokenLogprob[]): string | null {
  if (tokens.length === 0) return null;
  return JSON.stringify(
    tokens.map(({ token, logprob, top_logprobs: top }) => [
      token.toWellFormed(),
      logprob,
      (top ?? []).map((other) => [other.token.toWellFormed(), other.logprob]),
    ]),
  );
}
