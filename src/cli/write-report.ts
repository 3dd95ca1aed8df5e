import { writeFileSync } from 'node:fs';
import { errorMessage, plainLine } from '../core/index.js';
import { exitCodes } from './exit-codes.js';
import type { Terminal } from './terminal.js';

/** Writes a report where it was asked for, and says so. Returns 2 for a file that can't be written. */
export function writeReport(path: string, text: string, info: Terminal): number {
  try {
    writeFileSync(path, text);
  } catch (error) {
    info.line(`${plainLine(path)} can't be written: ${errorMessage(error)}`);
    return exitCodes.usage;
  }
  info.line(`Report: ${plainLine(path)}`);
  return exitCodes.ok;
}
