import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';
import { z } from 'zod';
import { canonicalText, errorMessage, plainLine, sha256 } from '../core/index.js';
import type { AnswerRecord } from '../fingerprint/index.js';
import { lines } from './lines.js';

/** Longer lines are malformed: a file without line feeds must not fill the memory. In bytes. */
const MAX_LINE = 4 * 1024 * 1024;
/** Malformed lines that are kept with their reason; the others are counted. */
const NAMED = 10;

const answerSchema = z.object({
  prompt_id: z.string().min(1).nullish(),
  prompt: z.string(),
  response: z.string(),
});

/** One line that could not be read. */
export interface MalformedLine {
  /** 1-based. */
  readonly line: number;
  readonly reason: string;
}

/** The answers of a file, and what of it could not be read. */
export interface AnswerFile {
  readonly records: readonly AnswerRecord[];
  /** SHA-256 of the file's bytes as they are on the disk, hexadecimal. */
  readonly sha256: string;
  readonly malformed: { readonly count: number; readonly first: readonly MalformedLine[] };
}

/**
 * Reads recorded answers line by line from a `.jsonl` file, or a `.jsonl.gz` file. Empty lines are skipped,
 * malformed ones counted and the rest still read. A prompt without an id is known by its text.
 * @throws Error when the file can't be opened, read or unpacked
 */
export async function readAnswers(path: string): Promise<AnswerFile> {
  const hash = createHash('sha256');
  const tap = new Transform({
    transform: (chunk: Buffer, _, done) => {
      hash.update(chunk);
      done(null, chunk);
    },
  });
  const records: AnswerRecord[] = [];
  const first: MalformedLine[] = [];
  let count = 0;
  const collect = async (source: AsyncIterable<Buffer>): Promise<void> => {
    let number = 0;
    for await (const line of lines(source, MAX_LINE)) {
      number += 1;
      const parsed = parseLine(line, number === 1);
      if (parsed === 'empty') continue;
      if (typeof parsed !== 'string') records.push(parsed);
      else if (++count <= NAMED) first.push({ line: number, reason: parsed });
    }
  };
  const stream = createReadStream(path);
  if (path.endsWith('.gz')) await pipeline(stream, tap, createGunzip(), collect);
  else await pipeline(stream, tap, collect);
  return { records, sha256: hash.digest('hex'), malformed: { count, first } };
}

/** What a prompt without an id is known by: two files that ask the same pair by it. */
export function promptIdOf(prompt: string): string {
  return sha256(canonicalText(prompt)).slice(0, 16);
}

/** The answer, `empty`, or why the line can't be read. */
function parseLine(line: Buffer | null, isFirst: boolean): AnswerRecord | string {
  if (line === null) return `longer than ${MAX_LINE} bytes`;
  try {
    // The decoder drops a byte order mark, which only the first line may have.
    const text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: !isFirst }).decode(line).trim();
    if (text === '') return 'empty';
    const result = answerSchema.safeParse(JSON.parse(text));
    if (!result.success) return plainLine(z.prettifyError(result.error), 200);
    const { prompt, response } = result.data;
    return {
      prompt_id: result.data.prompt_id ?? promptIdOf(prompt),
      prompt,
      response,
    };
  } catch (error) {
    return plainLine(errorMessage(error), 200);
  }
}
