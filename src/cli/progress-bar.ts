import { Presets, SingleBar } from 'cli-progress';
import type { Terminal } from './terminal.js';

/** Told how much is done, in any unit, and where there are stages, in which. */
type OnProgress = (done: number, total: number, stage?: string) => void;

/**
 * Does work under a bar where a person looks, which is gone when the work is done; elsewhere without.
 * @param text beside the bar, with cli-progress's `{percentage}`, `{value}`, `{total}`, and `{stage}`
 */
export async function withProgressBar<T>(
  terminal: Pick<Terminal, 'isTty'>,
  text: string,
  work: (onProgress: OnProgress) => Promise<T>,
): Promise<T> {
  if (!terminal.isTty) return await work(() => undefined);
  const bar = newBar(text, true);
  bar.start(1, 0, { stage: '' });
  try {
    return await work((done, total, stage = '') => {
      bar.setTotal(total);
      bar.update(done, { stage });
    });
  } finally {
    bar.stop();
  }
}

/** A bar that an event starts. What is printed while it runs is held back until it stops, as it redraws itself. */
export interface LateBar {
  readonly bar: SingleBar;
  print(line: string): void;
  /** To be called whatever happens: a bar that runs keeps the program from ending. */
  stop(): void;
}

/** @param text beside the bar, as in {@link withProgressBar} */
export function lateBar(info: Terminal, text: string): LateBar {
  const bar = newBar(text, false);
  const held: string[] = [];
  return {
    bar,
    print: (line) => void (bar.isActive ? held.push(line) : info.line(line)),
    stop: () => {
      bar.stop();
      for (const line of held.splice(0)) info.line(line);
    },
  };
}

function newBar(text: string, clearOnComplete: boolean): SingleBar {
  const options = { format: `{bar} ${text}`, stream: process.stderr, clearOnComplete };
  return new SingleBar(options, Presets.shades_classic);
}
