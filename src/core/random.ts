import { createHash } from 'node:crypto';
import { CoreError } from './errors.js';

/** A reproducible stream of random numbers. The same seed gives the same stream on every platform. */
export interface SeededRandom {
  /** A uniform integer of 0 … 2³²−1. */
  uint32(): number;
  /** A uniform integer of 0 … bound−1; bound is 1 … 2³². */
  below(bound: number): number;
  /** A uniform number in [0, 1) with 53 random bits. */
  unit(): number;
  /** One element, uniformly. @throws CoreError when `items` is empty */
  pick<T>(items: readonly T[]): T;
  /** A uniformly shuffled copy (Fisher–Yates). */
  shuffle<T>(items: readonly T[]): T[];
  /** An independent stream named by `label`; drawing from it does not advance this one. */
  fork(label: string): SeededRandom;
}

/**
 * SHA-256 in counter mode: block i is SHA-256(seed ‖ ":" ‖ i), read as eight big-endian 32-bit words.
 * Slow beside a generator made for simulation, but anyone can recompute it in five lines of any
 * language, and a committed seed can't be found from the draws. Use it for plans, not for resampling.
 */
export function seededRandom(seed: string): SeededRandom {
  let counter = 0;
  let offset = 32;
  let block: Buffer = Buffer.alloc(32);
  const uint32 = (): number => {
    if (offset === 32) {
      block = createHash('sha256').update(`${seed}:${counter}`).digest();
      counter += 1;
      offset = 0;
    }
    const word = block.readUInt32BE(offset);
    offset += 4;
    return word;
  };
  const below = (bound: number): number => {
    if (!Number.isInteger(bound) || bound < 1 || bound > 0x1_0000_0000) {
      throw new CoreError(`below() takes a whole number from 1 to 2^32, not ${bound}`);
    }
    // Words past the last whole multiple of `bound` are drawn again, or small results would be favoured.
    const limit = 0x1_0000_0000 - (0x1_0000_0000 % bound);
    let word = uint32();
    while (word >= limit) word = uint32();
    return word % bound;
  };
  return {
    uint32,
    below,
    unit: () => ((uint32() >>> 5) * 0x400_0000 + (uint32() >>> 6)) / 0x20_0000_0000_0000,
    pick: (items) => {
      const item = items.length > 0 ? items[below(items.length)] : undefined;
      if (item === undefined) throw new CoreError('pick() needs at least one item');
      return item;
    },
    shuffle: (items) => {
      const out = [...items];
      for (let i = out.length - 1; i > 0; i -= 1) {
        const j = below(i + 1);
        const [a, b] = [out[i], out[j]];
        if (a !== undefined && b !== undefined) [out[i], out[j]] = [b, a];
      }
      return out;
    },
    fork: (label) => seededRandom(`${seed}/${label}`),
  };
}
