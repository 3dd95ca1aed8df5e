import { afterAll, beforeAll, expect, it } from 'vitest';
import { newestHead, verifyLog } from '../../src/evidence/index.js';
import { type Sandbox, startSandbox } from '../../src/sandbox/index.js';
import { logHead } from '../../src/store/index.js';
import { temporaryFolders } from '../_util/folder.js';
import { endpoint, writeWatchFile } from '../_util/watch-file.js';
import { openAt } from '../app/_open.js';

const newFolder = temporaryFolders();
let sandbox: Sandbox;

beforeAll(async () => {
  sandbox = await startSandbox({ seed: 'evidence' });
});

afterAll(async () => {
  await sandbox.close();
});

it('signs all that a round logged at its end, with a key that nobody had to ask for', async () => {
  const side = endpoint(`${sandbox.url}/v1`, 'vanilla');
  const watch = { id: 'pair', listed: side, released: side, schedule: '0 0 1 1 *', trials_per_round: 3 };
  const { app } = await openAt(writeWatchFile(newFolder(), [watch]));
  try {
    for (const round of [1, 2]) {
      await app.runRound('pair');
      const { height = -1 } = (await logHead(app.store.db)) ?? {};
      const { size, key } = await newestHead(app.store.db);
      expect(size).toBe(height + 1);
      const verified = await verifyLog(app.store.db);
      expect(verified).toMatchObject({ height, checkpoints: 1 + round, newest: { size } });
      expect(verified.keys.map(({ verifier }) => verifier.text)).toEqual([key]);
    }
  } finally {
    await app.stop();
  }
});
