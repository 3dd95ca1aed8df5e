import { UNASSIGNED_RUNS } from './unassigned.js';

// Normalising sorts runs of marks in quadratic time: 4 MB of them would block for half an hour.
const THIRTY_MARKS = /(?:(?!\u034f)\p{M}){30}(?=(?!\u034f)\p{M})/gu;

/** Start and end (exclusive) of each run of code points that Unicode 16.0 had not assigned, in order. */
const bounds: Int32Array = readRuns();

function readRuns(): Int32Array {
  const runs = UNASSIGNED_RUNS.split(' ');
  const out = new Int32Array(2 * runs.length);
  let end = 0;
  runs.forEach((run, i) => {
    const [gap = 0, length = 0] = run.split('.').map((n) => Number.parseInt(n, 36));
    out[2 * i] = end + gap;
    end += gap + length;
    out[2 * i + 1] = end;
  });
  return out;
}

/**
 * NFC, the same on every Node version. What is in a Unicode version stays composed alike in all later ones
 * (Unicode Standard Annex #15, section 3), but a new version can give order or composition to code points
 * that had none: 34 marks of 17.0 do. So code points that the oldest supported version (16.0) had not
 * assigned are left as they are, and the text between them is composed piece by piece. Linear in `text`.
 *
 * A U+034F is put after every 30 combining marks in a row, as that annex's Stream-Safe Text Format has it.
 */
export function stableNfc(text: string): string {
  let result = '';
  let piece = 0;
  for (let i = 0; i < text.length; ) {
    const codePoint = text.codePointAt(i) ?? 0;
    const next = i + (codePoint > 0xffff ? 2 : 1);
    if (codePoint >= 0x300 && isUnassigned(codePoint)) {
      result += compose(text.slice(piece, i)) + text.slice(i, next);
      piece = next;
    }
    i = next;
  }
  return result + compose(text.slice(piece));
}

function compose(piece: string): string {
  return piece.replaceAll(THIRTY_MARKS, '$&\u034f').normalize('NFC');
}

/** Whether Unicode 16.0 had not assigned a code point: an odd number of bounds lies at or before it. */
export function isUnassigned(codePoint: number): boolean {
  let low = 0;
  let high = bounds.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((bounds[middle] ?? 0) <= codePoint) low = middle + 1;
    else high = middle;
  }
  return low % 2 === 1;
}
