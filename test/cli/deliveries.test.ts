import { join } from 'node:path';
import { beforeEach, expect, it } from 'vitest';
import { openStore } from '../../src/store/index.js';
import { temporaryFolders } from '../_util/folder.js';
import { type Ran, ran } from '../_util/ran.js';
import { endpoint, writeWatchFile } from '../_util/watch-file.js';

const newFolder = temporaryFolders();
const target = {
  kind: 'webhook',
  url: 'https://hooks.example/secret-path',
  secretEnv: 'HOOK',
  previousSecretEnv: null,
  allowPrivateNetworks: false,
} as const;
const id = `pair-1-1-webhook-${'a'.repeat(32)}`;
let folder: string;
let config: string;

beforeEach(async () => {
  folder = newFolder();
  const side = endpoint('http://127.0.0.1:9/v1', 'm');
  const alerts = [{ kind: 'webhook', url: target.url, secret_env: 'HOOK', allow_private_networks: true }];
  config = writeWatchFile(folder, [
    { id: 'pair', listed: side, released: side, schedule: '0 0 1 1 *', alerts },
  ]);
  const store = await openStore({ kind: 'sqlite', path: join(folder, 'twinwatch.db') });
  const incident = { id: 'pair-1', watch_id: 'pair', epoch: 1, kind: 'divergence', status: 'open' };
  await store.db
    .insertInto('incidents')
    .values({
      ...incident,
      severity: 'trace',
      opened_at: 0,
      updated_at: 0,
      embargo_ends_at: null,
      published_at: 0,
      state: '{}',
    })
    .execute();
  await store.db
    .insertInto('messages')
    .values({ id: 'pair-1-1', incident_id: 'pair-1', seq: 1, created_at: 0, content: '{}' })
    .execute();
  const about = { message_id: 'pair-1-1', incident_id: 'pair-1', subscriber_id: null };
  const row = { ...about, target: JSON.stringify(target), attempts: 107, next_attempt_at: 5 };
  const dead = { ...row, id, status: 'dead' as const, last_error: 'HTTP 503', created_at: 1, finished_at: 9 };
  const sent = { ...dead, id: 'done', status: 'sent' as const, last_error: null };
  await store.db.insertInto('deliveries').values([dead, sent]).execute();
  await store.close();
});

async function deliveries(...args: readonly string[]): Promise<Ran> {
  return await ran('deliveries', ...args, '-c', config);
}

async function rows() {
  const store = await openStore({ kind: 'sqlite', path: join(folder, 'twinwatch.db') });
  const all = await store.db.selectFrom('deliveries').selectAll().execute();
  await store.close();
  return all;
}

it('lists what was given up, with its reason and without the path of a webhook', async () => {
  expect(await deliveries('list', '--dead')).toMatchObject({
    code: 0,
    stdout: `dead      ${id}  webhook hooks.example, 107 attempts\n          HTTP 503`,
  });
  const { stdout } = await deliveries('list', '--json');
  const all = JSON.parse(stdout) as { deliveries: { id: string }[] };
  expect(all.deliveries.map((delivery) => delivery.id).sort()).toEqual(['done', id].sort());
  expect(stdout).not.toContain('secret-path');
});

it('makes it pending again, to its target as the watch file has it now', async () => {
  expect((await deliveries('replay', id)).code).toBe(0);
  const again = (await rows()).find((row) => row.id === id);
  expect(again).toMatchObject({ status: 'pending', attempts: 0, finished_at: null });
  expect(again?.created_at).toBeGreaterThan(1);
  expect(JSON.parse(again?.target ?? '')).toEqual({ ...target, allowPrivateNetworks: true });
  // Not twice, and never what was sent.
  expect((await deliveries('replay', id)).code).toBe(1);
  expect((await deliveries('replay', 'done')).code).toBe(1);
  expect((await rows()).find((row) => row.id === 'done')?.status).toBe('sent');
});

it('makes all pending again with --dead, and asks which where neither is said', async () => {
  expect((await deliveries('replay')).code).toBe(2);
  expect((await deliveries('replay', id, '--dead')).code).toBe(2);
  expect(await deliveries('replay', '--dead')).toMatchObject({
    code: 0,
    stdout: expect.stringContaining('1 delivery is pending again'),
  });
  expect((await rows()).map(({ status }) => status).sort()).toEqual(['pending', 'sent']);
});
