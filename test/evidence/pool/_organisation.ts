import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Witness } from '../../../src/evidence/witness/cosignature.js';
import type { Sandbox } from '../../../src/sandbox/index.js';
import { ran } from '../../_util/ran.js';
import { endpoint, writeWatchFile } from '../../_util/watch-file.js';
import { cosignStore, runRounds } from '../_bundle.js';

/** One who watches, in a folder of his own. */
export interface Organisation {
  readonly folder: string;
  readonly watchFile: string;
}

/** Sets up an organisation that compares recorded answers: to each prompt, what `listed` and `released` said. */
export function recorder(
  folder: string,
  prompts: readonly string[],
  say: (side: string, prompt: string) => string,
): Organisation {
  const side = (name: string): object => {
    const lines = prompts.map((prompt) => JSON.stringify({ prompt, response: say(name, prompt) }));
    writeFileSync(join(folder, `${name}.jsonl`), lines.join('\n'));
    return { kind: 'recorded', file: `${name}.jsonl` };
  };
  const watch = { id: 'pair', listed: side('listed'), released: side('released'), schedule: '0 0 1 1 *' };
  return { folder, watchFile: writeWatchFile(folder, [watch]) };
}

/** Sets up an organisation whose prompts are about the things `from` to `to`. */
export function organisation(
  sandbox: Sandbox,
  folder: string,
  [from, to]: readonly [number, number],
  more: object = {},
): Organisation {
  const dynamic = [{ id: 'made', template: 'Tell me about {thing}.', slots: { thing: { from, to } } }];
  writeFileSync(join(folder, 'own.yaml'), JSON.stringify({ id: 'own', version: 1, title: 'Own', dynamic }));
  const watch = {
    id: 'pair',
    listed: endpoint(`${sandbox.url}/v1`, 'arena-tuned'),
    released: endpoint(`${sandbox.url}/v1`, 'vanilla'),
    schedule: '0 0 1 1 *',
    trials_per_round: 8,
    suites: [{ file: 'own.yaml' }],
    ...more,
  };
  return { folder, watchFile: writeWatchFile(folder, [watch, { ...watch, id: 'other' }]) };
}

/** Runs rounds of the watch `pair`, has the log co-signed, and exports the evidence. Returns the bundle's path. */
export async function watched(
  { folder, watchFile }: Organisation,
  witnesses: readonly Witness[],
  { rounds = 1, id = 'pair', name = 'evidence.tar.gz' }: { rounds?: number; id?: string; name?: string } = {},
): Promise<string> {
  await runRounds(
    watchFile,
    Array.from({ length: rounds }, () => id),
  );
  if (witnesses.length > 0) await cosignStore(folder, witnesses);
  return await exported({ folder, watchFile }, id, name);
}

/** Exports the evidence as it is. Returns the bundle's path. */
export async function exported(
  { folder, watchFile }: Organisation,
  id: string,
  name: string,
): Promise<string> {
  const path = join(folder, name);
  const { code, stderr } = await ran('evidence', 'export', id, '-c', watchFile, '-o', path);
  if (code !== 0) throw new Error(stderr);
  return path;
}
