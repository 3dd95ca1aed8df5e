import { appendFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { App } from '../../src/app/index.js';
import { type Sandbox, startSandbox } from '../../src/sandbox/index.js';
import { trialsAfter } from '../../src/store/index.js';
import { temporaryFolders } from '../_util/folder.js';
import { endpoint, writeWatchFile } from '../_util/watch-file.js';
import { openAt } from './_open.js';

const newFolder = temporaryFolders();
let sandbox: Sandbox;

beforeAll(async () => {
  sandbox = await startSandbox({ seed: 'recorded' });
});
afterAll(() => sandbox.close());

const line = (i: number, response: string): string =>
  `${JSON.stringify({ prompt: `Question ${i}?`, response })}\n`;

/** Folder with answers to 7 questions, two to the first. */
function recordings(): string {
  const folder = newFolder();
  const lines = Array.from({ length: 7 }, (_, i) => line(i, `Recorded ${i}.`));
  writeFileSync(join(folder, 'answers.jsonl'), [...lines, line(0, 'Recorded again.')].join(''));
  return folder;
}

async function opened(folder: string, released: object, more: object = {}): Promise<App> {
  const recorded = { kind: 'recorded', file: 'answers.jsonl', model: 'Model X' };
  const watch = {
    id: 'pair',
    listed: recorded,
    released,
    schedule: '0 0 1 1 *',
    trials_per_round: 4,
    ...more,
  };
  return (await openAt(writeWatchFile(folder, [watch]))).app;
}

describe('a watch with a recorded side', () => {
  it('asks the prompts that were recorded, each once, over restarts, and ends when they do', async () => {
    const folder = recordings();
    const live = endpoint(`${sandbox.url}/v1`, 'vanilla');
    for (const count of [4, 7]) {
      const app = await opened(folder, live);
      await app.runRound('pair');
      const trials = await trialsAfter(app.store.db, 'pair', 1, 0, 100);
      expect(trials).toHaveLength(count);
      await app.stop();
    }
    const app = await opened(folder, live);
    await expect(app.runRound('pair')).rejects.toThrow('every prompt of the suites was used');
    const trials = await trialsAfter(app.store.db, 'pair', 1, 0, 100);
    expect(new Set(trials.map(({ trial }) => trial.prompt)).size).toBe(7);
    for (const { trial, answers } of trials) {
      expect(trial).toMatchObject({ status: 'complete', suite: 'recorded' });
      const number = /\d/.exec(trial.prompt)?.[0];
      expect(answers.find(({ side }) => side === 'listed')).toMatchObject({
        text: `Recorded ${number}.`,
        attempts: 0,
      });
      expect(answers.find(({ side }) => side === 'released')?.text?.length).toBeGreaterThan(20);
    }
    await app.stop();

    // Another recording is another claim.
    appendFileSync(join(folder, 'answers.jsonl'), line(8, 'One more.'));
    const changed = await opened(folder, live);
    await changed.runRound('pair');
    expect(await trialsAfter(changed.store.db, 'pair', 2, 0, 100)).toHaveLength(4);
    await changed.stop();
  });

  it('shares the answers of one file between two sides, and voids freely what is used up', async () => {
    const folder = recordings();
    const app = await opened(folder, { kind: 'recorded', file: './answers.jsonl' }, { trials_per_round: 7 });
    await app.runRound('pair');
    const trials = await trialsAfter(app.store.db, 'pair', 1, 0, 100);
    const complete = trials.filter(({ trial }) => trial.status === 'complete');
    expect(complete.map(({ trial }) => trial.prompt)).toEqual(['Question 0?']);
    expect(complete[0]?.answers.map(({ text }) => text).sort()).toEqual(['Recorded 0.', 'Recorded again.']);
    const voids = trials.filter(({ trial }) => trial.status === 'void');
    expect(voids).toHaveLength(6);
    for (const { trial } of voids) {
      expect(trial).toMatchObject({ void_cause: 'free', void_reason: 'not-recorded' });
    }
    await app.stop();
  });

  it('says which line can not be read, and leaves the store for others', async () => {
    const folder = recordings();
    appendFileSync(join(folder, 'answers.jsonl'), '{"prompt": 5}\n');
    const live = endpoint(`${sandbox.url}/v1`, 'vanilla');
    await expect(opened(folder, live)).rejects.toThrow(/answers\.jsonl:9: .*prompt/);
    const other = await opened(recordings(), live);
    await other.stop();
  });
});
