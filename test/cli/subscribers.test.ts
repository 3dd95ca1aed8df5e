import { join } from 'node:path';
import { Readable } from 'node:stream';
import { beforeEach, expect, it } from 'vitest';
import { noteBounce } from '../../src/cli/commands/subscribers.js';
import type { Terminal } from '../../src/cli/terminal.js';
import { openStore } from '../../src/store/index.js';
import { temporaryFolders } from '../_util/folder.js';
import { type Ran, ran } from '../_util/ran.js';
import { endpoint, writeWatchFile } from '../_util/watch-file.js';
import { addWatch } from '../store/_rows.js';

const newFolder = temporaryFolders();
let config: string;

beforeEach(async () => {
  const folder = newFolder();
  const side = endpoint('http://127.0.0.1:9/v1', 'm');
  config = writeWatchFile(folder, [{ id: 'w', listed: side, released: side, schedule: '0 0 1 1 *' }]);
  const store = await openStore({ kind: 'sqlite', path: join(folder, 'twinwatch.db') });
  await addWatch(store);
  await store.close();
});

async function subscribers(...args: readonly string[]): Promise<Ran> {
  return await ran('subscribers', ...args, '-c', config);
}

it('adds, lists, exports and removes subscribers; lists show no address unless asked', async () => {
  const weekly = ['--watch', 'w', '--frequency', 'weekly', '--confirmed'];
  expect(await subscribers('add', '=ann@example.org', ...weekly)).toMatchObject({
    code: 0,
    stdout: 'Subscribed.',
  });
  const small = ['--kind', 'divergence', 'budget', '--min-severity', 'trace', '--timezone', 'Asia/Tokyo'];
  expect(await subscribers('add', 'bob@example.org', ...small)).toMatchObject({ code: 0 });
  expect((await subscribers('list')).stdout.split('\n')).toEqual([
    '=…@example.org active weekly w',
    'b…@example.org pending immediate all watches',
  ]);
  expect((await subscribers('list', '--json')).stdout).not.toContain('bob');
  expect((await subscribers('list', '--show')).stdout).toContain('bob@example.org');
  const exported = JSON.parse((await subscribers('export')).stdout);
  expect(exported.subscribers).toMatchObject([
    { email: '=ann@example.org', status: 'active', subscriptions: [{ watch: 'w', minSeverity: 'material' }] },
    {
      email: 'bob@example.org',
      status: 'pending',
      confirmedAt: null,
      timezone: 'Asia/Tokyo',
      subscriptions: [{ watch: null, kinds: ['divergence', 'budget'], minSeverity: 'trace' }],
    },
  ]);
  expect((await subscribers('export', '--csv')).stdout.split('\n')[1]).toMatch(
    /^"'=ann@example.org","active","weekly"/,
  );
  expect(await subscribers('remove', 'BOB@example.org')).toMatchObject({ code: 0, stdout: 'Removed.' });
  expect(await subscribers('remove', 'bob@example.org')).toMatchObject({ code: 1 });
  const wrong = await subscribers('add', 'planted secret', '--confirmed');
  expect(wrong).toMatchObject({ code: 1, stderr: 'this is not one plain e-mail address' });
  expect((await subscribers('add', 'c@example.org', '--kind', 'gossip')).stderr).toContain(
    'choose at least one of',
  );
});

it('reads a message from a mail pipe', async () => {
  const lines: string[] = [];
  const out = { line: (text: string) => lines.push(text) } as unknown as Terminal;
  const mail = Readable.from([Buffer.from('Subject: Hello\r\n\r\nI am on holiday.\r\n')]);
  expect(await noteBounce({ config }, mail, out)).toBe(0);
  expect(lines).toEqual(['none']);
});
