import { cutText, graphemes, plainText, type Run, sideParts } from '../../core/index.js';
import type { Side } from '../../fingerprint/index.js';
import { LABELS } from '../wording/wording.js';
import { displayWidth } from './display-width.js';

const MAX_CODE_POINTS = 2000;
const MAX_CLUSTER_CODE_POINTS = 12;
const SEPARATOR = ' │ ';
const MIN_COLUMN = 12;
// Amber and blue, as in the mails: neither side is right or wrong.
const COLOURS = { listed: '\u001b[33m', released: '\u001b[36m', off: '\u001b[0m' } as const;
const BRACKETS = { listed: ['[-', '-]'], released: ['{+', '+}'] } as const;

/** One line of a column, with the cells that it fills. */
interface Line {
  readonly text: string;
  readonly width: number;
}

/**
 * Two answers beside each other for a terminal of `width` cells: a heading, then as many lines as the
 * longer one takes. Words that only one side has are coloured, or without colour bracketed (`[-…-]`
 * listed, `{+…+}` released). Answers are untrusted: escapes are neutralised, and each is cut to 2,000
 * code points. No line is wider than `width` (at least 27).
 */
export function renderSideBySide(listed: string, released: string, width: number, colour: boolean): string[] {
  const column = Math.max(MIN_COLUMN, Math.floor((width - SEPARATOR.length) / 2));
  const parts = sideParts(printable(listed), printable(released));
  const lines = (side: Side): Line[] => {
    const runs = parts[side];
    return wrap(colour ? runs : runs.map((run) => bracketed(run, side)), column, colour ? side : null);
  };
  const left = [heading(LABELS.listed, column), ...lines('listed')];
  const right = [heading(LABELS.released, column), ...lines('released')];
  return Array.from({ length: Math.max(left.length, right.length) }, (_, i) => {
    const from = left[i] ?? { text: '', width: 0 };
    const gap = ' '.repeat(column - from.width);
    return `${from.text}${gap}${SEPARATOR}${right[i]?.text ?? ''}`.trimEnd();
  });
}

function printable(text: string): string {
  const cut = cutText(text, MAX_CODE_POINTS);
  return plainText(cut.length < text.length ? `${cut}…` : cut).replaceAll('\t', '  ');
}

function heading(label: string, column: number): Line {
  return { text: label.padEnd(column), width: column };
}

function bracketed(run: Run, side: Side): Run {
  if (!run.marked) return run;
  const [open, close] = BRACKETS[side];
  const text = run.text.trim();
  const start = run.text.indexOf(text);
  return {
    text: `${run.text.slice(0, start)}${open}${text}${close}${run.text.slice(start + text.length)}`,
    marked: true,
  };
}

/** Breaks runs into lines of at most `column` cells, at spaces where it can; `side` null means no colour. */
function wrap(runs: readonly Run[], column: number, side: Side | null): Line[] {
  const writer = new LineWriter(column, side);
  for (const run of runs) {
    for (const piece of run.text.split(/(\n| +)/)) {
      if (piece === '') continue;
      if (piece === '\n') writer.newLine();
      else writer.write(graphemes(piece), run.marked);
    }
  }
  return writer.finish();
}

class LineWriter {
  readonly #column: number;
  readonly #side: Side | null;
  readonly #lines: Line[] = [];
  #text = '';
  #width = 0;
  #marked = false;

  constructor(column: number, side: Side | null) {
    this.#column = column;
    this.#side = side;
  }

  /** Writes a word or a run of spaces, on a new line where it doesn't fit; a longer one is broken. */
  write(clusters: readonly string[], marked: boolean): void {
    const needed = clusters.reduce((sum, cluster) => sum + displayWidth(cluster), 0);
    const overflows = this.#width + needed > this.#column;
    if (overflows && this.#width > 0 && needed <= this.#column) {
      this.newLine();
      if (clusters[0] === ' ') return;
    }
    for (const cluster of clusters) this.#put(cluster, marked);
  }

  newLine(): void {
    this.#mark(false);
    this.#lines.push({ text: this.#text, width: this.#width });
    this.#text = '';
    this.#width = 0;
  }

  finish(): Line[] {
    this.newLine();
    return this.#lines;
  }

  #put(cluster: string, marked: boolean): void {
    const width = displayWidth(cluster);
    if (this.#width + width > this.#column) this.newLine();
    this.#mark(marked);
    // A letter may carry hundreds of accents; a few are enough to read it.
    this.#text += cutText(cluster, MAX_CLUSTER_CODE_POINTS);
    this.#width += width;
  }

  #mark(marked: boolean): void {
    if (this.#side === null || marked === this.#marked) return;
    this.#text += marked ? COLOURS[this.#side] : COLOURS.off;
    this.#marked = marked;
  }
}
