import { BundleRefused } from './errors.js';

/** The text of UTF-8 bytes. @throws BundleRefused when they are none */
export function textOf(bytes: Buffer, name: string): string {
  try {
    // A byte order mark is a character like any other here: a text has one spelling.
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    throw new BundleRefused(`${name} is not UTF-8 text`);
  }
}

/** The lines of a text, without their line feeds; the last one has one too. @throws BundleRefused */
export async function* textLines(
  chunks: AsyncIterable<Buffer>,
  name: string,
  maxBytes: number,
): AsyncGenerator<string> {
  let parts: Buffer[] = [];
  let length = 0;
  const add = (part: Buffer): void => {
    length += part.length;
    if (length > maxBytes) throw new BundleRefused(`${name} has a line of more than ${maxBytes} bytes`);
    if (part.length > 0) parts.push(part);
  };
  for await (const chunk of chunks) {
    let from = 0;
    for (let end = chunk.indexOf(10); end >= 0; end = chunk.indexOf(10, from)) {
      add(chunk.subarray(from, end));
      yield textOf(Buffer.concat(parts), name);
      [parts, length, from] = [[], 0, end + 1];
    }
    add(chunk.subarray(from));
  }
  if (length > 0) throw new BundleRefused(`the last line of ${name} has no end`);
}
