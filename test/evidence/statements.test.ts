import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { transition } from '../../src/alerts/index.js';
import { exportEvidence, readWatchReport } from '../../src/app/index.js';
import { parseWatchFile, type WatchFile } from '../../src/config/index.js';
import { renderWatchMarkdown } from '../../src/evidence/index.js';
import { incidentOf } from '../../src/jobs/incidents/incident-rows.js';
import { type IncidentFacts, recordEvent } from '../../src/jobs/incidents/record-event.js';
import { type Sandbox, startSandbox } from '../../src/sandbox/index.js';
import { findIncident, messagesOf, openStore } from '../../src/store/index.js';
import { temporaryFolders } from '../_util/folder.js';
import {
  type Files,
  linesOf,
  readFiles,
  runRounds,
  tarOf,
  verifyTar,
  watchedPair,
  withLines,
  withManifest,
} from './_bundle.js';

const newFolder = temporaryFolders();
const said = {
  from: 'Vendor <press@vendor.example>',
  text: 'A *different* system prompt.\nNothing else. <b>',
};
let sandbox: Sandbox;
let file: WatchFile;
let files: Files;

async function reply(storePath: string, text: string): Promise<void> {
  const store = await openStore({ kind: 'sqlite', path: storePath });
  await store.transaction(async (tx) => {
    const row = await findIncident(tx, 'pair-1');
    if (row === null) throw new Error('no incident');
    const event = { type: 'replied', ...said, text, via: 'link', at: Date.now() } as const;
    const made = transition(incidentOf(row), event);
    if (made.kind === 'refused') throw new Error(made.reason);
    const [message] = await messagesOf(tx, 'pair-1');
    const facts = JSON.parse(message?.content ?? '') as IncidentFacts;
    await recordEvent(tx, { ...made, event }, facts, []);
  });
  await store.close();
}

beforeAll(async () => {
  sandbox = await startSandbox({ seed: 'statements' });
  const folder = newFolder();
  const path = await watchedPair(sandbox, folder, 12);
  await reply(join(folder, 'twinwatch.db'), said.text);
  await reply(join(folder, 'twinwatch.db'), 'Once more.');
  await runRounds(path, ['other']);
  file = parseWatchFile(readFileSync(path, 'utf8'), path, null);
  await exportEvidence(file, 'pair-1', join(folder, 'bundle.tar.gz'));
  files = await readFiles(join(folder, 'bundle.tar.gz'));
});

afterAll(async () => {
  await sandbox.close();
});

it('shows what the vendor says, unedited and escaped, in the report and in the bundle', async () => {
  const text = renderWatchMarkdown(await readWatchReport(file, 'pair', Date.now()));
  expect(text).toContain('## What the vendor says');
  expect(text).toContain('A *different* system prompt.\nNothing else.');
  expect(String(files.get('report.html'))).toContain('A *different* system prompt.\nNothing else. &lt;b&gt;');
  expect(linesOf(files, 'statements.jsonl').map((line) => JSON.parse(line))).toEqual([
    said,
    { ...said, text: 'Once more.' },
  ]);
  expect((await verifyTar(tarOf(files))).kind).toBe('holds');
});

it('keeps who speaks and what is said out of the log', () => {
  const log = linesOf(files, 'log.jsonl');
  expect(log.filter((line) => line.includes('replied'))).toHaveLength(2);
  expect(log.join()).not.toMatch(/press@vendor|system prompt\./);
});

it('finds a statement that was changed, put elsewhere, taken out, added or made up', async () => {
  const lines = linesOf(files, 'statements.jsonl');
  const [first = '', second = ''] = lines;
  const lies = [
    [first.replace('different', 'similar'), second],
    [first.replace('Vendor', 'Nobody'), second],
    [second, first],
    [first],
    [...lines, second],
    [first, '{}'],
    [first, 'x'],
    [first, second.replace('{', '{ ')],
  ];
  for (const lie of lies) {
    const found = await verifyTar(tarOf(withManifest(withLines(files, 'statements.jsonl', lie))));
    expect(found).toMatchObject({ kind: 'wrong', problem: expect.stringMatching(/statement/) });
  }
  const without = new Map([...files].filter(([name]) => name !== 'statements.jsonl'));
  expect((await verifyTar(tarOf(withManifest(without)))).kind).toBe('wrong');
});
