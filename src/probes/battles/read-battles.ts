import { createReadStream } from 'node:fs';
import { open } from 'node:fs/promises';
import { pipeline, Transform } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { errorMessage, plainLine } from '../../core/index.js';
import { ProbeError } from '../errors.js';
import { type MalformedLine, promptIdOf } from '../read-answers.js';
import { type BattleSide, battleSides, type SkipReason } from './battle.js';
import { type JsonItem, jsonItems } from './json-items.js';

/** One first answer of a battle, as `compare` reads it. */
export interface BattleAnswer {
  readonly model: string;
  /** The same for the same prompt in every file. */
  readonly promptId: string;
  readonly prompt: string;
  readonly response: string;
}

/** What a file of battles held. Grows while it is read. */
export interface BattleTally {
  /** Battles that could be read at least in part. */
  battles: number;
  /** First answers by model. */
  readonly models: Map<string, ModelTally>;
  malformed: number;
  /** The first of the malformed ones. */
  readonly firstMalformed: MalformedLine[];
}

export interface ModelTally {
  answers: number;
  /** Answers after the first of a conversation: left out. */
  laterAnswers: number;
  /** First answers that were given under a system prompt: they are read, and the system prompt is left out. */
  systemPrompts: number;
  readonly skipped: Record<SkipReason, number>;
}

/** Malformed battles that are kept with their reason; the others are counted. */
const NAMED = 10;
/** More names than any arena has: a hostile file must not fill the memory with them. */
const MAX_MODELS = 20_000;

export function newBattleTally(): BattleTally {
  return { battles: 0, models: new Map(), malformed: 0, firstMalformed: [] };
}

/**
 * Reads the first answers of a dump of arena battles, as JSON Lines or one JSON list, packed with gzip or
 * not, one battle at a time. A malformed battle is named in the tally, and the rest is still read.
 * @param onProgress is told how many bytes of the file were read, of how many
 * @throws ProbeError when the file can't be read to its end, or is of another format
 */
export async function* readBattles(
  path: string,
  tally: BattleTally,
  onProgress: (done: number, total: number) => void = () => undefined,
): AsyncGenerator<BattleAnswer> {
  try {
    for await (const item of jsonItems(await contents(path, onProgress))) yield* answersOf(item, tally);
  } catch (cause) {
    if (cause instanceof ProbeError) throw cause;
    throw new ProbeError(plainLine(`${path} can't be read: ${errorMessage(cause)}`), { cause });
  }
}

const gzip = Buffer.from([0x1f, 0x8b]);
const parquet = Buffer.from('PAR1');

/** The bytes of the file, unpacked. */
async function contents(
  path: string,
  onProgress: (done: number, total: number) => void,
): Promise<AsyncIterable<Buffer>> {
  const file = await open(path);
  try {
    const stat = await file.stat();
    if (!stat.isFile()) throw new ProbeError(`${plainLine(path)} is not a regular file`);
    const { buffer, bytesRead } = await file.read(Buffer.alloc(4), 0, 4, 0);
    const start = buffer.subarray(0, bytesRead);
    if (start.equals(parquet))
      throw new ProbeError(
        `${plainLine(path)} is a Parquet file: write it as JSON Lines first, one battle a line`,
      );
    const stream = createReadStream(path, { highWaterMark: 256 * 1024 });
    const parts: (NodeJS.ReadableStream | NodeJS.ReadWriteStream)[] = [
      stream,
      tap((done) => onProgress(done, stat.size)),
    ];
    if (start.subarray(0, 2).equals(gzip)) parts.push(createGunzip());
    // The iterator over the last part throws what goes wrong in any.
    pipeline(parts as readonly NodeJS.ReadWriteStream[], () => undefined);
    return parts.at(-1) as unknown as AsyncIterable<Buffer>;
  } finally {
    await file.close();
  }
}

/** Passes bytes on and tells how many there were. */
function tap(onBytes: (done: number) => void): Transform {
  let done = 0;
  return new Transform({
    transform: (chunk: Buffer, _, next) => {
      done += chunk.length;
      onBytes(done);
      next(null, chunk);
    },
  });
}

function* answersOf(item: JsonItem, tally: BattleTally): Generator<BattleAnswer> {
  const sides = sidesOf(item);
  if (sides === null) return;
  const broken = sides.find((side) => side.kind === 'malformed');
  if (broken) {
    tally.malformed += 1;
    if (tally.firstMalformed.length < NAMED)
      tally.firstMalformed.push({ line: item.line, reason: plainLine(broken.reason, 200) });
  }
  if (sides.some((side) => side.kind !== 'malformed')) tally.battles += 1;
  for (const side of sides) {
    if (side.kind === 'malformed') continue;
    const model = modelTally(tally, side.model);
    if (side.kind === 'skipped') {
      model.skipped[side.reason] += 1;
      continue;
    }
    model.answers += 1;
    model.laterAnswers += side.laterAnswers;
    if (side.hasSystemPrompt) model.systemPrompts += 1;
    const { prompt, response } = side;
    yield { model: side.model, promptId: promptIdOf(prompt), prompt, response };
  }
}

/** null for an empty line. */
function sidesOf({ bytes, problem }: JsonItem): BattleSide[] | null {
  if (bytes === null) return [{ kind: 'malformed', reason: problem ?? 'can not be read' }];
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(bytes).trim();
    return text === '' ? null : battleSides(JSON.parse(text));
  } catch (error) {
    return [{ kind: 'malformed', reason: errorMessage(error) }];
  }
}

function modelTally(tally: BattleTally, name: string): ModelTally {
  const known = tally.models.get(name);
  if (known) return known;
  if (tally.models.size >= MAX_MODELS)
    throw new ProbeError(`the battles name more than ${MAX_MODELS} models: this is no dump of an arena`);
  const fresh: ModelTally = {
    answers: 0,
    laterAnswers: 0,
    systemPrompts: 0,
    skipped: { 'not-only-text': 0, 'no-answer': 0, 'in-context': 0 },
  };
  tally.models.set(name, fresh);
  return fresh;
}
