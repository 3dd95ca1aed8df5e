import { existsSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { errorMessage, plainLine } from '../../core/index.js';
import { type Reproduction, reproduce, unpacked } from '../../evidence/index.js';
import { exitCodes } from '../exit-codes.js';
import { withProgressBar } from '../progress-bar.js';
import type { Terminal } from '../terminal.js';

export interface ReproduceCommand {
  /** The watch file to write. */
  readonly output: string;
  /** The verifier key that must have signed. */
  readonly trust?: string;
  /** Write over what is there. */
  readonly force: boolean;
}

/**
 * Writes a watch file, and the suites it needs beside it, that repeats a bundle's watch. Returns 0 when it is written, 1 when
 * the bundle is wrong, 2 when it is none or the files can't be written. @throws EvidenceError
 */
export async function reproduceFile(
  path: string,
  { output, trust, force }: ReproduceCommand,
  out: Terminal,
  info: Terminal,
): Promise<number> {
  const found = await withProgressBar(info, '{percentage} % checked', (onProgress) =>
    reproduce(unpacked(path), { trust: trust ?? null, onProgress }),
  );
  if (found.kind === 'refused') {
    out.line(`not a bundle: ${plainLine(found.reason, 500)}`);
    return exitCodes.usage;
  }
  if (found.kind === 'wrong') {
    out.line(`wrong: ${plainLine(found.problem, 500)}`);
    return exitCodes.failure;
  }
  const problem = write(found, resolve(output), force);
  if (problem !== null) {
    out.line(problem);
    return exitCodes.usage;
  }
  for (const line of nextLines(found, output)) out.line(line);
  return exitCodes.ok;
}

/** Writes all the files, or says why not. */
function write({ text, suites }: Reproduction, output: string, force: boolean): string | null {
  const files = [
    ...suites.map((suite) => ({ path: join(dirname(output), suite.name), text: suite.text })),
    { path: output, text },
  ];
  const [there] = files.filter(({ path }) => existsSync(path));
  if (there !== undefined && !force)
    return `${plainLine(there.path)} is there already; nothing was written. --force writes over it`;
  try {
    for (const file of files) writeFileSync(file.path, file.text, { flag: force ? 'w' : 'wx' });
  } catch (error) {
    return `the files can't be written: ${errorMessage(error)}`;
  }
  return null;
}

function nextLines({ watch, suites, keys, notes }: Reproduction, output: string): string[] {
  const file = plainLine(output);
  return [
    `Wrote ${file}${suites.map(({ name }) => `, ${plainLine(name)}`).join('')}: the same sides and parameters, for your own keys.`,
    ...notes.map((note) => `note: ${plainLine(note, 1000)}`),
    'Next:',
    ...(keys.length === 0
      ? []
      : [`  set ${keys.join(' and ')} in the environment; remove api_key_env where a side needs none`]),
    `  twinwatch check-config -c ${file}`,
    `  twinwatch start -c ${file}`,
    `  twinwatch evidence export ${watch} -c ${file} -o mine.tar.gz`,
    '  twinwatch evidence pool FILE mine.tar.gz --witness KEY',
  ];
}
