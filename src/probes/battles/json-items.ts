import { lines } from '../lines.js';

/** A battle with its whole conversation. Longer ones are malformed: one must not fill the memory. In bytes. */
const MAX_ITEM = 16 * 1024 * 1024;

/** One value of a JSON Lines file or of a JSON list, not parsed yet. */
export interface JsonItem {
  /** Where it begins, 1-based. */
  readonly line: number;
  /** null when it can't be used, for `problem`. */
  readonly bytes: Buffer | null;
  readonly problem: string | null;
}

/**
 * Splits a stream into its values: the lines of JSON Lines, or the elements of one JSON list, however it is
 * laid out. Holds one value at a time. Whether a value is JSON is for its reader to find out.
 */
export async function* jsonItems(source: AsyncIterable<Buffer>): AsyncGenerator<JsonItem> {
  const { isList, rest } = await peek(source);
  if (isList) {
    yield* elements(rest);
    return;
  }
  let line = 0;
  for await (const bytes of lines(rest, MAX_ITEM)) {
    line += 1;
    yield itemOf(line, bytes);
  }
}

function itemOf(line: number, bytes: Buffer | null): JsonItem {
  return { line, bytes, problem: bytes === null ? `longer than ${MAX_ITEM} bytes` : null };
}

/** Whether the first character is that of a list, and everything again from the start without its byte order mark. */
async function peek(
  source: AsyncIterable<Buffer>,
): Promise<{ isList: boolean; rest: AsyncIterable<Buffer> }> {
  const iterator = source[Symbol.asyncIterator]();
  const read: Buffer[] = [];
  let first: number | undefined;
  while (first === undefined) {
    const next = await iterator.next();
    if (next.done) break;
    const isStart = read.length === 0 && next.value.subarray(0, 3).equals(byteOrderMark);
    const chunk = isStart ? next.value.subarray(3) : next.value;
    read.push(chunk);
    first = chunk.find((byte) => !isSpace(byte));
  }
  const rest = async function* (): AsyncGenerator<Buffer> {
    try {
      yield* read;
      for (let next = await iterator.next(); !next.done; next = await iterator.next()) yield next.value;
    } finally {
      await iterator.return?.();
    }
  };
  return { isList: first === openList, rest: rest() };
}

const byteOrderMark = Buffer.from([0xef, 0xbb, 0xbf]);
const [openList, closeList, openMap, closeMap] = [0x5b, 0x5d, 0x7b, 0x7d];
const [quote, backslash, comma, lineFeed] = [0x22, 0x5c, 0x2c, 0x0a];

function isSpace(byte: number): boolean {
  return byte === 0x20 || (byte >= 0x09 && byte <= 0x0d);
}

/** Gathers the element that is being read. */
class Element {
  #parts: Buffer[] = [];
  #length = 0;
  /** Where it begins; null between elements. */
  line: number | null = null;

  add(part: Buffer): void {
    this.#length += part.length;
    if (this.#length <= MAX_ITEM) this.#parts.push(part);
    else this.#parts = [];
  }

  take(): JsonItem | null {
    const bytes = this.#length <= MAX_ITEM ? Buffer.concat(this.#parts) : null;
    const item = this.line === null ? null : itemOf(this.line, bytes);
    this.#parts = [];
    this.#length = 0;
    this.line = null;
    return item;
  }
}

/** Where a reader of JSON stands, as far as brackets and quotes tell. */
class Place {
  line = 1;
  /** 0 outside of the list, 1 between its elements. */
  depth = 0;
  #inString = false;
  #escaped = false;

  /** Takes the next byte. True when it has structure: it is no part of a string, and no white space. */
  take(byte: number): boolean {
    if (byte === lineFeed) this.line += 1;
    if (this.#inString) {
      if (this.#escaped) this.#escaped = false;
      else if (byte === backslash) this.#escaped = true;
      else if (byte === quote) this.#inString = false;
      return false;
    }
    if (byte === quote) this.#inString = true;
    return !isSpace(byte);
  }
}

async function* elements(source: AsyncIterable<Buffer>): AsyncGenerator<JsonItem> {
  const place = new Place();
  const element = new Element();
  let closedAt: number | null = null;
  for await (const chunk of source) {
    let from = 0;
    for (let i = 0; i < chunk.length; i += 1) {
      const byte = chunk[i] ?? 0;
      if (!place.take(byte)) continue;
      if (closedAt !== null) {
        yield { line: place.line, bytes: null, problem: 'something stands after the end of the list' };
        return;
      }
      const isClosing = byte === closeList || byte === closeMap;
      if (place.depth === 1 && (byte === comma || isClosing)) {
        if (element.line !== null) element.add(chunk.subarray(from, i));
        const item = element.take();
        if (item) yield item;
      } else if (place.depth > 0 && element.line === null) {
        element.line = place.line;
        from = i;
      }
      if (byte === openList || byte === openMap) place.depth += 1;
      if (isClosing) place.depth -= 1;
      if (place.depth === 0) closedAt = place.line;
    }
    if (element.line !== null) element.add(chunk.subarray(from));
  }
  const item = element.take();
  if (item) yield item;
  if (closedAt === null) yield { line: place.line, bytes: null, problem: 'the list does not end' };
}
