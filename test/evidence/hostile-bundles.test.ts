import { spawnSync } from 'node:child_process';
import { createWriteStream, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { fileURLToPath } from 'node:url';
import { createGzip } from 'node:zlib';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { exportEvidence } from '../../src/app/index.js';
import { parseWatchFile } from '../../src/config/index.js';
import { tarHeader, tarPadding } from '../../src/evidence/bundle/tar.js';
import { entryText, genesis, hashesOfEntry } from '../../src/evidence/log-entry.js';
import { type Sandbox, startSandbox } from '../../src/sandbox/index.js';
import { temporaryFolders } from '../_util/folder.js';
import { type Files, readFiles, watchedPair } from './_bundle.js';

const newFolder = temporaryFolders();
const child = fileURLToPath(new URL('../../bench/_util/verify-alone.ts', import.meta.url));
/** For everything that is no buffer: as much as the program itself needs, and little more. */
const HEAP_MEGABYTES = 96;
const MOST_BYTES = 500e6;
let sandbox: Sandbox;
let folder: string;
let files: Files;

beforeAll(async () => {
  sandbox = await startSandbox({ seed: 'hostile' });
  folder = newFolder();
  const path = await watchedPair(sandbox, folder);
  const bundle = join(folder, 'good.tar.gz');
  await exportEvidence(parseWatchFile(readFileSync(path, 'utf8'), path, null), 'pair', bundle);
  files = await readFiles(bundle);
});

afterAll(() => sandbox.close());

/** The bundle up to one file, which is then of this size and made of these parts. */
async function* until(name: string, size: number, parts: Iterable<Buffer>): AsyncGenerator<Buffer> {
  for (const [before, bytes] of files) {
    if (before === name) break;
    yield Buffer.concat([tarHeader(before, bytes.length), bytes, tarPadding(bytes.length)]);
  }
  yield tarHeader(name, size);
  yield* parts;
}

function* repeated(part: Buffer, count: number): Generator<Buffer> {
  for (let i = 0; i < count; i += 1) yield part;
}

/** Entries of another watch, each after the one before. */
function* chained(count: number): Generator<Buffer> {
  let prev = genesis;
  for (let height = 0; height < count; height += 1) {
    const entry = { height, at: height, kind: 'delivery', watch_id: 'x', payload: '{}', prev_hash: prev };
    prev = hashesOfEntry(entry).hash;
    yield Buffer.from(`${entryText(entry)}\n`);
  }
}

async function verified(name: string, tar: AsyncIterable<Buffer>): Promise<{ found: unknown; most: number }> {
  const path = join(folder, name);
  await pipeline(Readable.from(tar), createGzip({ level: 1 }), createWriteStream(path));
  const { stdout, stderr } = spawnSync(
    process.execPath,
    [`--max-old-space-size=${HEAP_MEGABYTES}`, '--import', 'tsx', child, path],
    { encoding: 'utf8', timeout: 60_000 },
  );
  if (stdout === '') throw new Error(stderr);
  return JSON.parse(stdout) as { found: unknown; most: number };
}

const MEGABYTE = 2 ** 20;
const zeros = Buffer.alloc(MEGABYTE);
const answer = Buffer.from(`${'{"seq":1}'.padEnd(1023)}\n`.repeat(1024));

it.each([
  [
    'a text that unpacks to a gigabyte',
    () => until('checkpoint.txt', 2 ** 30, repeated(zeros, 1024)),
    /larger than/,
  ],
  [
    'a line without an end',
    () => until('log.jsonl', 2 ** 30, repeated(Buffer.alloc(MEGABYTE, 'x'), 1024)),
    /times its size|a line of more than/,
  ],
  [
    'a million lines that are no answers',
    () => until('answers.jsonl', 2 ** 30, repeated(answer, 1024)),
    /^entry \d+: /,
  ],
  [
    'a hundred thousand entries without a key',
    () => until('log.jsonl', 2 ** 30, chained(100_000)),
    /ends in the middle of a file/,
  ],
])(
  'refuses %s in bounded memory',
  async (name, tar, reason) => {
    const { found, most } = await verified(`${name.replaceAll(' ', '-')}.tar.gz`, tar());
    const said = found as { kind: string; reason?: string; problem?: string };
    expect(said.kind).toMatch(/^(refused|wrong)$/);
    expect(said.reason ?? said.problem).toMatch(reason);
    expect(most).toBeLessThan(MOST_BYTES);
  },
  90_000,
);
