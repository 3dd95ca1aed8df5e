import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { systemClock } from '../../src/core/index.js';
import type { JobContext } from '../../src/jobs/index.js';
import { issueTokens } from '../../src/jobs/subscriptions/tokens.js';
import { openStore, type Store } from '../../src/store/index.js';
import { temporaryFolders } from '../_util/folder.js';
import { jobsOf } from './_jobs.js';
import { serve } from './_serve.js';

const newFolder = temporaryFolders();
let store: Store;
let jobs: JobContext;

beforeEach(async () => {
  store = await openStore({ kind: 'sqlite', path: join(newFolder(), 'web.db') });
  const row = { epoch: 1, created_at: 1, schedule: null, next_due_at: null, canary_due_at: null };
  await store.db
    .insertInto('watches')
    .values({ id: 'one', title: '<b>One</b>', claim: 'None.', ...row })
    .execute();
  jobs = jobsOf(store);
  return () => store.close();
});

const choice = {
  kind: 'divergence',
  min_severity: 'material',
  frequency: 'daily',
  timezone: 'Europe/Berlin',
};

async function post(url: string, fields: Record<string, string>): Promise<{ status: number; text: string }> {
  const response = await fetch(url, {
    method: 'POST',
    body: new URLSearchParams(fields),
    redirect: 'manual',
  });
  return { status: response.status, text: await response.text() };
}

/** Subscribes an address and gives the links that its mails would hold. */
async function subscribed(
  address: string,
  watch = 'one',
): Promise<Record<'confirm' | 'manage' | 'unsubscribe', string>> {
  await post(`${address}/subscribe`, { email: 'a@example.org', watch, ...choice });
  const { id } = await store.db.selectFrom('subscribers').select('id').executeTakeFirstOrThrow();
  const purposes = ['confirm', 'manage', 'unsubscribe'] as const;
  const tokens = await issueTokens(store.db, id, purposes, systemClock.now());
  const link = (purpose: (typeof purposes)[number]): string => `${address}/${purpose}/${tokens.get(purpose)}`;
  return { confirm: link('confirm'), manage: link('manage'), unsubscribe: link('unsubscribe') };
}

async function status(): Promise<string | undefined> {
  return (await store.db.selectFrom('subscribers').select('status').executeTakeFirst())?.status;
}

describe('subscribing', () => {
  it('takes a button after the link, can be changed, and ends with one click of a mail program', async () => {
    const address = await serve({ store, jobs });
    const form = await (await fetch(`${address}/subscribe`)).text();
    expect(form).toContain('&lt;b&gt;One&lt;/b&gt;');
    expect(form).toContain('<option value="material" selected>');
    expect(form).toContain('<option value="UTC" selected>');
    const links = await subscribed(address);
    const opened = await fetch(links.confirm);
    expect([opened.status, await status()]).toEqual([200, 'pending']);
    for (const [name, value] of [
      ['referrer-policy', 'no-referrer'],
      ['x-robots-tag', 'noindex'],
      ['cache-control', 'no-store'],
      ['set-cookie', null],
    ] as const)
      expect(opened.headers.get(name)).toBe(value);
    expect((await post(links.confirm, {})).status).toBe(200);
    expect(await status()).toBe('active');

    const managed = await (await fetch(links.manage)).text();
    expect(managed).toContain('value="one" checked');
    expect(managed).toContain('<option value="Europe/Berlin" selected>');
    expect((await post(links.manage, { ...choice, frequency: 'weekly' })).status).toBe(200);
    expect(await (await fetch(links.manage)).text()).toContain('<option value="weekly" selected>');
    expect((await post(links.manage, { ...choice, timezone: 'Moon/Base' })).status).toBe(422);

    await (await fetch(links.unsubscribe)).text();
    expect(await status()).toBe('active');
    const body = new FormData();
    body.set('List-Unsubscribe', 'One-Click');
    const left = await fetch(links.unsubscribe, { method: 'POST', body, redirect: 'manual' });
    expect([left.status, left.headers.get('set-cookie'), await status()]).toEqual([200, null, undefined]);
    // A mail program may ask twice.
    expect((await post(links.unsubscribe, { 'List-Unsubscribe': 'One-Click' })).status).toBe(200);
  });

  it('reads the same whoever is subscribed already', async () => {
    const address = await serve({ store, jobs });
    const asked = (email: string): Promise<object> => post(`${address}/subscribe`, { email, ...choice });
    const links = await subscribed(address);
    const pending = await asked('a@example.org');
    await post(links.confirm, {});
    const active = await asked('A@example.org');
    expect(active).toEqual(await asked('new@example.org'));
    expect(active).toEqual(pending);
  });

  it('keeps what was chosen, also in a store of more watches than a form shows', async () => {
    const row = { epoch: 1, created_at: 1, schedule: null, next_due_at: null, canary_due_at: null };
    const many = Array.from({ length: 250 }, (_, i) => `many-${String(i).padStart(3, '0')}`);
    for (const id of many)
      await store.db
        .insertInto('watches')
        .values({ id, title: id, claim: 'None.', ...row })
        .execute();
    const last = many.at(-1) ?? '';
    const address = await serve({ store, jobs });
    expect(await (await fetch(`${address}/subscribe`)).text()).not.toContain(`value="${last}"`);
    const { confirm, manage } = await subscribed(address, last);
    await post(confirm, {});
    expect(await (await fetch(manage)).text()).toContain(`value="${last}" checked`);
  });

  it('is not offered where no mail can be sent', async () => {
    for (const isReadOnly of [true, false]) {
      const address = await serve({ store, isReadOnly, jobs: null });
      expect(await (await fetch(`${address}/subscribe`)).text()).toContain('No mail is sent from here.');
      expect((await post(`${address}/subscribe`, { email: 'a@example.org', ...choice })).status).toBe(405);
      expect((await fetch(`${address}/confirm/${'a'.repeat(43)}`)).status).toBe(404);
    }
  });
});

describe('abuse', () => {
  it('forms that are no choice are refused, and so is what would split a header', async () => {
    const address = await serve({ store, jobs });
    for (const wrong of [
      { email: 'a@example.org\r\nBcc: b@example.org' },
      { email: 'a@example.org, b@example.org' },
      { email: '' },
      { kind: '__proto__' },
      { min_severity: 'huge' },
      { timezone: '../../etc/passwd' },
      { watch: "one'--" },
    ]) {
      const { status: answered, text } = await post(`${address}/subscribe`, {
        email: 'a@example.org',
        ...choice,
        ...wrong,
      });
      expect([wrong, answered]).toEqual([wrong, 422]);
      expect(text).not.toContain('etc/passwd');
    }
    expect(await status()).toBeUndefined();
  });

  it('an address that subscribes others again and again is stopped, whomever it names', async () => {
    const address = await serve({ store, jobs });
    const seen: number[] = [];
    for (let i = 0; i < 12; i++)
      seen.push((await post(`${address}/subscribe`, { email: `a${i}@example.org`, ...choice })).status);
    expect(seen).toEqual([...Array<number>(10).fill(200), 429, 429]);
  });

  it('all wrong links lead to the same nowhere: guessed, of another purpose, or malformed', async () => {
    const address = await serve({ store, jobs });
    const { confirm, manage } = await subscribed(address);
    const [, other = ''] = /\/manage\/(.+)$/.exec(manage) ?? [];
    const tokens = ['A'.repeat(43), other, 'x', '%00', `${'A'.repeat(43)}'`];
    const answers = new Set<string>();
    for (const token of tokens)
      for (const purpose of ['confirm', 'unsubscribe']) {
        const { status: answered, text } = await post(`${address}/${purpose}/${token}`, {});
        answers.add(`${answered} ${text}`);
      }
    answers.add(`404 ${await (await fetch(`${address}/manage/${'A'.repeat(43)}`)).text()}`);
    expect(answers.size).toBe(1);
    expect([...answers][0]).toMatch(/^404 /);
    expect((await post(confirm, {})).status).toBe(200);
  });
});
