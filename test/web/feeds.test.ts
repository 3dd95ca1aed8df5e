import { parseAtomFeed, parseJsonFeed, parseRssFeed } from 'feedsmith';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { incidentEvents, messagesOf } from '../../src/store/index.js';
import { temporaryFolders } from '../_util/folder.js';
import { happen } from './_incident.js';
import { serve } from './_serve.js';
import { HOSTILE, type Watched, watchedStore } from './_watched.js';

const newFolder = temporaryFolders();
const ORIGIN = 'https://watch.example.org';
const AT = Date.UTC(2030, 0, 1);
let watched: Watched;

beforeAll(async () => {
  watched = await watchedStore(newFolder());
  const reply = {
    type: 'replied',
    from: 'Acme ]]> & co',
    text: `Ours. ]]> ${HOSTILE}`,
    via: 'link',
  } as const;
  await happen(watched.store, 'tuned-1', { ...reply, at: AT });
  const messages = await messagesOf(watched.store.db, 'tuned-1');
  told = messages.map(({ seq }) => `${ORIGIN}/incidents/tuned-1#${seq}`).reverse();
  expect(told.length).toBeGreaterThan(1);
}, 60_000);

afterAll(() => watched?.close());

async function serveWatched(): Promise<string> {
  const { store, file } = watched;
  return await serve({
    store,
    watches: file.watches,
    config: { publicUrl: ORIGIN, operator: 'Example & co' },
  });
}

async function textOf(url: string): Promise<string> {
  const response = await fetch(url);
  expect(response.status).toBe(200);
  return await response.text();
}

const uri = z.url({ protocol: /^https?$/ });
const instant = z.iso.datetime();

// What RFC 4287 demands of a feed and of an entry; what RSS 2.0 and JSON Feed 1.1 do.
const text = z.object({ value: z.string().min(1) });
const markup = text.extend({ type: z.literal('html') });
const atom = z.object({
  id: uri,
  title: text,
  updated: instant,
  authors: z.array(z.object({ name: z.string().min(1) })).min(1),
  links: z.array(z.object({ href: uri, rel: z.string().optional() })),
  entries: z
    .array(
      z.object({
        id: uri,
        title: markup,
        updated: instant,
        content: markup,
        links: z.array(z.object({ href: uri })).min(1),
      }),
    )
    .default([]),
});
const rss = z.object({
  title: z.string().min(1),
  link: uri,
  description: z.string().min(1),
  items: z
    .array(
      z.object({
        title: z.string().min(1),
        link: uri,
        description: z.string().min(1),
        pubDate: z.string().refine((text) => !Number.isNaN(Date.parse(text))),
        guid: z.object({ value: uri, isPermaLink: z.literal(false) }),
      }),
    )
    .default([]),
});
const jsonFeed = z.object({
  version: z.literal('https://jsonfeed.org/version/1.1'),
  title: z.string().min(1),
  home_page_url: uri,
  feed_url: uri,
  authors: z.array(z.object({ name: z.string() })),
  items: z.array(
    z.object({
      id: uri,
      url: uri,
      title: z.string().min(1),
      content_html: z.string().min(1),
      date_published: instant,
    }),
  ),
});

/** Of what was said so far, the newest first: the rounds may also have raised the incident. */
let told: string[];

/** Ids of the entries as an independent parser reads them, after a check of all that the format demands. */
async function idsOf(address: string): Promise<Record<'atom' | 'rss' | 'json', string[]>> {
  const { entries } = atom.parse(parseAtomFeed(await textOf(`${address}.atom`)));
  const channel = rss.parse(parseRssFeed(await textOf(`${address}.rss`)));
  const json = await textOf(`${address}.json`);
  const { items } = jsonFeed.parse(JSON.parse(json));
  const ids = items.map(({ id }) => id);
  expect((parseJsonFeed(json).items ?? []).map(({ id }) => id)).toEqual(ids);
  return { atom: entries.map(({ id }) => id), rss: channel.items.map(({ guid }) => guid.value), json: ids };
}

describe('a feed', () => {
  it('has all that its format demands, and ids that a restart leaves alone', async () => {
    const all = { atom: told, rss: told, json: told };
    for (let start = 0; start < 2; start++) {
      const address = await serveWatched();
      expect(await idsOf(`${address}/feed`)).toEqual(all);
      expect(await idsOf(`${address}/watches/tuned/feed`)).toEqual(all);
      expect(await idsOf(`${address}/watches/same/feed`)).toEqual({ atom: [], rss: [], json: [] });
    }
  });

  it('says whose it is, where it stands and where the page is, and the page names it', async () => {
    const address = await serveWatched();
    const feed = atom.parse(parseAtomFeed(await textOf(`${address}/watches/tuned/feed.atom`)));
    expect(feed.links).toContainEqual(
      expect.objectContaining({ rel: 'self', href: `${ORIGIN}/watches/tuned/feed.atom` }),
    );
    expect(feed.authors[0]?.name).toBe('Example & co');
    expect([feed.updated, feed.entries[0]?.updated]).toEqual(Array(2).fill(new Date(AT).toISOString()));
    const page = await textOf(`${address}/watches/tuned`);
    for (const [format, type] of [
      ['atom', 'atom+xml'],
      ['rss', 'rss+xml'],
      ['json', 'feed+json'],
    ]) {
      const response = await fetch(`${address}/feed.${format}`);
      expect(response.headers.get('content-type')).toBe(`application/${type}; charset=utf-8`);
      expect(page).toMatch(
        new RegExp(`type="application/${type?.replace('+', '\\+')}"[^>]+href="/watches/tuned/feed`),
      );
    }
    for (const path of ['/watches/nothing/feed.atom', '/watches/..%2f/feed.rss', '/feed.exe'])
      expect((await fetch(address + path)).status).toBe(404);
  });

  it('is fetched again only when something was said', async () => {
    const address = await serveWatched();
    for (const path of ['/watches/tuned/feed.atom', '/feed.rss', '/feed.json']) {
      const { headers } = await fetch(address + path);
      const [tag, time] = [headers.get('etag') ?? '', headers.get('last-modified') ?? ''];
      const asked = async (known: Record<string, string>): Promise<number> =>
        (await fetch(address + path, { headers: known })).status;
      expect(await asked({ 'if-none-match': tag })).toBe(304);
      expect(await asked({ 'if-modified-since': time })).toBe(304);
      expect(await asked({ 'if-modified-since': new Date(Date.parse(time) - 1000).toUTCString() })).toBe(200);
      expect(await asked({ 'if-none-match': '"other"', 'if-modified-since': time })).toBe(200);
      expect(await asked({ 'if-modified-since': 'nonsense' })).toBe(200);
      expect(Date.parse(time)).toBe(AT);
    }
  });

  it('carries no word of others as markup', async () => {
    const address = await serveWatched();
    const [newest] = jsonFeed.parse(JSON.parse(await textOf(`${address}/feed.json`))).items;
    const [entry] = atom.parse(parseAtomFeed(await textOf(`${address}/feed.atom`))).entries;
    const channel = parseRssFeed(await textOf(`${address}/feed.rss`));
    for (const content of [
      newest?.content_html,
      entry?.content.value,
      String(channel.items?.[0]?.description),
    ]) {
      expect(content).not.toMatch(/<(script|img|svg|style|base)|<a href="javascript/);
      expect(content).not.toMatch(/\u202e/);
    }
    expect(newest?.content_html).toContain('Ours. ]]&gt; &lt;script&gt;');
  });
});

it('the feed of all watches has confirmed ones only, and the end of what was in it', async () => {
  const { store } = watched;
  const address = await serveWatched();
  const summaries = store.db.updateTable('watch_summaries').where('watch_id', '=', 'tuned');
  const before = await store.db
    .selectFrom('watch_summaries')
    .select(['log10_e', 'verdict'])
    .where('watch_id', '=', 'tuned')
    .executeTakeFirstOrThrow();
  const ids = async (from: string): Promise<string[]> =>
    jsonFeed.parse(JSON.parse(await textOf(`${from}.json`))).items.map(({ id }) => id);
  expect(await ids(`${address}/feed`)).toEqual(told);
  await summaries.set({ log10_e: 0.5 }).execute();
  const unconfirmed = await serveWatched();
  expect(await ids(`${unconfirmed}/feed`)).toEqual([]);
  expect(await ids(`${unconfirmed}/watches/tuned/feed`)).toEqual(told);
  const { length: seq } = await incidentEvents(store.db, 'tuned-1');
  await happen(store, 'tuned-1', { type: 'retracted', by: 'op', reason: 'A wrong key.', at: AT + 1 });
  const retracted = await serveWatched();
  expect(await ids(`${retracted}/feed`)).toEqual([`${ORIGIN}/incidents/tuned-1#${seq + 1}`, ...told]);
  await summaries.set(before).execute();
});
