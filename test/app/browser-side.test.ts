import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { stringify } from 'yaml';
import { trialsAfter } from '../../src/store/index.js';
import { temporaryFolders } from '../_util/folder.js';
import { writeWatchFile } from '../_util/watch-file.js';
import { formRecipe } from '../probes/browser/_endpoint.js';
import { richAnswer, startSites } from '../probes/browser/_sites.js';
import { openAt } from './_open.js';

const newFolder = temporaryFolders();

it('a side read from a page is compared with recorded answers in one form, and both are kept as they came', async () => {
  const folder = newFolder();
  const sites = await startSites({ reply: () => richAnswer });
  const recipe = {
    ...formRecipe,
    answer: { selector: '.assistant', format: 'html', ignore: ['button', '.bar'] },
  };
  writeFileSync(join(folder, 'site.yaml'), stringify(recipe));
  const answers = [1, 2].map((i) => JSON.stringify({ prompt: `Question ${i}?`, response: richAnswer }));
  writeFileSync(join(folder, 'answers.jsonl'), answers.join('\n'));
  const watch = {
    id: 'pair',
    listed: {
      kind: 'browser',
      site: 'site.yaml',
      url: `${sites.url}/rerender`,
      model: 'small',
      contact: 'tests@example.org',
      min_interval: 0,
      // Tests may run as root, where Chromium has no sandbox of its own.
      sandbox: false,
    },
    released: { kind: 'recorded', file: 'answers.jsonl' },
    schedule: '0 0 1 1 *',
    trials_per_round: 2,
  };
  const { app } = await openAt(writeWatchFile(folder, [watch]));
  try {
    await app.runRound('pair');
    const trials = await trialsAfter(app.store.db, 'pair', 1, 0, 100);
    expect(trials.map(({ trial }) => [trial.status, trial.void_reason])).toEqual([
      ['complete', null],
      ['complete', null],
    ]);
    for (const { answers: given } of trials) {
      const listed = given.find(({ side }) => side === 'listed');
      const released = given.find(({ side }) => side === 'released');
      expect(listed?.text).toContain('**bold**');
      expect(released).toMatchObject({ text: listed?.text, raw_text: richAnswer });
    }
    const logged = await app.store.db
      .selectFrom('log')
      .select('payload')
      .where('kind', '=', 'trial')
      .execute();
    for (const { payload } of logged) {
      const kept = JSON.parse(payload).answers.map(
        (a: { artifacts?: { kind: string; sha256: string }[] }) => a.artifacts,
      );
      expect(kept.flatMap((files: { kind: string }[] | undefined) => files ?? [])).toMatchObject([
        { kind: 'screenshot', sha256: expect.stringMatching(/^[0-9a-f]{64}$/) },
        { kind: 'html' },
      ]);
    }
    expect(sites.asked.map(({ prompt }) => prompt).sort()).toEqual(['Question 1?', 'Question 2?']);
    const { definition } = await app.store.db.selectFrom('epochs').selectAll().executeTakeFirstOrThrow();
    expect(JSON.parse(definition)).toMatchObject({
      watch: {
        listed: { kind: 'browser', site: 'site.yaml', recipe: expect.stringMatching(/^[0-9a-f]{64}$/) },
      },
    });
  } finally {
    await app.stop();
    await sites.close();
  }
}, 60_000);
