import { exp, log } from '../math.js';
import type { ScoredToken } from '../types.js';
import type { StyleFeature } from './style.js';

/** Tokens that the mean is taken over. */
const MOST_TOKENS = 16;

/** How sure a model was of how it began, as its API says. They count only where both sides give log-probabilities. */
export const SURENESS_FEATURES: readonly Omit<StyleFeature, 'value'>[] = [
  named('first-token-log-probability', 'Log-probability of the first token'),
  named('first-token-entropy', 'Entropy of the first token'),
  named('log-probability', `Log-probability of a token, mean of the first ${MOST_TOKENS}`),
];

function named(id: string, label: string): Omit<StyleFeature, 'value'> {
  return { id, label, unit: 'nats', form: 'level', group: id };
}

/**
 * Values of {@link SURENESS_FEATURES}, in nats: log p of the first token; −Σ q log q over the alternatives that
 * were named for it, q being p made to sum to 1; mean log p of the first 16 tokens. Values that are no
 * log-probability (NaN, above 0, below −1,000) count as −1,000. No token gives zeros.
 */
export function surenessOf(tokens: readonly ScoredToken[]): Float64Array {
  const first = tokens[0];
  if (first === undefined) return new Float64Array(SURENESS_FEATURES.length);
  const some = tokens.slice(0, MOST_TOKENS);
  const sum = some.reduce((total, token) => total + bounded(token.logProb), 0);
  return Float64Array.of(bounded(first.logProb), entropy(first.top), sum / some.length);
}

function entropy(logProbs: readonly number[]): number {
  let mass = 0;
  let weighted = 0;
  for (const logProb of logProbs.map(bounded)) {
    mass += exp(logProb);
    weighted += exp(logProb) * logProb;
  }
  return mass === 0 ? 0 : -weighted / mass + log(mass);
}

function bounded(logProb: number): number {
  return logProb <= 0 && logProb >= -1000 ? logProb : -1000;
}
