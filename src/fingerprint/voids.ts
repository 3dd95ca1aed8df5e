import { log } from './math.js';
import type { NumberStore } from './number-store.js';
import type { VoidTrial } from './types.js';

const MOST_CONTENT_SHARE = 0.02;
const FEWEST_CONTENT_VOIDS = 3;
const SIDE_EVIDENCE = log(100);
const RECENT = 20;
const FEWEST_TRIALS = 10;

/** Keeps account of missing answers and says when they make a watch unreadable. */
export class VoidMonitor {
  /** Complete trials, void trials, content voids, listed-side and released-side content voids, log evidence. */
  readonly #numbers: Float64Array;
  /** 1 for each of the last trials that was void, by trial number modulo {@link RECENT}. */
  readonly #recent: Float64Array;
  #reasons: Record<string, number> = Object.create(null) as Record<string, number>;

  constructor(store: NumberStore) {
    this.#numbers = store.float64('voids.numbers', 6);
    this.#recent = store.float64('voids.recent', RECENT);
  }

  get complete(): number {
    return this.#numbers[0] ?? 0;
  }

  get voids(): number {
    return this.#numbers[1] ?? 0;
  }

  get reasons(): Record<string, number> {
    return { ...this.#reasons };
  }

  loadReasons(reasons: Readonly<Record<string, number>>): void {
    this.#reasons = Object.assign(Object.create(null) as Record<string, number>, reasons);
  }

  addComplete(): void {
    this.#recent[(this.complete + this.voids) % RECENT] = 0;
    this.#numbers[0] = this.complete + 1;
  }

  addVoid(trial: VoidTrial): void {
    this.#recent[(this.complete + this.voids) % RECENT] = 1;
    this.#numbers[1] = this.voids + 1;
    this.#reasons[trial.reason] = (this.#reasons[trial.reason] ?? 0) + 1;
    if (trial.cause !== 'content') return;
    this.#numbers[2] = (this.#numbers[2] ?? 0) + 1;
    if (trial.side === null) return;
    // A Krichevsky–Trofimov bet on which side fails, fair if both fail alike.
    const [listed, released] = [this.#numbers[3] ?? 0, this.#numbers[4] ?? 0];
    const same = trial.side === 'listed' ? listed : released;
    this.#numbers[5] = (this.#numbers[5] ?? 0) + log((2 * (same + 0.5)) / (listed + released + 1));
    this.#numbers[trial.side === 'listed' ? 3 : 4] = same + 1;
  }

  /** Why the watch can't be read now, in plain words, or null. */
  unreadableReason(): string | null {
    const [complete, voids, content, listed, released, evidence] = this.#numbers;
    const total = (complete ?? 0) + (voids ?? 0);
    if ((evidence ?? 0) > SIDE_EVIDENCE) {
      return `answers fail more often on one side (listed ${listed}, released ${released} of ${total} trials)`;
    }
    const share = (content ?? 0) / Math.max(total, 1);
    if ((content ?? 0) >= FEWEST_CONTENT_VOIDS && share > MOST_CONTENT_SHARE) {
      return `${content} of ${total} trials have an answer that failed while it was being given; more than 2 % can bias the comparison`;
    }
    const recent = this.#recent.reduce((sum, v) => sum + v, 0);
    const seen = Math.min(total, RECENT);
    if (total >= FEWEST_TRIALS && recent > seen / 2) {
      return `${recent} of the last ${seen} trials have no complete set of answers`;
    }
    return null;
  }
}
