import { seededRandom } from '../core/index.js';
import { composeAnswer } from './compose.js';
import { SandboxError } from './errors.js';
import { loadGrammar } from './grammar.js';
import { readPrompt } from './read-prompt.js';

/** Answers a prompt; the same seed gives the same answer. */
export type SimulatedModel = (prompt: string, seed: string) => string;

/** A variant of data/sandbox/variants.yaml, asked without a server. @throws SandboxError when there is none */
export function simulatedModel(variantName: string): SimulatedModel {
  const grammar = loadGrammar();
  const variant = grammar.variants.get(variantName);
  if (variant === undefined) throw new SandboxError(`there is no simulated model called ${variantName}`);
  return (prompt, seed) =>
    composeAnswer(grammar, variant, readPrompt(grammar, prompt, ''), seededRandom(seed));
}
