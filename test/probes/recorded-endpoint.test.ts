import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { expect, it } from 'vitest';
import { systemClock } from '../../src/core/index.js';
import {
  createRecordedEndpoint,
  openRecording,
  planRound,
  type Recording,
  recordedSuite,
} from '../../src/probes/index.js';
import { temporaryFolders } from '../_util/folder.js';

const newFolder = temporaryFolders();

async function recording(lines: readonly (object | string)[], name = 'answers.jsonl'): Promise<Recording> {
  const path = join(newFolder(), name);
  const text = lines.map((line) => (typeof line === 'string' ? line : JSON.stringify(line))).join('\n');
  writeFileSync(path, name.endsWith('.gz') ? gzipSync(text) : text);
  return await openRecording(path);
}

const live = new AbortController().signal;

it.each(['a.jsonl', 'a.jsonl.gz'])('uses every answer of %s once, in its order', async (name) => {
  const file = await recording(
    [
      { prompt: 'One?', response: 'first' },
      { prompt: 'Two?', response: '\ud83d lone' },
      { prompt_id: 'p', prompt: 'One? \r\n', response: 'second' },
      { prompt: 'Three?', response: ' ' },
    ],
    name,
  );
  const endpoint = createRecordedEndpoint(file, systemClock);
  const ask = async (prompt: string): Promise<unknown> => (await endpoint.ask(prompt, live)).outcome;
  expect(await ask('One?')).toEqual({ kind: 'answer', text: 'first' });
  expect(await ask('One?')).toEqual({ kind: 'answer', text: 'second' });
  expect(await ask('Two?')).toEqual({ kind: 'answer', text: '\ufffd lone' });
  expect(await ask('Three?')).toMatchObject({ kind: 'empty', beforeGeneration: false });
  for (const prompt of ['One?', 'Never asked?']) {
    expect(await ask(prompt)).toMatchObject({
      kind: 'not-recorded',
      beforeGeneration: true,
      retryable: false,
    });
  }
});

it('gives none once the trial has ended, and keeps it', async () => {
  const endpoint = createRecordedEndpoint(
    await recording([{ prompt: 'One?', response: 'first' }]),
    systemClock,
  );
  expect((await endpoint.ask('One?', AbortSignal.abort())).outcome).toMatchObject({
    kind: 'interrupted',
    beforeGeneration: true,
  });
  expect((await endpoint.ask('One?', live)).outcome).toMatchObject({ kind: 'answer' });
});

it('is a suite of the prompts that all recordings answer', async () => {
  const one = await recording([
    { prompt: 'A?', response: 'x' },
    { prompt_id: 'b', prompt: 'B?', response: 'x' },
    { prompt_id: 'b', prompt: 'B?', response: 'y' },
    { prompt: 'C?', response: 'x' },
  ]);
  const two = await recording([
    { prompt: 'C?', response: 'z' },
    { prompt: 'B?', response: 'z' },
  ]);
  const suite = recordedSuite([one, two]);
  expect(suite.fixed.map(({ id, prompt }) => [id.length === 16 ? 'hash' : id, prompt])).toEqual([
    ['b', 'B?'],
    ['hash', 'C?'],
  ]);
  expect(suite.dynamic).toEqual([]);
  expect(recordedSuite([one]).fixed).toHaveLength(3);
  expect(new Set([suite.hash, recordedSuite([one]).hash, recordedSuite([two]).hash]).size).toBe(3);
  const plan = await planRound({
    suites: [suite],
    seed: 's',
    trials: 10,
    releasedPerTrial: 1,
    used: async () => new Set(),
  });
  expect(plan.map(({ prompt }) => prompt).sort()).toEqual(['B?', 'C?']);
  const other = await recording([{ prompt: 'D?', response: 'x' }]);
  expect(() => recordedSuite([one, other])).toThrow(
    'answers.jsonl and answers.jsonl have no prompt in common',
  );
});

it('names the place of what can not be read', async () => {
  const good = { prompt: 'A?', response: 'x' };
  await expect(recording([good, '{"prompt":', { prompt: 'B?' }])).rejects.toThrow(
    /answers\.jsonl:2: .*\(and 1 more lines\)$/,
  );
  await expect(recording([good, { prompt: 'B?', answer: '\u001b[2J' }])).rejects.toThrow(
    /:2: [ -~…✖→]*response/,
  );
  await expect(recording([''])).rejects.toThrow(/holds no answers$/);
  await expect(openRecording('/nowhere/a.jsonl')).rejects.toThrow(
    /^\/nowhere\/a\.jsonl can't be read: ENOENT/,
  );
});
