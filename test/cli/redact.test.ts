import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { stringify } from 'yaml';
import { checkEvidence } from '../../src/cli/commands/evidence.js';
import { run } from '../../src/cli/program.js';
import { runRound } from '../../src/jobs/index.js';
import { lockStore, openStore, trialsAfter } from '../../src/store/index.js';
import { capture } from '../_util/capture.js';
import { temporaryFolders } from '../_util/folder.js';
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

afterEach(() => {
  vi.restoreAllMocks();
});

async function redact(...args: string[]): Promise<{ code: number; said: string }> {
  let said = '';
  const note = (chunk: unknown): boolean => {
    said += String(chunk);
    return true;
  };
  vi.spyOn(process.stdout, 'write').mockImplementation(note);
  vi.spyOn(process.stderr, 'write').mockImplementation(note);
  const code = await run(['redact', 'pair', '-c', path, ...args]);
  vi.restoreAllMocks();
  return { code, said };
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
  const out = capture();
  expect(await checkEvidence({ config: path, json: false }, out)).toBe(0);
  expect(out.text()).toMatch(/^entries: (\d+), .*the newest over \1 entries/s);
  expect(out.text()).toContain('1 texts of answers were removed since; their hashes stay');

  expect(await redact('--trial', '3', '--side', 'listed', '--reason', 'again')).toMatchObject({
    code: 1,
    said: expect.stringMatching(/has no such text, or not any more/),
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
