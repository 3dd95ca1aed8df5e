import { redactTexts } from '../../app/index.js';
import { systemClock } from '../../core/index.js';
import { exitCodes } from '../exit-codes.js';
import type { Terminal } from '../terminal.js';
import { readWatchFile } from '../watch-file.js';

export interface RedactOptions {
  readonly config: string;
  readonly trial: number;
  readonly reason: string;
  readonly side?: 'listed' | 'released';
  readonly slot?: number;
  readonly epoch?: number;
}

/** Removes the texts of a trial's answers. @throws ConfigError, StoreError, JobError */
export async function redactAnswer(
  watchId: string,
  { config, trial: seq, reason, side, slot, epoch }: RedactOptions,
  out: Terminal,
): Promise<number> {
  const file = readWatchFile(config);
  const request = { watchId, epoch: epoch ?? null, seq, side: side ?? null, slot: slot ?? null, reason };
  const done = await redactTexts(file, request, systemClock);
  for (const answer of done.answers)
    out.line(
      `removed: trial ${seq}, ${answer.side} ${answer.slot}; its hash stays: ${answer.text ?? 'unknown'}`,
    );
  out.line(`Entry ${done.height} of the log says so. The evidence stands as it was.`);
  out.line('What was sent or copied before, such as alerts, reports and backups, is not reached.');
  return exitCodes.ok;
}
