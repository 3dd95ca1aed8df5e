import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { loadWatchFile, readEnvironment, type WatchFile } from '../../src/config/index.js';
import { type Sandbox, startSandbox } from '../../src/sandbox/index.js';
import { openStore, type Store } from '../../src/store/index.js';
import { endpoint, writeWatchFile } from '../_util/watch-file.js';
import { runRounds } from '../evidence/_bundle.js';

/** Text that would run, ask for something or turn lines around if anything took it for more than text. */
export const HOSTILE: string =
  '<script>pwned=1</script><img src=x onerror="pwned=1"><svg onload="pwned=1"/><style>@import url(http://evil.invalid/)</style>' +
  '<a href="javascript:pwned=1">x</a> [x](javascript:pwned=1) ![x](http://evil.invalid/x.png) \u202egnp.exe\u202c "\'><base href=//evil.invalid>';

function hostileAnswers(folder: string, side: string): string {
  const path = join(folder, `${side}.jsonl`);
  const lines = Array.from({ length: 12 }, (_, i) => {
    const response = `${side} ${i} \u0000\u001b[31m ${HOSTILE} ${'é'.repeat(3000)}`;
    return JSON.stringify({ prompt_id: `p${i}`, prompt: `${i} ${HOSTILE}`, response });
  });
  writeFileSync(path, lines.map((line) => `${line}\n`).join(''));
  return path;
}

/** A store of real rounds, and the file of its watches. */
export interface Watched {
  readonly store: Store;
  readonly file: WatchFile;
  close(): Promise<void>;
}

/** Four watches: one whose sides differ, one whose sides are the same, one that is given hostile answers, one that has run no round. */
export async function watchedStore(folder: string): Promise<Watched> {
  const sandbox: Sandbox = await startSandbox({ seed: 'web' });
  const side = (model: string): object => endpoint(`${sandbox.url}/v1`, model);
  const watch = (id: string, listed: string, released: string, more: object = {}): object => ({
    id,
    listed: side(listed),
    released: side(released),
    schedule: '0 0 1 1 *',
    trials_per_round: 30,
    alerts: [],
    ...more,
  });
  try {
    const path = writeWatchFile(folder, [
      watch('tuned', 'arena-tuned', 'vanilla', {
        title: 'Maverick, as listed',
        claim: 'The listed model is the released one.',
      }),
      watch('same', 'vanilla', 'vanilla', { title: 'A quiet pair' }),
      {
        id: 'hostile',
        title: '<script>pwned=1</script> & "co"',
        listed: { kind: 'recorded', file: hostileAnswers(folder, 'listed'), model: 'plain' },
        released: { kind: 'recorded', file: hostileAnswers(folder, 'released'), model: 'm' },
        schedule: '0 0 1 1 *',
        trials_per_round: 12,
        alerts: [],
      },
      watch('later', 'vanilla', 'vanilla'),
    ]);
    await runRounds(path, ['tuned', 'same', 'hostile']);
    const file = loadWatchFile(path, readEnvironment());
    const store = await openStore(file.store, { mustExist: true });
    return { store, file, close: () => store.close() };
  } finally {
    await sandbox.close();
  }
}
