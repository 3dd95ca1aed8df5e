import type { SeededRandom } from '../core/index.js';
import type { Grammar, Rule, Variant } from './grammar.js';
import type { PromptTraits } from './read-prompt.js';

/** How often a draw that the prompt does not favour is drawn again. */
const FAVOUR = 0.5;

/** Expands the rules of the grammar for one answer. Every choice comes from its random stream. */
export class Writer {
  readonly #grammar: Grammar;
  readonly #random: SeededRandom;
  readonly #variant: Variant;
  readonly #traits: PromptTraits;
  readonly #used = new Set<string>();

  constructor(grammar: Grammar, variant: Variant, traits: PromptTraits, random: SeededRandom) {
    this.#grammar = grammar;
    this.#random = random;
    this.#variant = variant;
    this.#traits = traits;
  }

  /** True with probability `p`. */
  chance(p: number): boolean {
    return this.#random.unit() < p;
  }

  /** A whole number from `low` to `high`, both included. */
  between(low: number, high: number): number {
    return low + this.#random.below(high - low + 1);
  }

  /** A roughly normal number with mean 0 and variance 1: the sum of four uniform ones, scaled. */
  bell(): number {
    let sum = -2;
    for (let i = 0; i < 4; i += 1) sum += this.#random.unit();
    return sum * Math.sqrt(3);
  }

  /** An index drawn with the given weights, which must not all be 0. */
  weighted(weights: readonly number[]): number {
    let at = this.#random.unit() * weights.reduce((sum, w) => sum + w, 0);
    for (const [i, weight] of weights.entries()) {
      at -= weight;
      if (at < 0) return i;
    }
    return weights.findLastIndex((w) => w > 0);
  }

  /** The text of a symbol. */
  say(symbol: string): string {
    switch (symbol) {
      case 'topic':
        return this.#topic();
      case 'other':
        return (
          this.#traits.topics[this.between(1, Math.max(1, this.#traits.topics.length - 1))] ??
          this.say('aspect')
        );
      case 'name':
        return this.#identifier();
      case 'number':
        return this.#number();
      default:
        return this.#expand(symbol, (rule) => this.#draw(rule));
    }
  }

  /** As {@link say}, and rather with an alternative that this answer has not used yet. */
  sayFresh(symbol: string): string {
    return this.#expand(symbol, (rule) => {
      let choice = this.#draw(rule);
      for (let tries = 0; tries < 6 && this.#used.has(`${rule.index}:${choice}`); tries += 1) {
        choice = this.#draw(rule);
      }
      this.#used.add(`${rule.index}:${choice}`);
      return choice;
    });
  }

  #expand(symbol: string, draw: (rule: Rule) => number): string {
    const rule = this.#grammar.rules.get(symbol);
    if (rule === undefined) return '';
    const parts = rule.alternatives[draw(rule)]?.parts ?? [];
    return parts.map((part) => ('text' in part ? part.text : this.say(part.symbol))).join('');
  }

  #draw(rule: Rule): number {
    const { lean } = this.#variant;
    const weights = rule.alternatives.map(({ tag }) => (tag === undefined ? 1 : (lean[tag] ?? 1)));
    const first = this.weighted(weights);
    if (this.#favours(rule, first) || !this.chance(FAVOUR)) return first;
    return this.weighted(weights);
  }

  /** Whether the prompt favours an alternative: a fixed third of all (prompt, rule, alternative). */
  #favours(rule: Rule, choice: number): boolean {
    let h = this.#traits.salt ^ Math.imul(rule.index + 1, 0x9e3779b1) ^ Math.imul(choice + 1, 0x85ebca6b);
    h = Math.imul(h ^ (h >>> 15), 0x2c1b3c6d);
    h = Math.imul(h ^ (h >>> 12), 0x297a2d39);
    return ((h ^ (h >>> 15)) >>> 0) % 3 === 0;
  }

  #topic(): string {
    const { topics } = this.#traits;
    const topic = (this.chance(0.7) ? topics[0] : this.#random.pick(topics)) ?? '';
    return this.chance(this.#variant.boldTopic) ? `**${topic}**` : topic;
  }

  #identifier(): string {
    const words = (this.#traits.topics[0] ?? '').toLowerCase().match(/[a-z]+/g) ?? ['value'];
    return words.slice(0, 2).join('_');
  }

  #number(): string {
    const { numbers } = this.#traits;
    return numbers.length > 0 && this.chance(0.7) ? this.#random.pick(numbers) : String(this.between(2, 60));
  }
}
