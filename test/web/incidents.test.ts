import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { controls } from '../_util/controls.js';
import { temporaryFolders } from '../_util/folder.js';
import { happen, setEmbargo } from './_incident.js';
import { serve } from './_serve.js';
import { HOSTILE, type Watched, watchedStore } from './_watched.js';

const newFolder = temporaryFolders();
const AT = Date.UTC(2030, 0, 1);
let watched: Watched;

beforeAll(async () => {
  watched = await watchedStore(newFolder());
}, 60_000);

afterAll(() => watched?.close());

async function serveWatched(): Promise<string> {
  const { store, file } = watched;
  return await serve({ store, watches: file.watches, config: { publicUrl: 'https://watch.example.org' } });
}

async function textOf(url: string): Promise<string> {
  const response = await fetch(url);
  expect(response.status).toBe(200);
  return await response.text();
}

describe('an incident', () => {
  it('under embargo is as unknown as one that never was, in every form', async () => {
    await setEmbargo(watched.store, 'tuned-1', AT);
    const address = await serveWatched();
    const answers = async (id: string): Promise<unknown[]> => {
      const seen: unknown[] = [];
      for (const path of [`/incidents/${id}`, `/incidents/${id}.json`, `/incidents/${id}.md`, `/i/${id}`]) {
        const response = await fetch(address + path, { redirect: 'manual' });
        seen.push([response.status, await response.text()]);
      }
      return seen;
    };
    expect(await answers('tuned-1')).toEqual(await answers('other-1'));
    for (const path of ['/incidents', '/incidents?watch=tuned', '/watches/tuned/feed.json', '/feed.atom'])
      expect(await textOf(address + path)).not.toContain('tuned-1');
    await setEmbargo(watched.store, 'tuned-1', null);
  });

  it('has what was claimed, seen and meant, how sure it is and how to check it, in three forms', async () => {
    const address = await serveWatched();
    const page = await textOf(`${address}/incidents/tuned-1`);
    for (const words of [
      'Claim under test',
      'The listed model is the released one.',
      'What was seen',
      'How sure this is',
      'at most 1 in ',
      'What it does not mean',
      'What happened',
      'twinwatch evidence export tuned-1 -o tuned-1.tar.gz',
      'None has been given so far.',
      'https://watch.example.org/incidents/tuned-1',
    ])
      expect(page).toContain(words);
    expect(page).toMatch(/--trust &#39;[^&]+\+[0-9a-f]{8}\+/);
    const twin = JSON.parse(await textOf(`${address}/incidents/tuned-1.json`)) as Record<string, unknown>;
    expect(twin).toMatchObject({
      id: 'tuned-1',
      status: 'open',
      replies: [],
      timeline: expect.arrayContaining([expect.objectContaining({ type: 'opened' })]),
    });
    const markdown = await textOf(`${address}/incidents/tuned-1.md`);
    expect(markdown).toContain('## How sure this is');
    expect(markdown).toContain('`twinwatch evidence export tuned-1 -o tuned-1.tar.gz`');
    const short = await fetch(`${address}/i/tuned-1`, { redirect: 'manual' });
    expect([short.status, short.headers.get('location')]).toEqual([301, '/incidents/tuned-1']);
    expect(await textOf(`${address}/incidents?watch=tuned`)).toContain('href="/incidents/tuned-1"');
    expect(await textOf(`${address}/incidents?watch=same`)).toContain('There are none.');
  });

  it('shows replies unedited and inert, corrections and a retraction, and keeps notes to itself', async () => {
    const { store } = watched;
    const reply = `We changed nothing.\n\nSecond paragraph. ${HOSTILE}`;
    await happen(store, 'tuned-1', { type: 'noted', by: 'op', text: 'private note', at: AT });
    await happen(store, 'tuned-1', { type: 'acknowledged', by: 'secret person', at: AT });
    await happen(store, 'tuned-1', {
      type: 'replied',
      from: `Acme ${HOSTILE}`,
      text: reply,
      via: 'link',
      at: AT + 1,
    });
    await happen(store, 'tuned-1', {
      type: 'corrected',
      by: 'op',
      text: `It was 31 trials. ${HOSTILE}`,
      at: AT + 2,
    });
    await happen(store, 'tuned-1', {
      type: 'retracted',
      by: 'op',
      reason: 'The wrong key was used.',
      at: AT + 3,
    });
    const address = await serveWatched();
    const page = await textOf(`${address}/incidents/tuned-1`);
    expect(page).toMatch(/<h1[^>]*>Retracted: /);
    expect(page.indexOf('The wrong key was used.')).toBeLessThan(page.indexOf('Claim under test'));
    expect(page).toContain('We changed nothing.\n\nSecond paragraph. &lt;script&gt;');
    expect(page).toContain('These are their words, not ours');
    expect(page).toContain('It was 31 trials.');
    const markdown = await textOf(`${address}/incidents/tuned-1.md`);
    const twin = await textOf(`${address}/incidents/tuned-1.json`);
    for (const text of [page, markdown, twin]) {
      expect(text).not.toMatch(/private note|secret person/);
    }
    for (const text of [page, markdown]) expect(text.replaceAll('\t', '')).not.toMatch(controls);
    expect(page).not.toMatch(/<script|<img|<svg onload|javascript:pwned=1"|<base/);
    expect(markdown.replaceAll(/```text\n[\s\S]*?\n```/g, '')).not.toMatch(/(^|[^\\])<(script|img|svg|a )/);
    const { timeline } = JSON.parse(twin) as { timeline: { type: string }[] };
    // Whether a difference is large by then, chance decides.
    expect(timeline.map(({ type }) => type).filter((type) => type !== 'raised')).toEqual([
      'opened',
      'replied',
      'corrected',
      'retracted',
    ]);
  });

  it('fifty stand on a page, and each once over all of them', async () => {
    const { store } = watched;
    const row = await store.db
      .selectFrom('incidents')
      .selectAll()
      .where('id', '=', 'tuned-1')
      .executeTakeFirstOrThrow();
    const message = await store.db.selectFrom('messages').selectAll().limit(1).executeTakeFirstOrThrow();
    for (let i = 0; i < 60; i++) {
      const id = `many-${i}`;
      const state = JSON.stringify({ ...JSON.parse(row.state), id });
      // Several of the same moment: the id has to tell them apart.
      const moved = { ...row, id, state, watch_id: 'many', opened_at: AT + Math.floor(i / 7) };
      await store.db.insertInto('incidents').values(moved).execute();
      await store.db
        .insertInto('messages')
        .values({ ...message, id, incident_id: id })
        .execute();
    }
    const address = await serveWatched();
    const seen: string[] = [];
    let path: string | undefined = '/incidents?watch=many';
    const sizes: number[] = [];
    while (path !== undefined) {
      const page = await textOf(address + path.replaceAll('&amp;', '&'));
      const ids = Array.from(
        page.matchAll(/<li><p dir="auto"><a href="\/incidents\/(many-\d+)"/g),
        ([, id = '']) => id,
      );
      sizes.push(ids.length);
      seen.push(...ids);
      path = /<a href="(\/incidents\?[^"]*after=[^"]+)"/.exec(page)?.[1];
    }
    expect(sizes).toEqual([50, 10]);
    expect(new Set(seen).size).toBe(60);
    expect(seen[0]).toBe('many-59');
    for (const after of ['x', '1.', '-1.a', "1.'--", '%00', '9'.repeat(40)])
      expect((await fetch(`${address}/incidents?after=${after}`)).status).toBe(200);
    await store.db.deleteFrom('messages').where('incident_id', 'like', 'many-%').execute();
    await store.db.deleteFrom('incidents').where('watch_id', '=', 'many').execute();
  });

  it('that does not exist is no page, whatever its name is made of', async () => {
    const address = await serveWatched();
    for (const name of [
      'nothing',
      '..%2ftuned-1',
      'tuned-1%00',
      "tuned-1'--",
      'tuned-1.exe',
      '%0d%0aSet-Cookie:%20a=b',
      'a'.repeat(300),
    ])
      for (const base of ['/incidents/', '/i/']) {
        const response = await fetch(`${address}${base}${name}`, { redirect: 'manual' });
        expect([name, [400, 404, 414].includes(response.status)]).toEqual([name, true]);
        expect(response.headers.get('set-cookie')).toBeNull();
      }
  });
});
