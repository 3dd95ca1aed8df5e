import { afterEach, beforeEach, expect, it } from 'vitest';
import type { AlertContent } from '../../src/alerts/index.js';
import { verifyLog } from '../../src/evidence/index.js';
import { epochAlpha } from '../../src/fingerprint/index.js';
import { publishDue } from '../../src/jobs/incidents/publish.js';
import { issueReplyToken } from '../../src/jobs/incidents/reply.js';
import {
  acknowledge,
  createWatchRounds,
  type IncidentContext,
  type LiveWatch,
  reopen,
  resolve,
  retract,
  submitReply,
  type WatchRounds,
} from '../../src/jobs/index.js';
import { temporaryFolders } from '../_util/folder.js';
import { loadWatch, openWorld, running, speaker, type World, watchConfig } from './_world.js';

const newFolder = temporaryFolders();
const DAY = 86_400_000;
let world: World;

beforeEach(async () => {
  world = await openWorld(newFolder());
});

afterEach(async () => {
  await world.store.close();
});

async function watched(
  more: object,
): Promise<{ live: LiveWatch; rounds: WatchRounds; acts: IncidentContext }> {
  const alerts = [{ kind: 'console' }, { kind: 'webhook', url: 'http://127.0.0.1:9/in', secret_env: 'S' }];
  const config = watchConfig({ alerts, alpha: 0.05, trials_per_round: 40, ...more });
  const live = await loadWatch(world, config, { listed: speaker('tuned'), released: speaker('plain') });
  const { store, clock } = world;
  return {
    live,
    rounds: createWatchRounds(world.context, live, running),
    acts: { store, clock, watches: [config] },
  };
}

async function said(): Promise<string[]> {
  const rows = await world.store.db
    .selectFrom('deliveries')
    .innerJoin('messages', 'messages.id', 'deliveries.message_id')
    .select(['deliveries.target', 'messages.content'])
    .orderBy('messages.created_at')
    .orderBy('deliveries.target')
    .execute();
  return rows.map(({ target, content }) => {
    const { notice } = JSON.parse(content) as AlertContent;
    return `${notice.kind} ${(JSON.parse(target) as { kind: string }).kind}`;
  });
}

it('tells only the console while an embargo holds, and everybody when it ends, once', async () => {
  const { rounds, acts } = await watched({ incidents: { embargo: '3d', min_severity: 'trace' } });
  await rounds.once();
  expect((await said()).every((one) => one.endsWith('console'))).toBe(true);
  expect(await said()).toContain('opened console');
  expect(await publishDue(acts)).toBe(0);
  world.clock.time += 3 * DAY;
  expect(await publishDue(acts)).toBe(1);
  expect(await publishDue(acts)).toBe(0);
  expect((await said()).filter((one) => one.endsWith('webhook'))).toEqual(['opened webhook']);
  await verifyLog(world.store.db);
});

it('never publishes what was retracted before its embargo ended', async () => {
  const { rounds, acts } = await watched({ incidents: { embargo: '3d' } });
  await rounds.once();
  expect(await retract(acts, 'pair-1', 'ann', 'a wrong key')).toMatchObject({ kind: 'done' });
  world.clock.time += 4 * DAY;
  expect(await publishDue(acts)).toBe(0);
  expect((await said()).filter((one) => one.endsWith('webhook'))).toEqual([]);
});

it('begins a new epoch at a smaller level once it is resolved, and finds what is still there again', async () => {
  const { live, rounds, acts } = await watched({});
  await rounds.once();
  expect(live.watch.epoch).toBe(1);
  expect(await acknowledge(acts, 'pair-1', 'ann')).toMatchObject({ kind: 'done' });
  expect(await resolve(acts, 'pair-1', 'ann', 'they said it is mended')).toMatchObject({ kind: 'done' });
  expect(await resolve(acts, 'pair-1', 'ann', 'again')).toEqual({
    kind: 'refused',
    reason: 'it is resolved already',
  });
  await rounds.full(0);
  expect(live.watch).toMatchObject({ epoch: 2, engine: { alpha: epochAlpha(0.05, 2) } });
  const ids = await world.store.db.selectFrom('incidents').select(['id', 'status']).orderBy('id').execute();
  expect(ids).toEqual([
    { id: 'pair-1', status: 'resolved' },
    { id: 'pair-2', status: 'open' },
  ]);
  expect(await reopen(acts, 'pair-1', 'ann', 'it is not')).toMatchObject({ kind: 'done' });
  await rounds.full(1);
  expect(live.watch.epoch).toBe(2);
  expect(await acknowledge(acts, 'nothing', 'ann')).toEqual({ kind: 'unknown' });
  await verifyLog(world.store.db);
});

it('retracts towards every place that was told, whatever the watch file says by then', async () => {
  const { rounds, acts } = await watched({});
  await rounds.once();
  const [config] = acts.watches;
  if (!config) throw new Error('no watch');
  await retract({ ...acts, watches: [{ ...config, alerts: [] }] }, 'pair-1', 'ann', 'a wrong key');
  expect((await said()).filter((one) => one.startsWith('retracted')).sort()).toEqual([
    'retracted console',
    'retracted webhook',
  ]);
});

it("takes a vendor's statement once through a link, unedited, and tells of it", async () => {
  const { rounds, acts } = await watched({});
  await rounds.once();
  const { store, clock } = world;
  const token = await store.transaction((tx) => issueReplyToken(tx, 'pair-1', clock.now()));
  const statement = { from: 'The Vendor', text: 'We <b>changed</b> it.\nOn Monday.' };
  expect(await submitReply(acts, 'x'.repeat(43), statement)).toBe('invalid');
  expect(await submitReply(acts, token ?? '', { ...statement, text: 'x'.repeat(10_001) })).toBe('invalid');
  expect(await submitReply(acts, token ?? '', statement)).toBe('done');
  expect(await submitReply(acts, token ?? '', statement)).toBe('invalid');
  const { state } = await store.db.selectFrom('incidents').select('state').executeTakeFirstOrThrow();
  expect(JSON.parse(state)).toMatchObject({ replies: [{ ...statement, via: 'link' }] });
  expect((await said()).filter((one) => one.startsWith('replied'))).toHaveLength(2);
  const log = await store.db.selectFrom('log').select('payload').execute();
  expect(JSON.stringify(log)).not.toContain('The Vendor');
});
