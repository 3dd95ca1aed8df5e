import { log, roundAway } from '../math.js';
import { mix, spread } from './characters.js';
import { emitFamily, FAMILIES, type Family } from './families.js';
import type { Line } from './lines.js';
import { STYLE_FEATURES } from './style.js';
import type { Token } from './tokens.js';

/** Hashed dimensions of a {@link PairVector}. */
export const LEXICAL_SIZE = 12_160;
/** Dimensions of a {@link PairVector} that hold the style features. */
export const STYLE_SIZE = 128;
/** One unit of a vector's entries is 1/256. */
export const VECTOR_SCALE = 256;

/**
 * What tells two answers apart, in small whole numbers: the listed answer's features minus the released
 * one's. Swapping the answers changes every sign and nothing else.
 */
export interface PairVector {
  readonly lexical: Int8Array;
  readonly style: Int8Array;
}

/** How much each family of features weighs (squared length of its part for answers that share nothing). */
const WEIGHTS: Readonly<Record<Family | 'style', number>> = {
  words: 1,
  characters: 2,
  start: 1,
  early: 1,
  openings: 1,
  structure: 1,
  lines: 0.5,
  style: 0.7,
};

const SLOT_BITS = 14;
const SLOTS = 1 << SLOT_BITS;
const MAX_COUNT = 1024;

/** ln(1 + count): the tenth occurrence says less than the first. */
const damped: Float64Array = Float64Array.from({ length: MAX_COUNT + 1 }, (_, c) => log(1 + c));

/** Where a family's slot goes in the vector: index·2 + sign bit. */
const targets: ReadonlyMap<Family, Uint16Array> = new Map(
  FAMILIES.map((family, i) => [family, targetsOf(i)]),
);

function targetsOf(family: number): Uint16Array {
  return Uint16Array.from({ length: SLOTS }, (_, slot) => {
    const hash = spread(mix(family + 1, slot));
    return ((hash >>> 1) % LEXICAL_SIZE) * 2 + (hash & 1);
  });
}

/** The occupied slots of one family in one answer, with damped counts. */
export interface SlotCounts {
  readonly slots: Uint16Array;
  readonly values: Float64Array;
  /** Sum of the squared values. */
  readonly energy: number;
}

const counter: Uint16Array = new Uint16Array(SLOTS);
const difference: Float64Array = new Float64Array(SLOTS);

/** Hashes an answer's features, family by family. */
export function slotCounts(
  text: string,
  tokens: readonly Token[],
  lines: readonly Line[],
): readonly SlotCounts[] {
  return FAMILIES.map((family) => {
    const touched: number[] = [];
    emitFamily(family, text, tokens, lines, (hash) => {
      const slot = spread(hash) >>> (32 - SLOT_BITS);
      const count = counter[slot] ?? 0;
      if (count === 0) touched.push(slot);
      if (count < MAX_COUNT) counter[slot] = count + 1;
    });
    const values = new Float64Array(touched.length);
    let energy = 0;
    touched.forEach((slot, i) => {
      const value = damped[counter[slot] ?? 0] ?? 0;
      values[i] = value;
      energy += value * value;
      counter[slot] = 0;
    });
    return { slots: Uint16Array.from(touched), values, energy };
  });
}

/** What {@link pairVector} needs of one answer. */
export interface VectorSource {
  readonly families: readonly SlotCounts[];
  readonly style: Float64Array;
}

/** The vector of a listed answer against a released one. */
export function pairVector(listed: VectorSource, released: VectorSource): PairVector {
  const sum = new Float64Array(LEXICAL_SIZE);
  FAMILIES.forEach((family, f) => {
    const [a, b, target] = [listed.families[f], released.families[f], targets.get(family)];
    if (a !== undefined && b !== undefined && target !== undefined) {
      addFamily(sum, a, b, target, WEIGHTS[family]);
    }
  });
  return { lexical: quantise(sum), style: styleVector(listed.style, released.style) };
}

/** The style part of a {@link PairVector}: one answer's values of the style features against another's. */
export function styleVector(a: ArrayLike<number>, b: ArrayLike<number>): Int8Array {
  return quantise(styleDifference(a, b));
}

/** Adds one family's difference, scaled so that answers that share nothing are √weight apart. */
function addFamily(
  sum: Float64Array,
  a: SlotCounts,
  b: SlotCounts,
  target: Uint16Array,
  weight: number,
): void {
  if (a.energy + b.energy === 0) return;
  const scale = Math.sqrt((2 * weight) / (a.energy + b.energy));
  addSlots(a, 1);
  addSlots(b, -1);
  for (const side of [a, b]) {
    for (const slot of side.slots) {
      const value = difference[slot] ?? 0;
      if (value === 0) continue;
      difference[slot] = 0;
      const to = target[slot] ?? 0;
      const index = to >> 1;
      sum[index] = (sum[index] ?? 0) + ((to & 1) === 0 ? value : -value) * scale;
    }
  }
}

function addSlots(side: SlotCounts, sign: number): void {
  for (let i = 0; i < side.slots.length; i += 1) {
    const slot = side.slots[i] ?? 0;
    difference[slot] = (difference[slot] ?? 0) + sign * (side.values[i] ?? 0);
  }
}

/** For each style feature its relative difference and half its sign, which no outlier can dominate. */
function styleDifference(listed: ArrayLike<number>, released: ArrayLike<number>): Float64Array {
  const out = new Float64Array(STYLE_SIZE);
  const scale = Math.sqrt((2 * WEIGHTS.style) / STYLE_FEATURES.length);
  for (let f = 0; f < STYLE_FEATURES.length; f += 1) {
    const [a, b] = [listed[f] ?? 0, released[f] ?? 0];
    if (a === b) continue;
    out[2 * f] = ((a - b) / (Math.abs(a) + Math.abs(b))) * scale;
    out[2 * f + 1] = (a > b ? 0.5 : -0.5) * scale;
  }
  return out;
}

function quantise(values: Float64Array): Int8Array {
  const out = new Int8Array(values.length);
  for (let i = 0; i < out.length; i += 1) {
    out[i] = Math.max(-127, Math.min(127, roundAway((values[i] ?? 0) * VECTOR_SCALE)));
  }
  return out;
}
