import { styleText } from 'node:util';
import type { Environment } from '../config/index.js';
import type { FoldStatus, Verdict } from '../fingerprint/index.js';

type Style = Parameters<typeof styleText>[0];

/** A stream that people or programs read. */
export interface Terminal {
  /** Writes one line. The text must be safe: untrusted parts go through `plainLine` first. */
  line(text?: string): void;
  paint(style: Style, text: string): string;
  readonly isTty: boolean;
  readonly width: number;
}

/** Colour only where a person looks and NO_COLOR is unset. */
export function createTerminal(stream: NodeJS.WriteStream, env: Pick<Environment, 'noColor'>): Terminal {
  const colour = stream.isTTY === true && !env.noColor;
  return {
    line: (text = '') => {
      stream.write(`${text}\n`);
    },
    paint: (style, text) => (colour ? styleText(style, text, { validateStream: false }) : text),
    isTty: stream.isTTY === true,
    width: Math.min(Math.max(stream.columns ?? 100, 60), 140),
  };
}

const looks: Readonly<Record<Verdict, { mark: string; style: Style }>> = {
  different: { mark: '≠', style: ['bold', 'red'] },
  equivalent: { mark: '=', style: ['bold', 'green'] },
  undecided: { mark: '·', style: 'cyan' },
  unreadable: { mark: '?', style: ['bold', 'yellow'] },
};

/** A verdict as a mark and a word: never by colour alone. */
export function verdictLabel(terminal: Terminal, verdict: Verdict): string {
  const look = looks[verdict];
  return terminal.paint(look.style, `${look.mark} ${verdict.padEnd(10)}`);
}

/** The evidence on its way to 1/alpha: a bar on a log scale, and the odds in figures. */
export function evidenceBar(status: Pick<FoldStatus, 'log10E'>, alpha: number, width = 20): string {
  const goal = Math.log10(1 / alpha);
  const share = Math.min(Math.max(status.log10E / goal, 0), 1);
  const full = Math.round(share * width);
  return `${'█'.repeat(full)}${'░'.repeat(width - full)} ${odds(status.log10E).padStart(9)} of ${odds(goal)}`;
}

/** 10^x as people write it: 0.31, 27, 1,000, 1e+12. */
export function odds(log10: number): string {
  if (log10 > 6) return `1e+${Math.floor(log10)}`;
  if (log10 < -4) return `1e${Math.floor(log10)}`;
  const value = 10 ** log10;
  return value >= 100 ? Math.round(value).toLocaleString('en-US') : value.toPrecision(2);
}
