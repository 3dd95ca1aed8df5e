import SqliteDatabase from 'better-sqlite3';
import { type RootOperationNode, SqliteQueryCompiler } from 'kysely';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { redactTexts } from '../../src/app/index.js';
import { html, systemClock } from '../../src/core/index.js';
import { openStore, type Store } from '../../src/store/index.js';
import { temporaryFolders } from '../_util/folder.js';
import { openAt } from '../app/_open.js';
import { serve } from './_serve.js';
import { type Watched, watchedStore } from './_watched.js';

const newFolder = temporaryFolders();
let watched: Watched;

beforeAll(async () => {
  watched = await watchedStore(newFolder());
}, 60_000);

afterAll(() => watched?.close());

interface Twin {
  readonly curve: readonly [number, number][];
  readonly log10E: number;
  readonly sentence: string;
  readonly findings: readonly {
    readonly examples: readonly { readonly prompt: string; readonly listed: string }[];
  }[];
}

async function serveWatched(): Promise<string> {
  const { store, file } = watched;
  return await serve({ store, watches: file.watches });
}

async function textOf(url: string): Promise<string> {
  const response = await fetch(url);
  expect(response.status).toBe(200);
  return await response.text();
}

/** Titles of the overview's rows, in order. */
async function titles(url: string): Promise<string[]> {
  const { watches } = JSON.parse(await textOf(url)) as { watches: { id: string }[] };
  return watches.map(({ id }) => id);
}

describe('the overview', () => {
  it('says of each watch in words where it stands, and tells the confirmed apart', async () => {
    const page = await textOf(await serveWatched());
    expect(page).toContain('≠</span> Different, confirmed</span>');
    expect(page).toMatch(/by much<\/span>/);
    expect(page).toContain('</span> Undecided</span>');
    expect(page).toContain('Waiting for its first round');
    expect(page).toContain('In 1 of 4 watches the answers can be told apart; confirmed: 1.');
    expect(page).toContain('at most 0.004 false alarms');
  });

  it('searches, filters and sorts, and takes nonsense for nothing', async () => {
    const index = `${await serveWatched()}/index.json`;
    expect(await titles(index)).toEqual(['tuned', expect.any(String), expect.any(String), 'later']);
    expect(await titles(`${index}?q=MAVERICK+released`)).toEqual(['tuned']);
    expect(await titles(`${index}?verdict=confirmed`)).toEqual(['tuned']);
    expect(await titles(`${index}?verdict=waiting`)).toEqual(['later']);
    expect(await titles(`${index}?sort=title&q=pair`)).toEqual(['same']);
    expect(await titles(`${index}?q=%25`)).toEqual([]);
    const all = await titles(index);
    for (const query of [
      'verdict=%27%3B--',
      'sort=__proto__',
      'page=-1',
      'page=1e99',
      'q=&q=',
      '%00=%zz',
      'page=7',
    ])
      expect(await titles(`${index}?${query}`)).toEqual(all);
  });

  it('shows fifty on a page, and a form keeps what was asked for', async () => {
    const store = watched.store;
    const rows = Array.from({ length: 60 }, (_, i) => ({
      id: `many-${i}`,
      epoch: 1,
      title: `Many ${i}`,
      claim: 'None.',
      created_at: 1,
      schedule: null,
      next_due_at: null,
      canary_due_at: null,
    }));
    await store.db.insertInto('watches').values(rows).execute();
    const address = await serveWatched();
    const first = await textOf(`${address}/?q=many`);
    expect(first.match(/<li>/g)).toHaveLength(50);
    expect(first).toContain('href="/?q=many&amp;page=2"');
    expect(await textOf(`${address}/?q=many&page=2`)).toContain('Page 2 of 2');
    expect(first).toContain('value="many"');
    await store.db.deleteFrom('watches').where('title', 'like', 'Many %').execute();
  });

  it('without a watch says how to add one', async () => {
    expect(await textOf(await serve())).toContain('<code>twinwatch init</code>');
  });
});

describe('what keeps a verdict from being news', () => {
  it('is said: a pause, and a way of reading that nothing has excluded', async () => {
    const { store, file } = watched;
    const since = Date.UTC(2026, 4, 4, 10, 20);
    const pause = { side: 'listed', budget: 'money_per_day', since, resumes_at: null } as const;
    await store.db
      .insertInto('budget_pauses')
      .values({ watch_id: 'same', ...pause })
      .execute();
    const api = file.watches.find(({ id }) => id === 'same')?.released;
    const watches = file.watches.map((watch) =>
      watch.id === 'hostile' && api ? { ...watch, released: api } : watch,
    );
    const address = await serve({ store, watches });
    const row = (page: string, id: string): string =>
      page.split('<li>').find((part) => part.includes(`/watches/${id}`)) ?? '';
    const page = await textOf(`${address}/`);
    expect(row(page, 'same')).toContain('paused since <time datetime="2026-05-04T10:20:00.000Z">');
    expect(row(page, 'hostile')).toContain('way of reading: not excluded as the cause');
    expect(row(page, 'tuned')).not.toMatch(/paused|way of reading/);
    expect(await textOf(`${address}/watches/same`)).toContain('While a watch waits it learns nothing');
    await store.db.deleteFrom('budget_pauses').execute();
  });
});

describe('a watch', () => {
  it('has the verdict, the evidence, the findings and how to check them, and twins that say the same', async () => {
    const address = await serveWatched();
    const page = await textOf(`${address}/watches/tuned`);
    for (const words of [
      'The claim under test',
      'How sure this is',
      'What differs',
      'Alarm at trial',
      'What this does not show',
    ])
      expect(page).toContain(words);
    expect(page).toMatch(/twinwatch evidence verify tuned\.tar\.gz --trust &#39;/);
    expect(page).not.toContain(' style=');
    const twin = JSON.parse(await textOf(`${address}/watches/tuned.json`)) as Twin;
    expect(twin).toMatchObject({ verdict: 'different', confirmed: true, trials: 30, rounds: { full: 1 } });
    expect(twin.curve.at(-1)).toEqual([30, twin.log10E]);
    const markdown = await textOf(`${address}/watches/tuned.md`);
    expect(markdown).toContain('The newest answers side by side');
    expect(page).toContain(twin.sentence.slice(0, 60));
    const file = await fetch(`${address}/watches/tuned.html`);
    expect(file.headers.get('content-disposition')).toBe('attachment; filename="twinwatch-tuned.html"');
  });

  it('is fetched again only when it has changed', async () => {
    const url = `${await serveWatched()}/watches/tuned`;
    const { headers } = await fetch(url);
    expect(headers.get('cache-control')).toBe('no-cache');
    const again = await fetch(url, { headers: { 'if-none-match': headers.get('etag') ?? '' } });
    expect([again.status, await again.text()]).toEqual([304, '']);
    expect(Date.parse(headers.get('last-modified') ?? '')).toBeGreaterThan(Date.UTC(2026, 0));
  });

  it('that is unknown is no page, whatever its name is made of', async () => {
    const address = await serveWatched();
    for (const name of [
      'nothing',
      'tuned.exe',
      'TUNED',
      '..%2ftuned',
      'tuned%00',
      "x'--",
      '%ff',
      'a'.repeat(300),
    ]) {
      const { status } = await fetch(`${address}/watches/${name}`);
      expect([400, 404, 414]).toContain(status);
    }
    expect((await fetch(`${address}/watches/nothing/answers`)).status).toBe(404);
  });

  it('shows every trial with its answers, by suite, in pages', async () => {
    const address = await serveWatched();
    const first = await textOf(`${address}/watches/tuned/answers`);
    const seen = (page: string): number[] =>
      Array.from(page.matchAll(/>Trial (\d+) /g), ([, n]) => Number(n));
    expect(seen(first)).toEqual([30, 29, 28, 27, 26]);
    const [, older] = /href="([^"]+before=26)"/.exec(first) ?? [];
    expect(seen(await textOf(`${address}${older}`))).toEqual([25, 24, 23, 22, 21]);
    expect(seen(await textOf(`${address}/watches/tuned/answers?suite=arena-chat&before=3`))).toEqual([2, 1]);
  });
});

it('looks everything up in an index, however much there is', async () => {
  const { store, file } = watched;
  const nodes: RootOperationNode[] = [];
  const db = store.db.withPlugin({
    transformQuery: ({ node }) => {
      nodes.push(node);
      return node;
    },
    transformResult: async ({ result }) => result,
  });
  const address = await serve({ store: { ...store, db }, watches: file.watches });
  for (const path of [
    '/',
    '/?q=a&sort=recent',
    '/watches/tuned',
    '/watches/tuned.md',
    '/watches/tuned/answers?suite=arena-chat&before=9',
    '/incidents',
    '/incidents?watch=tuned&after=9999999999999.z',
    '/incidents/tuned-1',
    '/feed.atom',
    '/watches/tuned/feed.json',
  ])
    await textOf(`${address}${path}`);
  const raw = new SqliteDatabase(file.store.path, { readonly: true });
  const scans = nodes.flatMap((node) => {
    const { sql, parameters } = new SqliteQueryCompiler().compileQuery(node, { queryId: 'q' });
    const plan = raw.prepare(`explain query plan ${sql}`).all(...parameters) as { detail: string }[];
    // The newest row of a table is the last one of its key; the list of watches is read as a whole.
    return plan
      .filter(({ detail }) => /^SCAN /.test(detail) && !/limit \?$/.test(sql))
      .map(({ detail }) => `${detail}: ${sql}`);
  });
  raw.close();
  expect(nodes.length).toBeGreaterThan(15);
  expect(scans.filter((scan) => !/^SCAN (watches|log_keys)/.test(scan))).toEqual([]);
});

it('a store that kept no reports gets them when it is opened to run', async () => {
  const { store, file, close } = await watchedStore(newFolder());
  for (const table of ['watch_summaries', 'watch_reports'] as const)
    await store.db.deleteFrom(table).execute();
  const different = async (of: Store): Promise<string[]> =>
    await titles(`${await serve({ store: of })}/index.json?verdict=different`);
  expect(await different(store)).toEqual([]);
  await close();
  const { app } = await openAt(file.path);
  expect(await different(app.store)).toEqual(['tuned']);
  await app.stop();
});

it('a text that was removed is gone from what is shown', async () => {
  const { store, file, close } = await watchedStore(newFolder());
  const before = await serve({ store, watches: file.watches });
  const { findings } = JSON.parse(await textOf(`${before}/watches/tuned.json`)) as Twin;
  const { prompt = '', listed = '' } = findings[0]?.examples[0] ?? {};
  const excerpt = html`${prompt}</span>`.text;
  expect(await textOf(`${before}/watches/tuned`)).toContain(excerpt);
  // No prompt is asked twice in an epoch.
  const { seq } = await store.db
    .selectFrom('trials')
    .select('seq')
    .where('watch_id', '=', 'tuned')
    .where('prompt', '=', prompt)
    .executeTakeFirstOrThrow();
  await close();
  const removed = { watchId: 'tuned', epoch: null, seq, side: null, slot: null, reason: 'a test' };
  await redactTexts(file, removed, systemClock);

  const again = await openStore(file.store);
  const after = await serve({ store: again, watches: file.watches });
  expect(await textOf(`${after}/watches/tuned`)).not.toContain(excerpt);
  const twin = JSON.parse(await textOf(`${after}/watches/tuned.json`)) as Twin;
  expect(JSON.stringify(twin.findings)).not.toContain(JSON.stringify(listed));
  expect(twin.findings).toHaveLength(findings.length);
  expect(await textOf(`${after}/watches/tuned/answers?before=${seq + 1}`)).toContain('the text was removed');
  await again.close();
});
