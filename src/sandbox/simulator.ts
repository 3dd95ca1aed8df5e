import { canonicalJson, seededRandom, sha256 } from '../core/index.js';
import type { ChatRequest } from './chat-request.js';
import { composeAnswer } from './compose.js';
import type { Grammar } from './grammar.js';
import { type Fault, faultFor, parseModelName, variantAt } from './model-name.js';
import { readPrompt } from './read-prompt.js';
import { tokenise } from './tokens.js';

/** One simulated answer, with all that an API says about it. */
export interface Answer {
  readonly id: string;
  readonly model: string;
  readonly fingerprint: string;
  /** The answer's text in tokens, cut at the request's limit. */
  readonly tokens: readonly string[];
  readonly finishReason: 'stop' | 'length';
  readonly promptTokens: number;
  /** What goes wrong with this request, or null. */
  readonly fault: Fault | null;
  /** Where a broken connection breaks: a share of the answer, in [0.1, 0.9). */
  readonly breakAt: number;
}

/** Models shown by `GET /v1/models`; the grammar of model strings allows for many more. */
const EXAMPLES = ['swap-at=40', 'faulty'];

/**
 * The simulated models. An answer depends on nothing but the seed, the model string, that model's
 * request number and the request: two models never share a random stream, and requests to one model
 * are independent draws of one distribution, whoever asks and in whatever order.
 */
export class Simulator {
  readonly #grammar: Grammar;
  readonly #variantNames: ReadonlySet<string>;
  readonly #seed: string;
  readonly #counts = new Map<string, number>();

  constructor(grammar: Grammar, seed: string) {
    this.#grammar = grammar;
    this.#variantNames = new Set(grammar.variants.keys());
    this.#seed = seed;
  }

  models(): string[] {
    return [...this.#variantNames, ...EXAMPLES];
  }

  /** Requests per model so far, faults included. */
  counts(): Record<string, number> {
    return Object.fromEntries(this.#counts);
  }

  /** Numbers the request and answers it; null when the model is unknown. */
  answer(request: ChatRequest): Answer | null {
    const plan = parseModelName(request.model, this.#variantNames);
    if (plan === null) return null;
    const number = (this.#counts.get(request.model) ?? 0) + 1;
    this.#counts.set(request.model, number);
    // The number comes first, so that no model string can spell another stream's name.
    const source = `${this.#seed}:${number}:${request.model}`;
    const random = seededRandom(`${source}/fault`);
    const fault = faultFor(plan, random.unit());
    const variant = variantAt(plan, number);
    const all = tokenise(this.#text(request, variant, source));
    const limit = request.maxTokens ?? all.length;
    return {
      id: `chatcmpl-${sha256(`${source}/id`).slice(0, 24)}`,
      model: request.model,
      fingerprint: `fp_simulated_${sha256(variant).slice(0, 8)}`,
      tokens: all.slice(0, limit),
      finishReason: all.length > limit ? 'length' : 'stop',
      promptTokens: request.messages.reduce((sum, m) => sum + tokenise(m.content).length + 3, 0),
      fault,
      breakAt: 0.1 + 0.8 * random.unit(),
    };
  }

  #text({ messages, temperature, seed, stop }: ChatRequest, name: string, source: string): string {
    const variant = this.#grammar.variants.get(name);
    if (variant === undefined) return '';
    const conversation = canonicalJson(messages.map(({ role, content }) => ({ role, content })));
    const frozen = temperature === 0 ? `frozen:${name}:${conversation}` : null;
    const pinned = seed === null ? null : `seed:${seed}:${name}:${conversation}`;
    const random = seededRandom(frozen ?? pinned ?? `${source}/answer`);
    const prompt = messages.findLast(({ role }) => role === 'user')?.content ?? '';
    const system = messages
      .filter(({ role }) => role === 'system' || role === 'developer')
      .map(({ content }) => content)
      .join(' ');
    const text = composeAnswer(this.#grammar, variant, readPrompt(this.#grammar, prompt, system), random);
    const ends = stop.map((s) => text.indexOf(s)).filter((at) => at >= 0);
    return text.slice(0, Math.min(text.length, ...ends));
  }
}
