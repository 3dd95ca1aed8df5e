import { expect, it } from 'vitest';
import { status } from '../../src/cli/commands/status.js';
import { runRound } from '../../src/jobs/index.js';
import { setCanaryDue } from '../../src/store/index.js';
import { capture } from '../_util/capture.js';
import { temporaryFolders } from '../_util/folder.js';
import { endpoint, writeWatchFile } from '../_util/watch-file.js';
import { loadWatch, openWorld, speaker, watchConfig } from '../jobs/_world.js';

const newFolder = temporaryFolders();

it('tells the newest declared change in the words of the side, made safe', async () => {
  const folder = newFolder();
  const world = await openWorld(folder);
  await loadWatch(world, watchConfig(), { listed: speaker('plain'), released: speaker('plain') });
  const row = { watch_id: 'pair', epoch: 1, side: 'listed' as const, recent: '[]' };
  await world.store.db
    .insertInto('declared_values')
    .values([
      { ...row, field: 'model', before: 'old', after: 'new\u001b[31m', changed_seq: 12, changed_at: 2000 },
      { ...row, field: 'provider', before: 'A', after: 'B', changed_seq: 7, changed_at: 1000 },
      { ...row, field: 'systemFingerprint', before: null, after: null, changed_seq: null, changed_at: null },
    ])
    .execute();
  await world.store.close();
  const side = endpoint('http://127.0.0.1:9/v1', 'm');
  const watch = { id: 'pair', listed: side, released: side, schedule: '0 0 1 1 *' };
  const path = writeWatchFile(folder, [watch], { store: 'jobs.db' });
  const out = capture();
  expect(await status(path, false, out)).toBe(0);
  const declared = out
    .text()
    .split('\n')
    .filter((line) => line.includes('declared'));
  expect(declared).toEqual([
    expect.stringMatching(/^ {2}declared by the listed side: model "new.*", before "old" \(trial 12\)$/),
  ]);
  expect(declared[0]).not.toContain('\u001b');
});

it('tells when the next canary round is due, and what suspicion has led to', async () => {
  const folder = newFolder();
  const world = await openWorld(folder);
  const config = watchConfig({ canary: { suspicion: 1.5 }, trials_per_round: 3 });
  const sides = { listed: speaker('tuned'), released: speaker('plain') };
  const { watch, decider } = await loadWatch(world, config, sides);
  const never = new AbortController().signal;
  const stop = { draining: never, abort: never };
  for (const tier of ['full', 'extra'] as const) await runRound(world.context, watch, decider, 0, stop, tier);
  await setCanaryDue(world.store.db, 'pair', Date.UTC(2026, 0, 1, 0, 15));
  await world.store.close();
  const side = endpoint('http://127.0.0.1:9/v1', 'm');
  const file = {
    id: 'pair',
    listed: side,
    released: side,
    schedule: '0 0 1 1 *',
    canary: { suspicion: 1.5 },
  };
  const path = writeWatchFile(folder, [file], { store: 'jobs.db' });
  const out = capture();
  expect(await status(path, false, out)).toBe(0);
  expect(out.text()).toMatch(
    /^ {2}next canary round 2026-01-01T00:15:00.000Z; suspicious: the e-value is 1.5 or more; extra rounds: 1, the last 2026-01-01T00:00:0\d/m,
  );
});
