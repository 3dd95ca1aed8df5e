import { afterEach, beforeEach, expect, it } from 'vitest';
import type { DigestContent } from '../../../src/alerts/index.js';
import { DAY_MS } from '../../../src/core/index.js';
import { noteBounceMessage } from '../../../src/jobs/index.js';
import { sendDigests, startDigests } from '../../../src/jobs/subscriptions/digests.js';
import { newSubscriber } from '../../../src/jobs/subscriptions/request.js';
import { temporaryFolders } from '../../_util/folder.js';
import type { World } from '../_world.js';
import { happens, openIncident, openPeople, subscribed } from './_people.js';

const newFolder = temporaryFolders();
let world: World;

beforeEach(async () => {
  world = await openPeople(newFolder());
});

afterEach(async () => {
  await world.store.close();
});

async function deliveries(subscriber: string) {
  return await world.store.db
    .selectFrom('deliveries')
    .innerJoin('messages', 'messages.id', 'deliveries.message_id')
    .selectAll('deliveries')
    .select('messages.content')
    .where('subscriber_id', '=', subscriber)
    .orderBy('deliveries.created_at')
    .execute();
}

const count = async (subscriber: string): Promise<number> => (await deliveries(subscriber)).length;

it('reaches whoever chose the watch, the kind and the size, and tells the log only how many', async () => {
  const all = await subscribed(world, 'all@example.org');
  const small = await subscribed(world, 'small@example.org', { minSeverity: 'trace', watchIds: ['w'] });
  const other = await subscribed(world, 'other@example.org', { kinds: ['declared-change'] });
  const counts = async () => [await count(all), await count(small), await count(other)];
  const divergence = await openIncident(world, 'divergence', 'trace');
  expect(await counts()).toEqual([0, 1, 0]);
  await happens(world, divergence, { type: 'raised', at: world.clock.now() });
  expect(await counts()).toEqual([1, 2, 0]);
  await openIncident(world, 'declared-change', null);
  expect(await counts()).toEqual([2, 3, 1]);
  const secret = await openIncident(world, 'equivalence', null, world.clock.time + DAY_MS);
  expect(await counts()).toEqual([2, 3, 1]);
  await happens(world, secret, { type: 'published', at: world.clock.now() });
  expect(await counts()).toEqual([3, 4, 1]);
  const log = await world.store.db.selectFrom('log').selectAll().execute();
  expect(JSON.stringify(log)).not.toMatch(/example\.org|-mail-/);
  const told = log.flatMap((row) => /"subscribers":(\d+)/.exec(row.payload)?.[1] ?? []);
  expect(told).toEqual(['1', '2', '3', '2']);
  const [first] = await deliveries(all);
  expect(first).toMatchObject({
    message_id: `${divergence.id}-2`,
    target: JSON.stringify({ id: all, kind: 'subscriber' }),
  });
  expect(first?.id).toMatch(/^w-1-divergence-2-mail-[0-9a-f]{32}$/);
});

it('takes a retraction to everybody who was told, whatever they chose since', async () => {
  const moved = await subscribed(world, 'moved@example.org', { kinds: ['divergence'] });
  const weekly = await subscribed(world, 'weekly@example.org', { frequency: 'weekly' });
  const stranger = await subscribed(world, 'stranger@example.org', { kinds: ['budget'] });
  const incident = await openIncident(world, 'divergence', 'material');
  world.clock.time += 7 * DAY_MS;
  expect(await sendDigests(world.context, [])).toBe(1);
  for (const email of ['moved@example.org', 'weekly@example.org'])
    await subscribed(world, email, { kinds: ['budget'] });
  const corrected = await happens(world, incident, {
    type: 'corrected',
    by: 'x',
    text: 'no',
    at: world.clock.now(),
  });
  const resolved = await happens(world, corrected, {
    type: 'resolved',
    by: 'x',
    reason: '',
    at: world.clock.now(),
  });
  await happens(world, resolved, { type: 'retracted', by: 'x', reason: '', at: world.clock.now() });
  const said = async (id: string) =>
    (await deliveries(id)).map(({ content }) => JSON.parse(content).notice?.kind ?? 'digest');
  expect(await said(moved)).toEqual(['opened', 'corrected', 'retracted']);
  expect(await said(weekly)).toEqual(['digest', 'corrected', 'retracted']);
  expect(await said(stranger)).toEqual([]);
});

it('puts a message to 10,000 subscribers into the outbox, each with an id of its own', async () => {
  const { db } = world.store;
  const choice = { frequency: 'immediate', timezone: 'UTC' } as const;
  const people = Array.from({ length: 10_000 }, (_, i) => {
    const email = `p${i}@example.org`;
    return { ...newSubscriber(`s${i}`, { email, key: email }, choice, 1), status: 'active' as const };
  });
  await world.store.transaction(async (tx) => {
    for (let i = 0; i < people.length; i += 1000) {
      const page = people.slice(i, i + 1000);
      await tx.insertInto('subscribers').values(page).execute();
      const base = { watch_id: null, kinds: '["divergence"]', min_severity: 'material' };
      await tx
        .insertInto('subscriptions')
        .values(page.map(({ id }) => ({ ...base, id, subscriber_id: id })))
        .execute();
    }
  });
  await openIncident(world, 'divergence', 'material');
  const rows = await db.selectFrom('deliveries').select(['id', 'subscriber_id']).execute();
  expect(rows).toHaveLength(10_000);
  expect(new Set(rows.map(({ id }) => id)).size).toBe(10_000);
  expect(new Set(rows.map(({ subscriber_id }) => subscriber_id)).size).toBe(10_000);
});

it('gathers what happened into one mail in the morning, and sends none where nothing did', async () => {
  const berlin = { frequency: 'daily', timezone: 'Europe/Berlin' } as const;
  const one = await subscribed(world, 'one@example.org', berlin);
  const two = await subscribed(world, 'two@example.org', berlin);
  const quiet = await subscribed(world, 'quiet@example.org', { ...berlin, kinds: ['budget'] });
  const incident = await openIncident(world, 'divergence', 'material');
  await happens(world, incident, { type: 'resolved', by: 'x', reason: 'over', at: world.clock.now() });
  expect(await sendDigests(world.context, [])).toBe(0);
  world.clock.time = Date.UTC(2026, 0, 1, 7, 1);
  expect(await sendDigests(world.context, [{ alpha: 0.001 }, { alpha: 0.01 }])).toBe(2);
  expect(await sendDigests(world.context, [])).toBe(0);
  const [mail] = await deliveries(one);
  const digest = JSON.parse(mail?.content ?? '') as DigestContent;
  expect(digest).toMatchObject({
    since: Date.UTC(2025, 11, 31, 7),
    until: Date.UTC(2026, 0, 1, 7),
    items: [{ notice: { kind: 'opened' } }, { notice: { kind: 'resolved' } }],
    omitted: 0,
    watches: { count: 2 },
  });
  expect(digest.watches.falseAlarms).toBeCloseTo(0.011);
  expect((await deliveries(two))[0]?.message_id).toBe(mail?.message_id);
  expect(await count(quiet)).toBe(0);
  // After days without the program there is one mail, not one for each.
  await openIncident(world, 'declared-change', null);
  world.clock.time += 5 * DAY_MS;
  expect(await sendDigests(world.context, [])).toBe(2);
  const next = await world.store.db.selectFrom('subscribers').select('next_digest_at').distinct().execute();
  expect(next).toEqual([{ next_digest_at: Date.UTC(2026, 0, 7, 7) }]);
});

it('wakes the outbox when digests are due, until it is stopped', async () => {
  await subscribed(world, 'one@example.org', { frequency: 'daily' });
  await openIncident(world, 'divergence', 'material');
  world.clock.time += DAY_MS;
  let woken = 0;
  const digests = startDigests(world.context, [], () => {
    woken += 1;
  });
  await digests.stop();
  expect(woken).toBe(1);
});

/** What a mail server sends back, on the mail with this id. */
function returned(id: string, status: string, action = 'failed'): Buffer {
  return Buffer.from(
    [
      'From: MAILER-DAEMON@mx.example',
      'To: alerts@watch.example',
      'Subject: Undelivered Mail Returned to Sender',
      'MIME-Version: 1.0',
      'Content-Type: multipart/report; report-type=delivery-status; boundary="b"',
      '',
      '--b',
      'Content-Type: text/plain',
      '',
      'Your mail could not be delivered.',
      '--b',
      'Content-Type: message/delivery-status',
      '',
      'Reporting-MTA: dns; mx.example',
      '',
      'Final-Recipient: rfc822; gone@example.org',
      `Action: ${action}`,
      `Status: ${status}`,
      '--b',
      'Content-Type: text/rfc822-headers',
      '',
      'Subject: something',
      'Message-ID:',
      ` <${id}@watch.example>`,
      '--b--',
      '',
    ].join('\r\n'),
  );
}

function complaint(id: string, type: string): Buffer {
  return Buffer.from(
    [
      'From: <feedback@mailbox.example>',
      'MIME-Version: 1.0',
      'Content-Type: multipart/report; report-type=feedback-report; boundary="b"',
      '',
      '--b',
      'Content-Type: text/plain',
      '',
      'This is an abuse report.',
      '--b',
      'Content-Type: message/feedback-report',
      '',
      `Feedback-Type: ${type}`,
      'User-Agent: Mailbox/1.0',
      'Version: 1',
      '--b',
      'Content-Type: message/rfc822',
      '',
      'From: alerts@watch.example',
      `Message-ID: <${id}@watch.example>`,
      'Subject: something',
      '',
      'Text',
      '--b--',
      '',
    ].join('\r\n'),
  );
}

async function statusOf(id: string) {
  const { db } = world.store;
  return await db
    .selectFrom('subscribers')
    .select(['status', 'bounces'])
    .where('id', '=', id)
    .executeTakeFirst();
}

it('pauses an address after three mails that came back, and at once after a complaint', async () => {
  const id = await subscribed(world, 'gone@example.org');
  const angry = await subscribed(world, 'angry@example.org');
  for (const kind of ['divergence', 'declared-change', 'unreadable'] as const)
    await openIncident(world, kind, null);
  await world.store.db.updateTable('deliveries').set({ status: 'sent' }).execute();
  const [first = '', second = '', third = ''] = (await deliveries(id)).map((row) => row.id);
  const note = (raw: Buffer) => noteBounceMessage(world.context, raw);
  expect(await note(returned('w-1-divergence-1-mail-guessed', '5.1.1'))).toBe('none');
  expect(await note(returned(first, '4.2.2', 'delayed'))).toBe('none');
  expect(await note(Buffer.from('Subject: Hello\r\n\r\nI am on holiday.'))).toBe('none');
  expect(await statusOf(id)).toEqual({ status: 'active', bounces: 0 });
  for (let twice = 0; twice < 2; twice += 1) expect(await note(returned(first, '5.1.1'))).toBe('bounce');
  expect(await note(returned(second, '5.7.1'))).toBe('bounce');
  expect(await statusOf(id)).toEqual({ status: 'active', bounces: 2 });
  expect(await note(returned(third, '5.1.1'))).toBe('bounce');
  expect(await statusOf(id)).toEqual({ status: 'paused', bounces: 3 });

  const [mail] = await deliveries(angry);
  expect(await note(complaint(mail?.id ?? '', 'not-spam'))).toBe('none');
  expect(await statusOf(angry)).toMatchObject({ status: 'active' });
  expect(await note(complaint(mail?.id ?? '', 'abuse'))).toBe('complaint');
  expect(await statusOf(angry)).toMatchObject({ status: 'paused' });
});
