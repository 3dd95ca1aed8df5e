import type { WordCounts } from '../features/word-counts.js';

const MOST_WORDS = 4096;

/**
 * Word counts of both sides in bounded space. When the table is full, the rarest words leave until half
 * of it is free; a frequent word is never among them.
 */
export class WordTable {
  readonly listed: Map<string, number> = new Map();
  readonly released: Map<string, number> = new Map();

  add(listed: WordCounts, released: readonly WordCounts[]): void {
    addAll(this.listed, listed);
    for (const words of released) addAll(this.released, words);
    for (const side of [this.listed, this.released]) if (side.size > MOST_WORDS) this.#prune();
  }

  #prune(): void {
    const totals = new Map(this.listed);
    addAll(totals, this.released);
    const ranked = [...totals.values()].sort((a, b) => b - a);
    const least = (ranked[MOST_WORDS / 2] ?? 0) + 1;
    for (const [word, total] of totals) {
      if (total >= least) continue;
      this.listed.delete(word);
      this.released.delete(word);
    }
  }

  save(): { listed: [string, number][]; released: [string, number][] } {
    return { listed: [...this.listed], released: [...this.released] };
  }

  load(saved: {
    readonly listed: readonly (readonly [string, number])[];
    readonly released: readonly (readonly [string, number])[];
  }): void {
    for (const [word, count] of saved.listed) this.listed.set(word, count);
    for (const [word, count] of saved.released) this.released.set(word, count);
  }
}

function addAll(to: Map<string, number>, words: WordCounts): void {
  for (const [word, count] of words) to.set(word, (to.get(word) ?? 0) + count);
}
