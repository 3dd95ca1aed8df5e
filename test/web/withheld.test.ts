import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { temporaryFolders } from '../_util/folder.js';
import { setEmbargo } from './_incident.js';
import { serve } from './_serve.js';
import { type Watched, watchedStore } from './_watched.js';

const newFolder = temporaryFolders();
const UNTIL = Date.UTC(2031, 4, 4, 10, 20);
let watched: Watched;

beforeAll(async () => {
  watched = await watchedStore(newFolder());
}, 60_000);

afterAll(() => watched?.close());

async function textOf(url: string): Promise<string> {
  const response = await fetch(url);
  expect(response.status).toBe(200);
  return await response.text();
}

const FORMS = ['', '.json', '.md', '.html', '/answers', '/answers?before=9'];
const RESULT =
  /told apart: \d|Different|"verdict":"|log10E":-?\d|Alarm at|more of it|class="(curve|trial|badge different)"|≠ The answers/;

describe('while the vendor may reply first', () => {
  it('no form of the watch tells the result; each says since when and until when', async () => {
    const { store, file } = watched;
    await setEmbargo(store, 'tuned-1', UNTIL);
    const address = await serve({ store, watches: file.watches });
    for (const form of FORMS) {
      const text = await textOf(`${address}/watches/tuned${form}`);
      expect([form, RESULT.exec(text)?.[0]]).toEqual([form, undefined]);
      expect(text).toMatch(/2031-05-04/);
      expect(text).toContain('Maverick');
    }
    expect(await textOf(`${address}/watches/tuned`)).toMatch(
      /Results since <time[^>]+>[^<]+<\/time> are withheld/,
    );
    // A watch beside it is told as ever.
    expect(await textOf(`${address}/watches/same`)).toContain('Undecided');
  });

  it('the overview and its twins count it among nothing', async () => {
    const { store, file } = watched;
    await setEmbargo(store, 'tuned-1', UNTIL);
    const address = await serve({ store, watches: file.watches });
    const page = await textOf(`${address}/`);
    expect(page).toContain('None of 4 watches has found a difference so far.');
    expect(page).toContain('Results withheld for now');
    expect(page).toMatch(/withheld until <time datetime="2031-05-04T10:20:00.000Z">/);
    const { watches } = JSON.parse(await textOf(`${address}/index.json?q=maverick`)) as { watches: object[] };
    expect(watches).toMatchObject([
      {
        verdict: null,
        confirmed: false,
        log10E: null,
        trials: 0,
        withheld: { until: '2031-05-04T10:20:00.000Z' },
      },
    ]);
    expect(await textOf(`${address}/index.md`)).toContain('Results withheld for now');
    for (const verdict of ['different', 'confirmed'])
      expect(await textOf(`${address}/index.json?verdict=${verdict}`)).toContain('"total":0');
  });

  it('all is shown again once it is public', async () => {
    const { store, file } = watched;
    await setEmbargo(store, 'tuned-1', null);
    const address = await serve({ store, watches: file.watches });
    for (const form of FORMS.slice(0, 4))
      expect(await textOf(`${address}/watches/tuned${form}`)).not.toContain('withheld until');
    expect(await textOf(`${address}/`)).toContain('Different, confirmed');
  });
});
