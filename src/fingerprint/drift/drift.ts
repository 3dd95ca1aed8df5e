import type { Json } from '../../core/index.js';
import { Mixture } from '../betting/mixture.js';
import { RankBets } from '../betting/rank-bets.js';
import { FingerprintError } from '../errors.js';
import { STYLE_FEATURES } from '../features/style.js';
import { log } from '../math.js';
import { NumberStore } from '../number-store.js';
import { ENGINE_VERSION, type EngineDefinition } from '../types.js';
import { OrderBets } from './order-bets.js';
import { type DriftFinding, RecentPairs } from './recent-pairs.js';
import { type Observed, Reserve, type SavedReserve } from './reserve.js';

/** From this e-value on, answers are paired as long as there are older ones: the evidence decides, no answer does. */
const SUSPICION = log(2);
/** Evidence against "as many answers go missing as before" from which on a change can't be read. */
const UNREADABLE = log(20);
const LARGEST = 1e30;

/** The engine, and the level of the one side that is followed. */
export type DriftDefinition = Pick<EngineDefinition, 'engine' | 'alpha'>;

/** One answer of the side. */
export interface DriftAnswer {
  /** Its place in the log, only to name the alarm's; never falls. */
  readonly seq: number;
  /** Answers are compared within a stratum only. See {@link createDrift}. */
  readonly stratum: string;
  /** `AnswerFeatures.style`; null for a content-dependent void. */
  readonly style: Float64Array | null;
}

export interface DriftStatus {
  /** log₁₀ of the e-value. It stands still after the alarm. */
  readonly log10E: number;
  readonly alarmed: boolean;
  /** `seq` of the answer that raised the alarm, or null. */
  readonly alarmAtSeq: number | null;
  /** All that were added, missing ones included. */
  readonly answers: number;
  readonly pairs: number;
  /** Answers go missing at another rate than before, so that no alarm can be raised now. */
  readonly isUnreadable: boolean;
}

/** Evidence that one side's answers have changed. */
export interface Drift {
  /** Adds an answer, in logged order. @throws FingerprintError for values that are no style, or a `seq` that falls */
  add(answer: DriftAnswer): DriftStatus;
  status(): DriftStatus;
  /** What moved, later against earlier answers; none before the alarm. */
  findings(): DriftFinding[];
  snapshot(): DriftSnapshot;
}

/** Plain JSON of about 200 kB, whatever was added. */
export interface DriftSnapshot {
  readonly version: string;
  readonly state: Json;
}

interface SavedState {
  readonly numbers: Readonly<Record<string, string>>;
  readonly reserve: SavedReserve;
}

/**
 * Follows ONE side over time: evidence against "its answers are what they were" that may be looked at after every
 * answer. If within each stratum the answers are exchangeable, the e-value ever reaches 1/alpha with probability
 * at most alpha.
 *
 * Each answer is paired with an older one of its stratum, or reserved for a newer one; each is in one pair at most.
 * Experts bet on which of the two is the newer. Nothing looks at an answer before its pair is complete, and pairing
 * follows strata, order and earlier pairs, so given all earlier pairs both orders are equally likely and a bet's
 * payoffs average 1. Equal values pay exactly 1.
 *
 * What the caller has to see to:
 * - One answer of each trial, in planned order. Answers to one prompt are alike, and no prompt may come again.
 * - Strata whose prompts come in random order: `suite/fixed` for a suite's fixed prompts, `suite/promptId` for those
 *   of a template. A whole suite is none, since what is left of it changes.
 * - Also the answers of trials that lack the other side's: leaving them out would let that side choose the prompts.
 * - Trials of `extra` rounds are left out: they are run because of what was seen.
 * - A void that depends on the answer is told with `style: null`. Others (free, interrupted) are left out.
 * - Level: for each of two sides half of what may be spent on both.
 *
 * Source: docs/statistics.md.
 * @throws FingerprintError for another engine or alpha outside 0 … 1
 */
export function createDrift(definition: DriftDefinition): Drift {
  return new PairedDrift(definition);
}

/**
 * Continues from a snapshot, to the same bits as if it had never stopped.
 * @throws FingerprintError when the snapshot is of another engine or damaged
 */
export function restoreDrift(definition: DriftDefinition, snapshot: DriftSnapshot): Drift {
  const drift = new PairedDrift(definition);
  if (snapshot?.version !== ENGINE_VERSION) {
    throw new FingerprintError(`the snapshot is of engine ${snapshot?.version}, this is ${ENGINE_VERSION}`);
  }
  drift.load(snapshot.state as unknown as SavedState);
  return drift;
}

class PairedDrift implements Drift {
  readonly #threshold: number;
  readonly #store: NumberStore = new NumberStore();
  readonly #reserve: Reserve = new Reserve(this.#store);
  readonly #bets: OrderBets = new OrderBets(this.#store);
  readonly #mixture: Mixture = new Mixture(this.#store, this.#bets.prior());
  readonly #recent: RecentPairs = new RecentPairs(this.#store);
  readonly #missing: RankBets = new RankBets(this.#store, 1, { name: 'missing' });
  /** Answers, pairs, last seq, whether alarmed, log evidence on missing answers. */
  readonly #numbers: Float64Array = this.#store.float64('drift.numbers', 5);

  constructor({ engine, alpha }: DriftDefinition) {
    if (engine !== ENGINE_VERSION) {
      throw new FingerprintError(`the definition asks for engine ${engine}, this is ${ENGINE_VERSION}`);
    }
    if (!(alpha > 0 && alpha < 1)) {
      throw new FingerprintError(`alpha must lie between 0 and 1, not ${alpha}`);
    }
    this.#threshold = log(1 / alpha);
  }

  add({ seq, stratum, style }: DriftAnswer): DriftStatus {
    const [answers = 0, pairs = 0, last = 0, alarmed = 0] = this.#numbers;
    if (!Number.isSafeInteger(seq) || (answers > 0 && seq < last)) {
      throw new FingerprintError(`seq must be a whole number that never falls, not ${seq} after ${last}`);
    }
    const observed = observe(style);
    if (alarmed === 1) {
      this.#numbers[0] = answers + 1;
      return this.status();
    }
    this.#numbers[0] = answers + 1;
    this.#numbers[2] = seq;
    const older = this.#reserve.offer(stratum, observed, this.#mixture.logE() >= SUSPICION);
    if (older !== undefined) {
      this.#numbers[1] = pairs + 1;
      this.#play(observed, older);
    }
    return this.status();
  }

  #play(newer: Observed, older: Observed): void {
    const marks = { listed: mark(newer), released: mark(older) };
    const paid = new Float64Array(1);
    this.#missing.addPayoffs(marks, 1, paid, 0);
    this.#missing.learn(marks, 1);
    this.#numbers[4] = (this.#numbers[4] ?? 0) + log(paid[0] ?? 1);
    // A pair that lacks an answer pays 1 either way round.
    if (newer !== null && older !== null) {
      this.#mixture.bet(this.#bets.play(newer, older));
      this.#recent.add(newer, older, this.#mixture.logE());
    }
    if (!this.#isUnreadable && this.#mixture.logE() >= this.#threshold) this.#numbers[3] = 1;
  }

  get #isUnreadable(): boolean {
    return (this.#numbers[4] ?? 0) >= UNREADABLE;
  }

  status(): DriftStatus {
    const [answers = 0, pairs = 0, last = 0, alarmed = 0] = this.#numbers;
    return {
      log10E: this.#mixture.logE() / Math.LN10,
      alarmed: alarmed === 1,
      alarmAtSeq: alarmed === 1 ? last : null,
      answers,
      pairs,
      isUnreadable: this.#isUnreadable,
    };
  }

  findings(): DriftFinding[] {
    return this.#numbers[3] === 1 ? this.#recent.findings() : [];
  }

  snapshot(): DriftSnapshot {
    const state: SavedState = { numbers: this.#store.save(), reserve: this.#reserve.save() };
    return { version: ENGINE_VERSION, state: state as unknown as Json };
  }

  load(state: SavedState): void {
    if (state?.numbers === undefined || state.reserve === undefined) {
      throw new FingerprintError('the snapshot is damaged');
    }
    this.#store.load(state.numbers);
    this.#reserve.load(state.reserve);
  }
}

/** The style features' values, rounded to what is kept of them, so that equal stays equal. */
function observe(style: Float64Array | null): Observed {
  if (style === null) return null;
  const values = style.subarray(0, STYLE_FEATURES.length);
  if (values.length < STYLE_FEATURES.length || !values.every((value) => Math.abs(value) <= LARGEST)) {
    throw new FingerprintError(`an answer needs ${STYLE_FEATURES.length} style values of at most 1e30`);
  }
  return Float32Array.from(values);
}

function mark(observed: Observed): Float64Array {
  return Float64Array.of(observed === null ? 1 : 0);
}
