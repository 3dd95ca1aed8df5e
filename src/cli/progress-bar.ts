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
  const bar = new SingleBar(
    { format: `{bar} ${text}`, stream: process.stderr, clearOnComplete: true },
    Presets.shades_classic,
  );
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
