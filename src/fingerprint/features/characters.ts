import { CLASS_RUNS, LOWER_RUNS } from './unicode-tables.js';

/** Bits of {@link characterClass}. */
export const LETTER = 1;
export const MARK = 2;
export const DIGIT = 4;
export const UPPER = 8;
export const PICTOGRAPH = 16;
export const EMOJI = 32;
export const CJK = 64;
export const LATIN = 128;

const bmp: Uint8Array = new Uint8Array(0x1_0000);
const astral: { readonly start: number; readonly end: number; readonly flags: number }[] = [];
const lower: Uint16Array = Uint16Array.from({ length: 0x1_0000 }, (_, c) => c);
readClasses();
readLower();

function readClasses(): void {
  let position = 0;
  for (const run of CLASS_RUNS.split(' ')) {
    const [gap = 0, length = 0, flags = 0] = run.split('.').map((n) => Number.parseInt(n, 36));
    const start = position + gap;
    position = start + length;
    if (start < 0x1_0000) bmp.fill(flags, start, Math.min(position, 0x1_0000));
    if (position > 0x1_0000) astral.push({ start: Math.max(start, 0x1_0000), end: position, flags });
  }
}

function readLower(): void {
  for (const run of LOWER_RUNS.split(' ')) {
    const [first = 0, count = 0, stride = 0, delta = 0] = run.split('.').map((n) => Number.parseInt(n, 36));
    for (let i = 0; i < count; i += 1) lower[first + i * stride] = first + i * stride + delta;
  }
}

/** The class bits of a code point, from the engine's own Unicode tables. */
export function characterClass(codePoint: number): number {
  if (codePoint < 0x1_0000) return bmp[codePoint] ?? 0;
  let low = 0;
  let high = astral.length - 1;
  while (low <= high) {
    const middle = (low + high) >> 1;
    const run = astral[middle];
    if (run === undefined) return 0;
    if (codePoint < run.start) high = middle - 1;
    else if (codePoint >= run.end) low = middle + 1;
    else return run.flags;
  }
  return 0;
}

/** Simple lower case of one UTF-16 unit. */
export function lowerUnit(unit: number): number {
  return lower[unit] ?? unit;
}

/** Space, tab, no-break and other horizontal spaces; not line feeds. */
export function isSpace(unit: number): boolean {
  if (unit === 0x20 || unit === 0x09) return true;
  if (unit < 0xa0) return unit === 0x0b || unit === 0x0c;
  return unit === 0xa0 || (unit >= 0x2000 && unit <= 0x200b) || unit === 0x202f || unit === 0x3000;
}

/** Mixes a value into a 32-bit hash (Fowler–Noll–Vo 1a step on whole units, then a shift). */
export function mix(hash: number, value: number): number {
  const h = Math.imul(hash ^ value, 0x0100_0193);
  return h ^ (h >>> 15);
}

/** Spreads a 32-bit hash so that every bit depends on every other (the finaliser of MurmurHash3). */
export function spread(hash: number): number {
  let h = hash;
  h = Math.imul(h ^ (h >>> 16), 0x85eb_ca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2_ae35);
  return (h ^ (h >>> 16)) >>> 0;
}

export const HASH_START: number = 0x811c_9dc5 | 0;
