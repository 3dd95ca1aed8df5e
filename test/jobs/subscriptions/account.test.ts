import { afterEach, beforeEach, expect, it } from 'vitest';
import type { AccountContent, SendResult } from '../../../src/alerts/index.js';
import { DAY_MS } from '../../../src/core/index.js';
import {
  changeSubscription,
  confirmSubscription,
  forgetSubscriber,
  mailFor,
  noteMailResult,
  openSubscription,
  requestSubscription,
  unsubscribe,
} from '../../../src/jobs/index.js';
import { tidySubscribers } from '../../../src/jobs/subscriptions/digests.js';
import { parseEmail } from '../../../src/jobs/subscriptions/email-address.js';
import { temporaryFolders } from '../../_util/folder.js';
import type { World } from '../_world.js';
import { openIncident, openPeople, request, subscribed, tokenOf } from './_people.js';

const newFolder = temporaryFolders();
const ann = 'Ann@Example.org';
const confirmation: AccountContent = { type: 'account', purpose: 'confirm', watches: [] };
const management: AccountContent = { type: 'account', purpose: 'manage', watches: [] };
let world: World;

beforeEach(async () => {
  world = await openPeople(newFolder());
});

afterEach(async () => {
  await world.store.close();
});

async function person() {
  return await world.store.db.selectFrom('subscribers').selectAll().executeTakeFirstOrThrow();
}

/** The purposes of the mails in the outbox, the oldest first. */
async function mails(): Promise<string[]> {
  const rows = await world.store.db
    .selectFrom('deliveries')
    .innerJoin('messages', 'messages.id', 'deliveries.message_id')
    .select('messages.content')
    .orderBy('deliveries.created_at')
    .execute();
  return rows.map(({ content }) => (JSON.parse(content) as AccountContent).purpose);
}

async function linksOf(content: AccountContent) {
  const mail = await mailFor(world.context, (await person()).id, content);
  if (mail === null) throw new Error('no mail');
  return mail;
}

it('lets an address in only after it has confirmed, and what it chose only then', async () => {
  await requestSubscription(world.context, request(ann, { watchIds: ['w'], frequency: 'weekly' }));
  expect(await person()).toMatchObject({
    email: 'Ann@example.org',
    email_key: 'ann@example.org',
    status: 'pending',
  });
  expect(await mails()).toEqual(['confirm']);
  const incident = await openIncident(world, 'divergence', 'material');
  expect(await world.store.db.selectFrom('digest_items').selectAll().execute()).toEqual([]);
  expect(incident.publishedAt).not.toBeNull();

  const { to, links } = await linksOf(confirmation);
  expect(to).toBe('Ann@example.org');
  expect(links.confirm).toMatch(/^https:\/\/watch\.example\/confirm\/[A-Za-z0-9_-]{43}$/);
  expect(links.manage).toBeNull();
  // A mail about an incident would not go to it, nor a link to manage what is not confirmed.
  expect(await mailFor(world.context, (await person()).id, management)).toBeNull();
  expect(await confirmSubscription(world.context, tokenOf(links.confirm))).toBe('confirmed');
  expect(await person()).toMatchObject({ status: 'active', next_digest_at: Date.UTC(2026, 0, 5, 8) });
  expect(await mailFor(world.context, (await person()).id, confirmation)).toBeNull();
});

it('opens nothing with a token that is unknown, expired, for something else, or of somebody who left', async () => {
  await requestSubscription(world.context, request(ann));
  const first = (await linksOf(confirmation)).links;
  const change = request(ann, { frequency: 'daily' });
  for (const token of ['', 'x', 'A'.repeat(43), `${tokenOf(first.confirm)}A`, tokenOf(first.unsubscribe)]) {
    expect(await confirmSubscription(world.context, token)).toBe('invalid');
    expect(await openSubscription(world.context, token)).toBeNull();
    expect(await changeSubscription(world.context, token, change)).toBe('invalid');
  }
  expect(await unsubscribe(world.context, tokenOf(first.confirm))).toBe('invalid');
  const stored = JSON.stringify(await world.store.db.selectFrom('tokens').selectAll().execute());
  expect(stored).not.toContain(tokenOf(first.confirm));

  world.clock.time += 2 * DAY_MS;
  expect(await confirmSubscription(world.context, tokenOf(first.confirm))).toBe('invalid');
  const second = (await linksOf(confirmation)).links;
  expect(await confirmSubscription(world.context, tokenOf(second.confirm))).toBe('confirmed');
  const { links } = await linksOf(management);
  expect(await openSubscription(world.context, tokenOf(links.manage))).toMatchObject({
    email: 'Ann@example.org',
    subscriptions: [{ watchId: null, minSeverity: 'material' }],
  });
  world.clock.time += 7 * DAY_MS;
  expect(await openSubscription(world.context, tokenOf(links.manage))).toBeNull();
  expect(await unsubscribe(world.context, tokenOf(links.unsubscribe))).toBe('done');
  // A used link to confirm brings nobody back.
  expect(await confirmSubscription(world.context, tokenOf(second.confirm))).toBe('invalid');
});

it('forgets whoever leaves, also while a mail waits, and says so again to the same link', async () => {
  const id = await subscribed(world, 'ann@example.org');
  const { links } = await linksOf(management);
  await openIncident(world, 'divergence', 'material');
  expect(await unsubscribe(world.context, tokenOf(links.unsubscribe))).toBe('done');
  expect(await unsubscribe(world.context, tokenOf(links.unsubscribe))).toBe('done');
  expect(await openSubscription(world.context, tokenOf(links.manage))).toBeNull();
  expect(await mailFor(world.context, id, management)).toBeNull();
  for (const table of ['subscribers', 'subscriptions'] as const)
    expect(await world.store.db.selectFrom(table).selectAll().execute()).toEqual([]);
  // Who subscribes anew is not thrown out by the old link.
  await subscribed(world, 'ann@example.org');
  expect(await unsubscribe(world.context, tokenOf(links.unsubscribe))).toBe('done');
  expect(await person()).toMatchObject({ status: 'active' });
});

it('answers the same whoever is subscribed, writes three mails a day at most, and none to a paused address', async () => {
  const id = await subscribed(world, 'ann@example.org', { watchIds: ['w'] });
  for (let i = 0; i < 10; i += 1)
    expect(await requestSubscription(world.context, request(ann, { frequency: 'daily' }))).toBeUndefined();
  expect(await mails()).toEqual(['manage', 'manage', 'manage']);
  expect(await requestSubscription(world.context, request('new@example.org'))).toBeUndefined();
  // A request alone changes nothing of what somebody chose.
  expect(await person()).toMatchObject({ id, frequency: 'immediate' });
  world.clock.time += DAY_MS;
  await requestSubscription(world.context, request(ann));
  expect(await mails()).toEqual(['manage', 'manage', 'manage', 'confirm', 'manage']);

  const refused: SendResult = { kind: 'rejected', reason: '550 no such user' };
  const results: SendResult[] = [refused, refused, { kind: 'sent', detail: '' }, refused, refused];
  for (const result of results) await noteMailResult(world.context, id, result);
  expect(await person()).toMatchObject({ status: 'active', bounces: 2 });
  await noteMailResult(world.context, id, refused);
  expect(await person()).toMatchObject({ status: 'paused' });
  world.clock.time += DAY_MS;
  expect(await requestSubscription(world.context, request(ann))).toBeUndefined();
  expect(await mails()).toHaveLength(5);
  expect(await mailFor(world.context, id, management)).toBeNull();
});

it('takes changes from the owner, and nothing that there is not', async () => {
  await subscribed(world, 'ann@example.org');
  const token = tokenOf((await linksOf(management)).links.manage);
  const change = request(ann, {
    watchIds: ['w', 'w'],
    kinds: ['budget'],
    frequency: 'daily',
    timezone: 'Asia/Tokyo',
  });
  expect(await changeSubscription(world.context, token, change)).toBe('done');
  expect(await openSubscription(world.context, token)).toMatchObject({
    frequency: 'daily',
    subscriptions: [{ watchId: 'w', kinds: ['budget'] }],
  });
  // 08:00 in Tokyo, on the day after.
  expect(await person()).toMatchObject({ next_digest_at: Date.UTC(2026, 0, 1, 23) });
  const wrong = [{ watchIds: ['none'] }, { kinds: [] }, { timezone: 'Mars/Olympus' }, { timezone: '+02:00' }];
  for (const more of wrong)
    await expect(changeSubscription(world.context, token, { ...change, ...more })).rejects.toThrow();
  expect(await forgetSubscriber(world.context, 'ANN@example.org')).toBe(true);
  expect(await forgetSubscriber(world.context, 'ANN@example.org')).toBe(false);
});

it('forgets addresses that were not confirmed within a week, and expired links', async () => {
  await requestSubscription(world.context, request(ann));
  await linksOf(confirmation);
  world.clock.time += 6 * DAY_MS;
  await tidySubscribers(world.context);
  expect(await person()).toMatchObject({ status: 'pending' });
  const left = await world.store.db.selectFrom('tokens').select('purpose').execute();
  expect(left).toEqual([{ purpose: 'unsubscribe' }]);
  world.clock.time += DAY_MS + 10;
  await tidySubscribers(world.context);
  expect(await world.store.db.selectFrom('subscribers').selectAll().execute()).toEqual([]);
});

it('reads one plain address, and shows look-alikes in ASCII', () => {
  expect(parseEmail(' Jo.Doe+x@Bücher.Example ')).toEqual({
    email: 'Jo.Doe+x@xn--bcher-kva.example',
    key: 'jo.doe+x@xn--bcher-kva.example',
  });
  expect(parseEmail('a@раypal.com').email).toMatch(/^a@xn--/);
  const wrong = [
    '',
    'a',
    '@b.org',
    'a@b',
    'a@b.org,c@d.org',
    'a@b.org\r\nBcc: c@d.org',
    'A <a@b.org>',
    '"a b"@b.org',
    'a@[127.0.0.1]',
    'a@127.1',
    'a@0x7f.1',
    'a@b.org.',
    'a@b%2eorg',
    'a..b@c.org',
    'ä@b.org',
    `${'a'.repeat(65)}@b.org`,
    `a@${'b.'.repeat(130)}org`,
    'a@-b.org',
  ];
  for (const text of wrong) expect(() => parseEmail(text), text).toThrow('not one plain e-mail address');
});
