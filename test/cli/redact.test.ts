import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, expect, it } from 'vitest';
import { stringify } from 'yaml';
import { runRound } from '../../src/jobs/index.js';
import { lockStore, openStore, trialsAfter } from '../../src/store/index.js';
import { temporaryFolders } from '../_util/folder.js';
import { ran } from '../_util/ran.js';
import { loadWatch, openWorld, speaker, watchConfig } from '../jobs/_world.js';

const newFolder = temporaryFolders();
const running = { draining: new AbortController().signal, abort: new AbortController().signal };
let path: string;
let store: { kind: 'sqlite'; path: string };

beforeEach(async () => {
  const folder = newFolder();
  const world = await openWorld(folder);
  store = { kind: 'sqlite', path: join(folder, 'jobs.db') };
  const sides = { listed: speaker('plain'), released: speaker('plain') };
  const { watch, decider } = await loadWatch(world, watchConfig(), sides);
  await runRound(world.context, watch, decider, 0, running);
  await world.store.close();
  path = join(folder, 'twinwatch.yaml');
  const side = { kind: 'openai', base_url: 'http://127.0.0.1:9/v1', model: 'm' };
  const watches = [{ id: 'pair', listed: side, released: side, schedule: '0 0 1 1 *' }];
  writeFileSync(path, stringify({ version: 1, store: './jobs.db', watches }));
});

async function redact(...args: string[]): Promise<{ code: number; said: string }> {
  const { code, stdout, stderr } = await ran('redact', 'pair', '-c', path, ...args);
  return { code, said: `${stdout}${stderr}` };
}

it('removes what it is asked to, says where the log has it, and the log still holds', async () => {
  const done = await redact('--trial', '3', '--side', 'listed', '--reason', 'ordered by a court');
  expect(done.code).toBe(0);
  const open = await openStore(store);
  const [trial] = await trialsAfter(open.db, 'pair', 1, 2, 1);
  const [listed, released] = ['listed', 'released'].map((side) =>
    trial?.answers.find((answer) => answer.side === side),
  );
  const entry = await open.db.selectFrom('log').selectAll().where('kind', '=', 'redaction').execute();
  await open.close();
  expect([listed?.text, typeof released?.text]).toEqual([null, 'string']);
  expect(done.said).toContain(`trial 3, listed 0; its hash stays: ${listed?.text_hash}`);
  expect(done.said).toContain(`Entry ${entry[0]?.height} of the log`);
  const checked = await ran('evidence', 'check', '-c', path);
  expect(checked.code).toBe(0);
  expect(checked.stdout).toMatch(/^entries: (\d+), .*the newest over \1 entries/s);
  expect(checked.stdout).toContain('1 texts of answers were removed since; their hashes stay');

  expect(await redact('--trial', '3', '--side', 'listed', '--reason', 'again')).toMatchObject({
    code: 1,
    said: expect.stringMatching(/has no such text, or not any more/),
  });
  const slot = ['--trial', '4', '--side', 'released', '--slot', '0', '--reason', 'x'];
  expect((await redact(...slot, '--epoch', '2')).code).toBe(1);
  expect(await redact(...slot, '--epoch', '1')).toMatchObject({
    code: 0,
    said: expect.stringMatching(/^removed: trial 4, released 0; .*\nEntry/),
  });
});

it('refuses a reason that says nothing, numbers that are none, and a store in use', async () => {
  expect((await redact('--trial', '3')).code).toBe(2);
  expect((await redact('--trial', '3', '--reason', ' \n')).code).toBe(2);
  expect((await redact('--trial', '-1', '--reason', 'x')).code).toBe(2);
  expect((await redact('--trial', '3', '--side', 'both', '--reason', 'x')).code).toBe(2);
  const lock = lockStore(store);
  expect((await redact('--trial', '3', '--reason', 'x')).code).toBe(3);
  lock.release();
});
