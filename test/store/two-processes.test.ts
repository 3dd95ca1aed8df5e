import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { appendLog, verifyLog } from '../../src/evidence/index.js';
import { logHead, openStore } from '../../src/store/index.js';
import { temporaryFolders } from '../_util/folder.js';

const newFolder = temporaryFolders();

it('lets two processes append to the log at once: one chain, nothing lost', async () => {
  const path = join(newFolder(), 'log.db');
  const store = await openStore({ kind: 'sqlite', path });
  const script = fileURLToPath(new URL('./_append.ts', import.meta.url));
  const child = spawn(process.execPath, ['--import', 'tsx', script, path], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const ended = once(child, 'exit');
  try {
    await once(child.stdout, 'data');
    let mine = 0;
    while (child.exitCode === null && mine < 100) {
      await store.transaction(async (tx) => {
        await logHead(tx);
        // The other process has time to write between reading and writing.
        for (let turn = 0; turn < 50; turn += 1) await new Promise((resolve) => setImmediate(resolve));
        await appendLog(tx, mine, [{ kind: 'pause', watchId: 'pair', payload: { from: 'parent', mine } }]);
      });
      mine += 1;
    }
    expect(await ended).toEqual([0, null]);
    const rows = await store.db.selectFrom('log').select('height').execute();
    expect(rows).toHaveLength(20 + mine);
    await verifyLog(store.db);
  } finally {
    child.kill('SIGKILL');
    await store.close();
  }
});
