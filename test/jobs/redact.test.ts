import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { AlertContent } from '../../src/alerts/index.js';
import { sha256 } from '../../src/core/index.js';
import { verifyLog } from '../../src/evidence/index.js';
import { createFold } from '../../src/fingerprint/index.js';
import { trialRecord } from '../../src/jobs/fold-trials.js';
import {
  createDecider,
  type Decider,
  type RunnableWatch,
  readReport,
  redact,
  runRound,
} from '../../src/jobs/index.js';
import { keepArtifact } from '../../src/probes/browser/artifacts.js';
import type { Endpoint } from '../../src/probes/index.js';
import { countRemoved, messagesOf, type TrialWithAnswers, trialsAfter } from '../../src/store/index.js';
import { temporaryFolders } from '../_util/folder.js';
import { loadWatch, openWorld, running, speaker, type World, watchConfig } from './_world.js';

const newFolder = temporaryFolders();
let folder: string;
let files: string;
let world: World;
let watch: RunnableWatch;
let decider: Decider;

/** Leaves a picture of its page with each answer. */
function site(inner: Endpoint): Endpoint {
  return {
    ask: async (...args) => {
      const result = await inner.ask(...args);
      const text = 'text' in result.outcome ? result.outcome.text : '';
      return { ...result, artifacts: [await keepArtifact(files, 'screenshot', `picture of ${text}`)] };
    },
  };
}

beforeEach(async () => {
  folder = newFolder();
  files = join(folder, 'evidence');
  world = await openWorld(folder);
  const sides = { listed: site(speaker('tuned')), released: speaker('plain') };
  ({ watch, decider } = await loadWatch(
    world,
    watchConfig({ released_per_trial: 2, trials_per_round: 25 }),
    sides,
  ));
  await runRound(world.context, watch, decider, 0, running);
});

afterEach(async () => {
  await world.store.close();
});

async function trials(): Promise<TrialWithAnswers[]> {
  return await trialsAfter(world.store.db, 'pair', 1, 0, 1000);
}

function textsOf(entry: TrialWithAnswers | undefined): string[] {
  return (entry?.answers ?? []).flatMap(({ text }) => text ?? []);
}

/** Of an answer, a part that is in every excerpt of it, as it stands in a file and in JSON. */
function inFile(text: string): boolean {
  const part = text.replace(/^\W*Great question!\W*/u, '').slice(0, 60);
  return ['', '-wal'].some((end) => {
    const path = join(folder, `jobs.db${end}`);
    return existsSync(path) && readFileSync(path).includes(part);
  });
}

const request = {
  watchId: 'pair',
  epoch: null,
  side: null,
  slot: null,
  reason: 'names a private person',
} as const;

async function contentOfIncident(): Promise<AlertContent> {
  const [message] = await messagesOf(world.store.db, 'pair-1');
  return JSON.parse(message?.content ?? '{}') as AlertContent;
}

it('removes the texts of a quoted trial from everything, and the evidence stays as it is', async () => {
  const { store } = world;
  const before = await trials();
  const quoted = (await contentOfIncident()).report.findings.flatMap(({ examples }) => examples);
  const chosen = before.find(({ trial }) => trial.prompt === quoted[0]?.prompt);
  const [seq, texts] = [chosen?.trial.seq ?? 0, textsOf(chosen)];
  expect(texts).toHaveLength(3);
  expect(texts.every(inFile)).toBe(true);
  const logBefore = await store.db.selectFrom('log').selectAll().orderBy('height').execute();
  const report = await readReport(store.db, 'pair', 1, watch.engine);

  const done = await redact(world.context, files, { ...request, seq });

  expect(done.answers.map(({ side, slot, text }) => [side, slot, text])).toEqual(
    chosen?.answers.map(({ side, slot, text }) => [side, slot, sha256(text ?? '')]),
  );
  expect(texts.map(inFile)).toEqual([false, false, false]);
  const after = (await trials())[seq - 1];
  expect(after?.answers.map(({ text, text_hash }) => [text, text_hash])).toEqual(
    chosen?.answers.map(({ text_hash }) => [null, text_hash]),
  );
  expect(await countRemoved(store.db)).toBe(3);
  const logAfter = await store.db.selectFrom('log').selectAll().orderBy('height').execute();
  expect(logAfter.slice(0, -1)).toEqual(logBefore);
  expect((await verifyLog(store.db)).height).toBe(done.height);
  const messages = await messagesOf(store.db, 'pair-1');
  expect(logAfter.at(-1)).toMatchObject({ kind: 'redaction', watch_id: 'pair' });
  expect(JSON.parse(logAfter.at(-1)?.payload ?? '')).toEqual({
    epoch: 1,
    seq,
    reason: 'names a private person',
    answers: done.answers,
    messages: messages.map(({ seq: event, content }) => ({
      incident: 'pair-1',
      seq: event,
      content: sha256(content),
    })),
  });
  const left = await readReport(store.db, 'pair', 1, watch.engine);
  expect({ ...left, findings: [] }).toEqual({ ...report, findings: [] });
  expect(JSON.stringify(left.findings)).not.toContain(texts[0]?.slice(0, 80));

  // The next start goes on to the same bits as if nothing had been removed.
  decider = await createDecider(world.context, watch);
  await runRound(world.context, watch, decider, 1, running);
  const fold = createFold(watch.engine);
  for (const entry of [...before, ...(await trials()).slice(before.length)]) fold.add(trialRecord(entry));
  expect(decider.status()).toEqual(fold.status());
  expect(texts.some(inFile)).toBe(false);
});

it('keeps the fold before it takes a text, and never folds what is gone', async () => {
  const { store } = world;
  await store.db.deleteFrom('engine_snapshots').execute();
  await redact(world.context, files, { ...request, seq: 4, side: 'released', slot: 1 });
  expect((await trials())[3]?.answers.map(({ text }) => text === null)).toEqual([false, false, true]);
  expect((await createDecider(world.context, watch)).status()).toEqual(decider.status());

  await store.db.deleteFrom('engine_snapshots').execute();
  await expect(createDecider(world.context, watch)).rejects.toThrow(
    /texts of these trials were removed: 4\./,
  );
});

it('removes the files that were kept of the page, of that answer only', async () => {
  const kept = (text: string): boolean => {
    const hash = sha256(`picture of ${text}`);
    return existsSync(join(files, hash.slice(0, 2), `${hash}.png`));
  };
  const listed = (await trials()).map((entry) => entry.answers.find(({ side }) => side === 'listed')?.text);
  expect(listed.every((text) => kept(text ?? ''))).toBe(true);
  await redact(world.context, files, { ...request, seq: 2, side: 'released' });
  expect(kept(listed[1] ?? '')).toBe(true);
  await redact(world.context, files, { ...request, seq: 2, side: 'listed' });
  expect(listed.filter((text) => !kept(text ?? ''))).toEqual([listed[1]]);
});

it('refuses what is not there, not there any more, or not folded yet', async () => {
  const { store } = world;
  await redact(world.context, files, { ...request, seq: 2, side: 'listed' });
  const attempt = async (more: object): Promise<unknown> =>
    await redact(world.context, files, { ...request, seq: 2, ...more });
  await expect(attempt({ side: 'listed' })).rejects.toThrow(/no such text/);
  await expect(attempt({ slot: 7 })).rejects.toThrow(/no such text/);
  await expect(attempt({ seq: 99 })).rejects.toThrow(/no such text/);
  await expect(attempt({ epoch: 3 })).rejects.toThrow(/no such watch or epoch/);
  await expect(attempt({ watchId: 'other' })).rejects.toThrow(/no such watch or epoch/);

  await store.db.deleteFrom('evidence_points').where('seq', '>', 20).execute();
  const logged = (await verifyLog(store.db)).height;
  await expect(attempt({ seq: 21 })).rejects.toThrow(/not been folded yet/);
  expect(textsOf((await trials())[20])).toHaveLength(3);
  expect((await verifyLog(store.db)).height).toBe(logged);
});
