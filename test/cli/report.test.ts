import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { readStatus } from '../../src/app/index.js';
import { parseWatchFile, readSmallFile } from '../../src/config/index.js';
import { oneIn } from '../../src/fingerprint/index.js';
import { runRound } from '../../src/jobs/index.js';
import { temporaryFolders } from '../_util/folder.js';
import { ran } from '../_util/ran.js';
import { endpoint, writeWatchFile } from '../_util/watch-file.js';
import { loadWatch, openWorld, speaker, watchConfig } from '../jobs/_world.js';

const newFolder = temporaryFolders();

it('says in both forms what status --json says, and writes it where it is told', async () => {
  const folder = newFolder();
  const world = await openWorld(folder);
  const config = watchConfig({ trials_per_round: 25 });
  const sides = { listed: speaker('tuned'), released: speaker('plain') };
  const { watch, decider } = await loadWatch(world, config, sides);
  const never = new AbortController().signal;
  await runRound(world.context, watch, decider, 0, { draining: never, abort: never });
  await world.store.close();
  const side = endpoint('http://127.0.0.1:9/v1', 'm');
  const path = writeWatchFile(folder, [{ id: 'pair', listed: side, released: side, schedule: '0 0 1 1 *' }], {
    store: 'jobs.db',
  });
  const [status] = await readStatus(parseWatchFile(readSmallFile(path), path, null), 0);
  if (!status) throw new Error('no status');
  expect(status.verdict).toBe('different');
  const output = join(folder, 'pair.html');
  expect(await ran('report', 'pair', '-c', path, '-o', output)).toMatchObject({ code: 0, stdout: '' });
  const markdown = await ran('report', 'pair', '-c', path, '--markdown');
  expect(markdown).toMatchObject({ code: 0, stderr: '' });
  const figures = [
    `after ${status.trials} trials`,
    `alarm at trial ${status.alarmAtTrial}`,
    `at most 1 in ${oneIn(status.level)}`,
    status.claim,
    ...status.findings
      .slice(0, 12)
      .map(
        ({ superiority: { estimate, low, high } }) =>
          `${estimate.toFixed(2)} (${low.toFixed(2)} to ${high.toFixed(2)})`,
      ),
    'listed-model at 127.0.0.1:9',
    'No head of the log was signed yet',
  ];
  for (const text of [readFileSync(output, 'utf8'), markdown.stdout])
    for (const figure of figures) expect(text).toContain(figure);
});

it('refuses a watch that never ran, and a file that can not be written', async () => {
  const folder = newFolder();
  const world = await openWorld(folder);
  await loadWatch(world, watchConfig(), { listed: speaker('plain'), released: speaker('plain') });
  await world.store.close();
  const side = endpoint('http://127.0.0.1:9/v1', 'm');
  const config = writeWatchFile(
    folder,
    [{ id: 'pair', listed: side, released: side, schedule: '0 0 1 1 *' }],
    {
      store: 'jobs.db',
    },
  );
  expect(await ran('report', 'other', '-c', config)).toMatchObject({
    code: 2,
    stderr: 'no watch "other" has run yet; the store has: pair',
  });
  expect(await ran('report', 'pair', '-c', config, '-o', folder)).toMatchObject({
    code: 2,
    stderr: expect.stringContaining("can't be written"),
  });
  expect(await ran('report', 'pair', '-c', config)).toMatchObject({
    code: 0,
    stdout: expect.stringContaining('Nothing can be said yet'),
  });
});
