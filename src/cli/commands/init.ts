import { writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { watchFileTemplate } from '../../config/index.js';
import { errorMessage } from '../../core/index.js';
import { exitCodes } from '../exit-codes.js';
import type { Terminal } from '../terminal.js';

/** Writes a commented watch file; never over one that is there. Returns the exit code. */
export function init(file: string, out: Terminal): number {
  const path = resolve(file);
  try {
    writeFileSync(path, watchFileTemplate, { flag: 'wx' });
  } catch (error) {
    const exists = error instanceof Error && 'code' in error && error.code === 'EEXIST';
    out.line(
      exists
        ? `${path} is there already; it was left as it is`
        : `${path} can't be written: ${errorMessage(error)}`,
    );
    return exitCodes.usage;
  }
  out.line(`Wrote ${path}.`);
  out.line('Next: put your endpoints in it, set the keys it names in the environment, then');
  out.line('  twinwatch check-config');
  out.line('  twinwatch start');
  return exitCodes.ok;
}
