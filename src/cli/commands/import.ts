import { createWriteStream, rmSync } from 'node:fs';
import { Readable, type Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';
import { errorMessage, plainLine } from '../../core/index.js';
import {
  type BattleAnswer,
  type BattleTally,
  type ModelTally,
  newBattleTally,
  ProbeError,
  readBattles,
} from '../../probes/index.js';
import { exitCodes } from '../exit-codes.js';
import { withProgressBar } from '../progress-bar.js';
import type { Terminal } from '../terminal.js';

export interface ImportOptions {
  /** Whose answers are written; left out: the models are listed. */
  readonly model?: string;
  /** A new file, packed when its name ends in .gz; left out: stdout. */
  readonly out?: string;
}

export interface ImportTerminals {
  /** Where answers go that go to no file. */
  readonly stdout: Writable;
  readonly out: Terminal;
  readonly info: Terminal;
}

/**
 * Writes the first answers of one model in a dump of arena battles as lines that `compare` reads, or lists
 * the models. @throws ProbeError when the dump can't be read, or the file can't be written
 */
export async function importBattles(
  path: string,
  options: ImportOptions,
  terminals: ImportTerminals,
): Promise<number> {
  const { model, out } = options;
  const { info } = terminals;
  if (model === undefined && out !== undefined)
    throw new ProbeError('--out needs --model: a file holds the answers of one model');
  const tally = newBattleTally();
  await withProgressBar(info, '{percentage} % read', async (onProgress) => {
    const answers = readBattles(path, tally, onProgress);
    if (model === undefined) await drain(answers);
    else await write(linesOf(answers, model), out, terminals.stdout);
  });
  for (const { line, reason } of tally.firstMalformed) info.line(`${plainLine(path)}:${line}: ${reason}`);
  if (model === undefined) return listModels(path, tally, terminals);
  const found = tally.models.get(model);
  if (found === undefined) return reportUnknown(path, model, tally, out, info);
  const place = out === undefined ? '' : ` written to ${plainLine(out)}`;
  info.line(`${readLine(path, tally)}; ${number(found.answers)} answers of ${plainLine(model)}${place}`);
  for (const line of leftOut(found)) info.line(`  ${line}`);
  return exitCodes.ok;
}

async function drain(answers: AsyncIterable<unknown>): Promise<void> {
  for await (const _ of answers) {
    // Counting is all that listing needs.
  }
}

async function* linesOf(answers: AsyncIterable<BattleAnswer>, model: string): AsyncGenerator<string> {
  for await (const answer of answers) {
    if (answer.model !== model) continue;
    const { promptId, prompt, response } = answer;
    yield `${escaped(JSON.stringify({ prompt_id: promptId, prompt, response }))}\n`;
  }
}

/** JSON may hold what steers a terminal; written as \\u escapes, it means the same to every reader. */
function escaped(json: string): string {
  return json.replaceAll(
    /[\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/g,
    (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

async function write(lines: AsyncIterable<string>, out: string | undefined, stdout: Writable): Promise<void> {
  const source = Readable.from(lines);
  if (out === undefined) {
    await pipeline(source, stdout, { end: false });
    return;
  }
  let isOurs = false;
  // Never over another file: the dump itself may be named by mistake.
  const file = createWriteStream(out, { flags: 'wx' }).once('open', () => {
    isOurs = true;
  });
  try {
    if (out.endsWith('.gz')) await pipeline(source, createGzip(), file);
    else await pipeline(source, file);
  } catch (cause) {
    if (isOurs) rmSync(out, { force: true });
    if (cause instanceof ProbeError) throw cause;
    throw new ProbeError(`${plainLine(out)} can't be written: ${errorMessage(cause)}`, { cause });
  }
}

function listModels(path: string, tally: BattleTally, { out, info }: ImportTerminals): number {
  const rows = byAnswers(tally);
  const width = number(rows[0]?.[1].answers ?? 0).length;
  for (const [name, { answers }] of rows) out.line(`${number(answers).padStart(width)}  ${plainLine(name)}`);
  info.line(`${readLine(path, tally)}; ${number(rows.length)} models`);
  const total = rows.map(([, model]) => model).reduce(sum, noAnswers);
  for (const line of leftOut(total)) info.line(`  ${line}`);
  return rows.length === 0 ? notADump(info) : exitCodes.ok;
}

function byAnswers(tally: BattleTally): [string, ModelTally][] {
  return [...tally.models].sort(([a, x], [b, y]) => y.answers - x.answers || (a < b ? -1 : 1));
}

function reportUnknown(
  path: string,
  model: string,
  tally: BattleTally,
  out: string | undefined,
  info: Terminal,
): number {
  if (out !== undefined) rmSync(out, { force: true });
  info.line(readLine(path, tally));
  if (tally.models.size === 0) return notADump(info);
  const names = byAnswers(tally).map(([name]) => name);
  const wanted = model.toLowerCase();
  const alike = names.filter((name) => name.toLowerCase().includes(wanted));
  const shown = (alike.length > 0 ? alike : names).slice(0, 8).map((name) => plainLine(name, 80));
  info.line(`No answers of ${plainLine(model)}. There are answers of ${shown.join(', ')}.`);
  return exitCodes.usage;
}

function notADump(info: Terminal): number {
  info.line('No battles were found. Expected: JSON Lines or one JSON list, with model_a, model_b,');
  info.line('conversation_a and conversation_b in each battle. Other formats have to be converted first.');
  return exitCodes.usage;
}

function readLine(path: string, tally: BattleTally): string {
  const malformed = tally.malformed > 0 ? `, ${number(tally.malformed)} malformed lines` : '';
  return `${plainLine(path)}: ${number(tally.battles)} battles${malformed}`;
}

const noAnswers: ModelTally = {
  answers: 0,
  laterAnswers: 0,
  systemPrompts: 0,
  skipped: { 'no-answer': 0, 'not-only-text': 0, 'in-context': 0 },
};

function sum(a: ModelTally, b: ModelTally): ModelTally {
  return {
    answers: a.answers + b.answers,
    laterAnswers: a.laterAnswers + b.laterAnswers,
    systemPrompts: a.systemPrompts + b.systemPrompts,
    skipped: {
      'no-answer': a.skipped['no-answer'] + b.skipped['no-answer'],
      'not-only-text': a.skipped['not-only-text'] + b.skipped['not-only-text'],
      'in-context': a.skipped['in-context'] + b.skipped['in-context'],
    },
  };
}

/** One line for everything that is in the dump and not among the answers. */
function leftOut({ laterAnswers, systemPrompts, skipped }: ModelTally): string[] {
  const counts: [number, string][] = [
    [laterAnswers, 'left out: answers after the first of a conversation'],
    [skipped['in-context'], 'left out: asked later in a conversation (evaluation_order above 1)'],
    [skipped['no-answer'], 'left out: no text in the answer'],
    [skipped['not-only-text'], 'left out: an image or another part that is not text'],
    [systemPrompts, 'read without the system prompt that they were given under'],
  ];
  return counts.filter(([count]) => count > 0).map(([count, what]) => `${number(count)} ${what}`);
}

function number(value: number): string {
  return value.toLocaleString('en-US');
}
