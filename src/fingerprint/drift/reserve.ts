import { FingerprintError } from '../errors.js';
import { STYLE_FEATURES } from '../features/style.js';
import type { NumberStore } from '../number-store.js';

/** Answers held at most. */
const CAPACITY = 512;
const WIDTH: number = STYLE_FEATURES.length;

/** Answers reserved for each one paired: the reserve grows until it is full, then it keeps its size. */
const GROWING = 3;
const KEEPING = 1;

/** The style values of one answer; null: its answer was lost by what was being said. */
export type Observed = Float32Array | null;

/** The JSON form of what is no number. */
export interface SavedReserve {
  /** The stratum in each slot, null where there is none. */
  readonly strata: readonly (string | null)[];
  /** For each stratum that holds answers, those reserved since its last pair. */
  readonly waiting: readonly (readonly [string, number])[];
}

/**
 * Older answers that wait for a newer one of their stratum, oldest first. What it does with an answer depends on
 * strata and their order alone (and on `eager`, which the caller decides by earlier pairs), never on values: so
 * exchanging the two answers of a pair would have left every other pair as it is.
 */
export class Reserve {
  readonly #values: Float32Array;
  readonly #missing: Int8Array;
  /** When each slot's answer came, counted from 1; 0 where there is none. */
  readonly #born: Float64Array;
  readonly #count: Float64Array;
  readonly #strata: (string | null)[] = new Array<string | null>(CAPACITY).fill(null);
  readonly #waiting = new Map<string, number>();

  constructor(store: NumberStore) {
    this.#values = store.float32('reserve.values', CAPACITY * WIDTH);
    this.#missing = store.int8('reserve.missing', CAPACITY);
    this.#born = store.float64('reserve.born', CAPACITY);
    this.#count = store.float64('reserve.count', 1);
  }

  /** Keeps the answer and returns undefined, or gives out the older answer that it is paired with. */
  offer(stratum: string, answer: Observed, eager: boolean): Observed | undefined {
    const older = this.#oldest(stratum);
    const waiting = this.#waiting.get(stratum) ?? 0;
    const free = this.#born.indexOf(0);
    const due = eager || waiting >= (free === -1 ? KEEPING : GROWING);
    if (older !== -1 && due) {
      const taken = this.#take(older);
      if (this.#waiting.has(stratum)) this.#waiting.set(stratum, 0);
      return taken;
    }
    const slot = free === -1 ? this.#oldest(null) : free;
    if (free === -1) this.#take(slot);
    this.#keep(slot, stratum, answer);
    this.#waiting.set(stratum, waiting + 1);
    return undefined;
  }

  /** The slot of the oldest answer of a stratum, of all where it is null; −1 when there is none. */
  #oldest(stratum: string | null): number {
    let slot = -1;
    for (let s = 0; s < CAPACITY; s += 1) {
      const born = this.#born[s] ?? 0;
      if (born === 0 || (stratum !== null && this.#strata[s] !== stratum)) continue;
      if (slot === -1 || born < (this.#born[slot] ?? 0)) slot = s;
    }
    return slot;
  }

  #keep(slot: number, stratum: string, answer: Observed): void {
    this.#count[0] = (this.#count[0] ?? 0) + 1;
    this.#born[slot] = this.#count[0];
    this.#strata[slot] = stratum;
    this.#missing[slot] = answer === null ? 1 : 0;
    if (answer !== null) this.#values.set(answer, slot * WIDTH);
  }

  #take(slot: number): Observed {
    const stratum = this.#strata[slot] ?? null;
    const answer = this.#missing[slot] === 1 ? null : this.#values.slice(slot * WIDTH, (slot + 1) * WIDTH);
    this.#born[slot] = 0;
    this.#strata[slot] = null;
    this.#missing[slot] = 0;
    this.#values.fill(0, slot * WIDTH, (slot + 1) * WIDTH);
    if (stratum !== null && !this.#strata.includes(stratum)) this.#waiting.delete(stratum);
    return answer;
  }

  save(): SavedReserve {
    return { strata: [...this.#strata], waiting: [...this.#waiting] };
  }

  /** @throws FingerprintError when it does not fit the numbers, which are loaded before */
  load({ strata, waiting }: SavedReserve): void {
    const fits =
      Array.isArray(strata) &&
      Array.isArray(waiting) &&
      strata.length === CAPACITY &&
      strata.every((stratum, slot) => (stratum === null) === (this.#born[slot] === 0));
    if (!fits) throw new FingerprintError('the reserve of the snapshot is damaged');
    strata.forEach((stratum, slot) => {
      this.#strata[slot] = stratum;
    });
    for (const [stratum, count] of waiting) this.#waiting.set(stratum, count);
  }
}
