import { expect, it, vi } from 'vitest';
import { readStatus } from '../../src/app/index.js';
import { systemClock } from '../../src/core/index.js';
import { startSandbox } from '../../src/sandbox/index.js';
import { trialsAfter } from '../../src/store/index.js';
import { temporaryFolders } from '../_util/folder.js';
import { endpoint, writeWatchFile } from '../_util/watch-file.js';
import { openAt } from './_open.js';

const newFolder = temporaryFolders();

it('the daemon runs canary rounds, follows a suspicion with full ones, and tells so in the status', async () => {
  const sandbox = await startSandbox({ seed: 'daemon' });
  const side = (model: string): object => endpoint(`${sandbox.url}/v1`, model);
  const watch = {
    id: 'pair',
    listed: side('arena-tuned'),
    released: side('vanilla'),
    schedule: '0 0 1 1 *',
    trials_per_round: 5,
    alpha: 1e-12,
    canary: { cron: '* * * * * *', trials_per_round: 4, suspicion: 2, extra_rounds_per_day: 2 },
  };
  const { app, file } = await openAt(writeWatchFile(newFolder(), [watch]));
  try {
    await app.start();
    await vi.waitFor(
      async () => {
        const trials = await trialsAfter(app.store.db, 'pair', 1, 0, 100);
        const ended = trials.filter(
          ({ trial }) => trial.suite !== 'one-token' && trial.status === 'complete',
        );
        expect(ended).toHaveLength(10);
      },
      { timeout: 20_000, interval: 100 },
    );
  } finally {
    await app.stop();
    await sandbox.close();
  }
  const [status] = await readStatus(file, systemClock.now());
  expect(status?.canary).toEqual({
    nextAt: expect.stringMatching(/^\d{4}-.*\.000Z$/),
    suspicion: 2,
    suspicious: true,
    extraRounds: 2,
    lastExtraRoundAt: expect.any(String),
  });
}, 30_000);
