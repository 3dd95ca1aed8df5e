import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { gunzipSync, gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { importBattles } from '../../src/cli/commands/import.js';
import { readAnswers } from '../../src/probes/index.js';
import { capture } from '../_util/capture.js';
import { controls } from '../_util/controls.js';
import { temporaryFolders } from '../_util/folder.js';
import { runProgram } from '../_util/program.js';

const newFolder = temporaryFolders();

interface Imported {
  readonly code: number;
  readonly answers: { prompt_id: string; prompt: string; response: string }[];
  readonly stdout: string;
  readonly out: string;
  readonly info: string;
}

function file(content: string | Buffer, name = 'battles.jsonl'): string {
  const path = join(newFolder(), name);
  writeFileSync(path, content);
  return path;
}

async function imported(path: string, model?: string, out?: string): Promise<Imported> {
  const stdout = new PassThrough();
  const chunks: Buffer[] = [];
  stdout.on('data', (chunk: Buffer) => chunks.push(chunk));
  const [shown, info] = [capture(), capture()];
  const options = { ...(model === undefined ? {} : { model }), ...(out === undefined ? {} : { out }) };
  const code = await importBattles(path, options, { stdout, out: shown, info });
  const text = Buffer.concat(chunks).toString('utf8');
  const answers = text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Imported['answers'][number]);
  return { code, answers, stdout: text, out: shown.text(), info: info.text() };
}

function turns(prompt: unknown, response: unknown, ...more: object[]): object[] {
  return [{ role: 'user', content: prompt }, { role: 'assistant', content: response }, ...more];
}

const question = 'What is a harbour?';
const answer = 'A place for ships.';
const parts = (text: string): object[] => [{ type: 'text', text, image: null, mimeType: null }];

/** The same battle in each published form. */
const variants: Record<string, object> = {
  'lists of messages': {
    question_id: 'q',
    model_a: 'tug',
    model_b: 'ferry',
    winner: 'tie (bothbad)',
    turn: 1,
    language: 'English',
    conversation_a: turns(question, answer),
    conversation_b: turns(question, 'Boats sleep there.'),
  },
  'content in parts': {
    model_a: 'tug',
    model_b: 'ferry',
    evaluation_order: 1,
    conversation_a: turns(parts(question), parts(answer)),
    conversation_b: turns(parts(question), parts('Boats sleep there.')),
  },
  'conversations as JSON in strings': {
    model_a: 'tug',
    model_b: 'ferry',
    conversation_a: JSON.stringify(turns(parts(question), parts(answer))),
    conversation_b: JSON.stringify(turns(question, 'Boats sleep there.')),
  },
  'roles human and gpt': {
    model_a: 'tug',
    model_b: 'ferry',
    messages_a: [
      { from: 'human', value: question },
      { from: 'gpt', value: answer },
    ],
    messages_b: [
      { from: 'Human', value: question },
      { from: 'GPT', value: 'Boats sleep there.' },
    ],
  },
  'two lists in messages': {
    model_a: 'tug',
    model_b: 'ferry',
    messages: [turns(question, answer), turns(question, 'Boats sleep there.')],
  },
  'prompt and responses, a turn an entry': {
    model_a: 'tug',
    model_b: 'ferry',
    winner_model_a: 1,
    prompt: JSON.stringify([question]),
    response_a: JSON.stringify([answer]),
    response_b: JSON.stringify(['Boats sleep there.']),
  },
  'plain prompt and responses': {
    model_a: 'tug',
    model_b: 'ferry',
    prompt: question,
    response_a: answer,
    response_b: 'Boats sleep there.',
  },
  'one conversation of one model': { model: 'tug', conversation: turns(question, answer) },
  'messages of one model': { model: 'tug', messages: turns(question, answer) },
};

describe('the published variants', () => {
  it.each(Object.entries(variants))('%s', async (_, battle) => {
    const { code, answers } = await imported(file(JSON.stringify(battle)), 'tug');
    expect(code).toBe(0);
    expect(answers).toEqual([
      { prompt_id: expect.stringMatching(/^[0-9a-f]{16}$/), prompt: question, response: answer },
    ]);
  });

  it('read the same as lines, as one list in any layout, and packed', async () => {
    const battles = Object.values(variants);
    const jsonl = `\ufeff${battles.map((battle) => JSON.stringify(battle)).join('\r\n')}\n\n`;
    const list = JSON.stringify(
      [...battles, { model: 'tug', messages: turns('a ] } " \\', '[,{') }],
      null,
      3,
    );
    const expected = await imported(file(jsonl), 'tug');
    expect(expected.answers).toHaveLength(9);
    // Whether a file is packed is told by its bytes, not by its name.
    expect((await imported(file(gzipSync(jsonl)), 'tug')).answers).toEqual(expected.answers);
    const fromList = await imported(file(gzipSync(list), 'battles.json'), 'tug');
    expect(fromList.info).not.toContain('malformed');
    expect(fromList.answers.slice(0, 9)).toEqual(expected.answers);
    expect(fromList.answers[9]).toMatchObject({ prompt: 'a ] } " \\', response: '[,{' });
  });

  it('give both models of a battle the same prompt id, whatever the layout of the prompt', async () => {
    const dump = file(
      [
        { model: 'tug', messages: turns('Why?\r\n', 'So.') },
        { model: 'ferry', messages: turns(parts('\nWhy? '), 'Because.') },
      ]
        .map((battle) => JSON.stringify(battle))
        .join('\n'),
    );
    const [tug, ferry] = [await imported(dump, 'tug'), await imported(dump, 'ferry')];
    expect(tug.answers[0]?.prompt_id).toBe(ferry.answers[0]?.prompt_id);
  });
});

const mixed = [
  {
    ...variants['lists of messages'],
    conversation_a: turns(question, answer, ...turns('And now?', 'Later.')),
  },
  { model_a: 'tug', model_b: 'ferry', evaluation_order: 2, conversation_a: turns('In between', 'x') },
  { model: 'tug', messages: turns(question, [{ type: 'image', image: 'data:…' }]) },
  { model: 'tug', messages: turns(question, ' \n') },
  { model: 'tug', messages: [{ role: 'user', content: question }] },
  { model: 'tug', prompt: '["one","two"]', response: '[null,"two"]' },
  { model: 'tug', messages: [{ role: 'system', content: 'Be a tug.' }, ...turns('Who are you?', 'A tug.')] },
];

describe('what is left out', () => {
  it('is counted, each for its reason', async () => {
    const lines = mixed.map((battle) => JSON.stringify(battle)).join('\n');
    const { code, answers, info } = await imported(file(lines), 'tug');
    expect(code).toBe(0);
    expect(answers.map(({ response }) => response)).toEqual([answer, 'A tug.']);
    expect(info).toMatch(/: 7 battles; 2 answers of tug\n/);
    expect(info).toContain('1 left out: answers after the first of a conversation');
    expect(info).toContain('1 left out: asked later in a conversation');
    expect(info).toContain('3 left out: no text in the answer');
    expect(info).toContain('1 left out: an image or another part');
    expect(info).toContain('1 read without the system prompt');
  });

  it('names malformed lines by number and reason, keeps the good half of one, and reads on', async () => {
    const bad = [
      '{"model_a":',
      '7',
      '{"winner":"tie"}',
      '{"model":"tug"}',
      '{"model":"tug","messages":"no list"}',
      '{"model":"tug","messages":["\\u001b[2J"]}',
      JSON.stringify({ model: 'tug', messages: turns(question, answer).reverse() }),
      JSON.stringify({ model_a: 'tug', model_b: 'ferry', conversation_b: turns(question, 'good half') }),
      `{"model":"\u001b[31m${'x'.repeat(17 * 1024 * 1024)}"}`,
    ];
    const bytes = Buffer.concat([
      Buffer.from(`${bad.join('\n')}\n`),
      Buffer.from([0x22, 0xff, 0x22, 0x0a]),
      Buffer.from(JSON.stringify(variants['messages of one model'])),
    ]);
    const { code, answers, info } = await imported(file(bytes), 'tug');
    expect(code).toBe(0);
    expect(answers).toHaveLength(1);
    expect(info).toContain('10 malformed lines');
    const named = [...info.matchAll(/battles\.jsonl:(\d+): (.+)/g)].map(([, line, why]) => [
      Number(line),
      why,
    ]);
    expect(named.map(([line]) => line)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
    expect(named.map(([, why]) => why).slice(1, 9)).toEqual([
      'is not a JSON object',
      'names no model',
      'has no conversation',
      'its conversation is not a list',
      'a message is not an object',
      "its conversation does not begin with a user's message",
      'has no conversation',
      'longer than 16777216 bytes',
    ]);
    expect(info).not.toMatch(controls);
  });

  it('says that a list is cut off or followed by something', async () => {
    const battle = JSON.stringify(variants['messages of one model']);
    const cut = await imported(file(`[\n${battle},\n${battle},\n{"mod`), 'tug');
    expect(cut.answers).toHaveLength(2);
    expect(cut.info).toMatch(/battles\.jsonl:4: .*JSON/);
    expect(cut.info).toContain('battles.jsonl:4: the list does not end');
    const more = await imported(file(`[${battle}]\n${battle}`), 'tug');
    expect(more.answers).toHaveLength(1);
    expect(more.info).toContain('battles.jsonl:2: something stands after the end of the list');
  });
});

describe('twinwatch import battles', () => {
  it('lists the models by their answers, safely for a terminal', async () => {
    const hostile = { model: 'evil\u001b[2J\u202e', messages: turns('x', 'y') };
    const lines = [...mixed, hostile].map((battle) => JSON.stringify(battle)).join('\n');
    const { code, out, info } = await imported(file(lines));
    expect(code).toBe(0);
    expect(out).toBe('2  tug\n1  evil [2J\n1  ferry');
    expect(info).toContain('8 battles; 3 models');
    expect(`${out}${info}`).not.toMatch(controls);
  });

  it('writes a file that compare reads, packed when named so, and never over another', async () => {
    const text = 'line\n\u001b[31m\u0085\u202e\ud83d \u2028 end';
    const path = file(JSON.stringify({ model: 'tug', messages: turns(question, text) }));
    const out = join(newFolder(), 'tug.jsonl.gz');
    expect((await imported(path, 'tug', out)).code).toBe(0);
    const { records, malformed } = await readAnswers(out);
    expect(malformed.count).toBe(0);
    expect(records).toEqual([{ prompt_id: expect.any(String), prompt: question, response: text }]);
    expect(gunzipSync(readFileSync(out)).toString('utf8')).not.toMatch(controls);
    await expect(imported(path, 'tug', path)).rejects.toThrow("can't be written");
    expect(readFileSync(path, 'utf8')).toContain(question);
  });

  it('leaves no file behind when the dump breaks off, and says so', async () => {
    const packed = gzipSync(JSON.stringify(variants['messages of one model']).repeat(50));
    const out = join(newFolder(), 'tug.jsonl');
    const broken = file(packed.subarray(0, packed.length - 8));
    await expect(imported(broken, 'tug', out)).rejects.toThrow(/battles\.jsonl can't be read: .*end of file/);
    expect(existsSync(out)).toBe(false);
  });

  it('says what else there is when the model or the format is another', async () => {
    const path = file(
      JSON.stringify({ ...variants['plain prompt and responses'], model_a: 'Tug-2 (preview)' }),
    );
    const out = join(newFolder(), 'tug.jsonl');
    const unknown = await imported(path, 'tug', out);
    expect(unknown.code).toBe(2);
    expect(unknown.info).toContain('No answers of tug. There are answers of Tug-2 (preview).');
    expect(existsSync(out)).toBe(false);
    await expect(imported(file('PAR1....'), 'tug')).rejects.toThrow('Parquet');
    const csv = await imported(file('id,model_a,model_b\n1,tug,ferry\n'), 'tug');
    expect(csv.code).toBe(2);
    expect(csv.info).toContain('No battles were found.');
  });

  it('runs from the command line', async () => {
    const path = file(JSON.stringify(variants['lists of messages']));
    const listed = await runProgram(['import', 'battles', path]);
    expect(listed).toMatchObject({ code: 0, stdout: '1  ferry\n1  tug\n' });
    const written = await runProgram(['import', 'battles', path, '--model', 'ferry']);
    expect(JSON.parse(written.stdout)).toMatchObject({ prompt: question, response: 'Boats sleep there.' });
    expect((await runProgram(['import', 'battles', `${path}.absent`])).code).toBe(2);
  });
});
