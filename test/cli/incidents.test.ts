import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { beforeEach, expect, it } from 'vitest';
import { openedIncident } from '../../src/alerts/index.js';
import { recordEvent } from '../../src/jobs/incidents/record-event.js';
import { openStore } from '../../src/store/index.js';
import { temporaryFolders } from '../_util/folder.js';
import { type Ran, ran } from '../_util/ran.js';
import { endpoint, writeWatchFile } from '../_util/watch-file.js';
import { exampleInput, OPENED_AT } from '../alerts/example.js';
import { addWatch } from '../store/_rows.js';

const newFolder = temporaryFolders();
const main = fileURLToPath(new URL('../../src/cli/main.ts', import.meta.url));
let config: string;

beforeEach(async () => {
  const folder = newFolder();
  const side = endpoint('http://127.0.0.1:9/v1', 'm');
  const alerts = [{ kind: 'console' }];
  config = writeWatchFile(folder, [{ id: 'w', listed: side, released: side, schedule: '0 0 1 1 *', alerts }]);
  const store = await openStore({ kind: 'sqlite', path: join(folder, 'twinwatch.db') });
  await addWatch(store);
  const event = { type: 'opened', severity: 'material', publishAt: null, at: OPENED_AT } as const;
  const incident = openedIncident({ id: 'w-1', watchId: 'w', epoch: 1, kind: 'divergence' }, event);
  await store.transaction(async (tx) => {
    await recordEvent(tx, { incident, event, notice: 'opened' }, exampleInput(), [{ kind: 'console' }]);
  });
  await store.close();
});

async function incidents(...args: readonly string[]): Promise<Ran> {
  return await ran('incidents', ...args, '-c', config);
}

interface Shown {
  readonly incident: { readonly status: string; readonly replies: readonly object[] };
  readonly events: readonly { readonly type: string }[];
  readonly messages: readonly { readonly notice: string; readonly deliveries: readonly object[] }[];
}

async function shown(): Promise<Shown> {
  return JSON.parse((await incidents('show', 'w-1', '--json')).stdout) as Shown;
}

it('lists and shows incidents', async () => {
  const line = 'open       w-1  divergence, material, opened 2026-05-04T10:20:30.000Z';
  for (const more of [[], ['--open'], ['--watch', 'w']])
    expect(await incidents('list', ...more)).toEqual({ code: 0, stdout: line, stderr: '' });
  expect((await incidents('list', '--watch', 'other')).stdout).toBe('There are none.');
  expect(JSON.parse((await incidents('list', '--json')).stdout)).toMatchObject({
    incidents: [{ id: 'w-1' }],
  });
  expect((await incidents('show', 'w-1')).stdout.split('\n')).toEqual([
    line,
    '  2026-05-04T10:20:30.000Z  opened',
    'message w-1-1 (opened)',
    '  pending   console',
  ]);
  expect(await incidents('show', 'w-2')).toMatchObject({ code: 1 });
  expect((await ran('incident', 'list', '-c', config)).stdout).toBe(line);
});

it('takes an incident through its life, and refuses what it can not take', async () => {
  const ann = ['--by', 'ann'];
  const done = async (status: string, ...args: readonly string[]): Promise<void> => {
    const { code, stdout } = await incidents(...args);
    expect([code, stdout.split('\n')[0]]).toEqual([0, `Done: the incident is ${status}.`]);
  };
  await done('open', 'ack', 'w-1', ...ann);
  await done('open', 'note', 'w-1', '--text', 'asked the vendor', ...ann);
  await done('open', 'correct', 'w-1', '--text', 'It was on Monday.', ...ann);
  expect(await incidents('reopen', 'w-1', '--reason', 'no', ...ann)).toMatchObject({
    code: 1,
    stdout: 'Not done: it is open.',
  });
  await done('resolved', 'resolve', 'w-1', '--reason', 'mended', ...ann);
  expect((await incidents('list', '--open')).stdout).toBe('There are none.');
  await done('open', 'reopen', 'w-1', '--reason', 'it is not', ...ann);
  await done('open', 'reply', 'w-1', '--from', 'The Vendor', '--text', 'We changed it.');
  await done('retracted', 'retract', 'w-1', '--reason', 'a wrong key', ...ann);
  expect(await incidents('resolve', 'w-1', '--reason', 'over')).toMatchObject({
    code: 1,
    stdout: 'Not done: it is retracted already.',
  });
  const { events, messages } = await shown();
  expect(events.slice(1)).toMatchObject([
    { type: 'acknowledged', by: 'ann' },
    { type: 'noted', by: 'ann', text: 'asked the vendor' },
    { type: 'corrected', by: 'ann', text: 'It was on Monday.' },
    { type: 'resolved', by: 'ann', reason: 'mended' },
    { type: 'reopened', by: 'ann', reason: 'it is not' },
    { type: 'replied', from: 'The Vendor', text: 'We changed it.', via: 'operator' },
    { type: 'retracted', by: 'ann', reason: 'a wrong key' },
  ]);
  // What is for the operators' own eyes is sent to nobody.
  expect(messages.map(({ notice, deliveries }) => [notice, deliveries.length])).toEqual([
    ['opened', 1],
    ['corrected', 1],
    ['resolved', 1],
    ['reopened', 1],
    ['replied', 1],
    ['retracted', 1],
  ]);
  const timeline = (await incidents('show', 'w-1')).stdout;
  expect(timeline).toContain('noted by ann\n      asked the vendor\n');
  expect(timeline).toContain('replied from The Vendor (via operator)\n');
});

it("keeps a statement that is read from stdin as it is, but for a shell's line feed", async () => {
  const statement = '\n  “We changed it.”\t\n\n- on Monday  \n';
  const args = ['incidents', 'reply', 'w-1', '--from', 'The Vendor', '--text', '-', '-c', config];
  const { status, stderr } = spawnSync(process.execPath, ['--import', 'tsx', main, ...args], {
    input: `${statement}\n`,
    encoding: 'utf8',
    timeout: 30_000,
  });
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  expect((await shown()).incident.replies).toMatchObject([{ from: 'The Vendor', text: statement }]);
});

it('counts the characters of a text, not their halves', async () => {
  const reply = async (text: string): Promise<number> =>
    (await incidents('reply', 'w-1', '--from', 'V', '--text', text)).code;
  expect(await reply('😀'.repeat(10_000))).toBe(0);
  expect(await reply('😀'.repeat(10_001))).toBe(2);
  expect(await reply(' \n')).toBe(2);
});
