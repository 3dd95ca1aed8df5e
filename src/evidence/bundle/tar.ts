import { BundleRefused } from './errors.js';

/*
 * Tar archives (POSIX ustar) of nothing but plain files, in one spelling: no owner, no time, one mode. A library reads
 * all dialects there are, with links, devices, folders and long names, each of which would have to be refused. Here a
 * header that is not, byte for byte, what the writer would have written is refused, and no byte goes unchecked.
 */

const BLOCK = 512;
const LONGEST_NAME = 100;

/** A file's header. Names are plain ASCII of at most 100 characters, sizes below 8 GiB. */
export function tarHeader(name: string, size: number): Buffer {
  const header = Buffer.alloc(BLOCK);
  header.write(name, 0, LONGEST_NAME, 'latin1');
  header.write('0000644\u00000000000\u00000000000\u0000', 100, 'latin1');
  header.write(`${size.toString(8).padStart(11, '0')}\u0000${'0'.repeat(11)}\u0000`, 124, 'latin1');
  header.write('        0', 148, 'latin1');
  header.write('ustar\u000000', 257, 'latin1');
  header.write('0000000\u00000000000\u0000', 329, 'latin1');
  const sum = header.reduce((total, byte) => total + byte, 0);
  header.write(`${sum.toString(8).padStart(6, '0')}\u0000 `, 148, 'latin1');
  return header;
}

/** What stands after a file's bytes, up to the next header. */
export function tarPadding(size: number): Buffer {
  return Buffer.alloc((BLOCK - (size % BLOCK)) % BLOCK);
}

/** What stands after the last file. */
export const tarEnd: Buffer = Buffer.alloc(2 * BLOCK);

/** A file of an archive; its bytes can be read once, before the next file is asked for. */
export interface TarFile {
  readonly name: string;
  readonly size: number;
  bytes(): AsyncGenerator<Buffer>;
}

/** Reads an archive file by file, in the memory of one chunk. */
export interface TarReader {
  /** The next file; null when there is none, and nothing after the end either. @throws BundleRefused */
  next(): Promise<TarFile | null>;
}

/** Opens an archive for reading. */
export function openTar(source: AsyncIterable<Buffer>): TarReader {
  const bytes = byteReader(source);
  return {
    next: async () => {
      const header = await bytes.exactly(BLOCK);
      if (header.every((byte) => byte === 0)) {
        const last = await bytes.exactly(BLOCK);
        if (!last.every((byte) => byte === 0) || (await bytes.some(1)) !== null)
          throw new BundleRefused('the archive goes on after its end');
        return null;
      }
      return fileOf(header, bytes);
    },
  };
}

function fileOf(header: Buffer, bytes: ByteReader): TarFile {
  const name = header.toString('latin1', 0, LONGEST_NAME).replace(/\0+$/, '');
  const size = Number.parseInt(header.toString('latin1', 124, 135), 8);
  const shown = JSON.stringify(name);
  const kind = String.fromCharCode(header[156] ?? 0);
  if (kind !== '0' && kind !== '\u0000')
    throw new BundleRefused(`${shown} is ${kinds.get(kind) ?? 'no plain file'}`);
  if (!/^[A-Za-z0-9]+(?:[./-][A-Za-z0-9]+)*$/.test(name))
    throw new BundleRefused(`${shown} is no name of a file in a bundle`);
  if (!(size >= 0) || !header.equals(tarHeader(name, size)))
    throw new BundleRefused(`the header of ${shown} is not as a bundle has it`);
  return {
    name,
    size,
    bytes: async function* () {
      for (let left = size; left > 0; ) {
        const chunk = await bytes.some(left);
        if (chunk === null) throw new BundleRefused('the archive ends in the middle of a file');
        left -= chunk.length;
        yield chunk;
      }
      const padding = tarPadding(size);
      if (!(await bytes.exactly(padding.length)).equals(padding))
        throw new BundleRefused(`${shown} is not padded with zeros`);
    },
  };
}

const kinds: ReadonlyMap<string, string> = new Map([
  ['1', 'a link'],
  ['2', 'a symbolic link'],
  ['3', 'a device'],
  ['4', 'a device'],
  ['5', 'a folder'],
  ['6', 'a named pipe'],
  ['L', 'a file with a long name'],
  ['x', 'a file with further attributes'],
  ['g', 'a file with further attributes'],
]);

interface ByteReader {
  /** At least one byte and at most `most`; null at the end. */
  some(most: number): Promise<Buffer | null>;
  /** @throws BundleRefused when there are fewer */
  exactly(count: number): Promise<Buffer>;
}

function byteReader(source: AsyncIterable<Buffer>): ByteReader {
  const chunks = source[Symbol.asyncIterator]();
  let rest: Buffer = Buffer.alloc(0);
  const some = async (most: number): Promise<Buffer | null> => {
    while (rest.length === 0) {
      const { done, value } = await chunks.next();
      if (done) return null;
      rest = value;
    }
    const part = rest.subarray(0, most);
    rest = rest.subarray(part.length);
    return part;
  };
  return {
    some,
    exactly: async (count) => {
      const parts: Buffer[] = [];
      for (let left = count; left > 0; ) {
        const part = await some(left);
        if (part === null) throw new BundleRefused('the archive ends too early');
        left -= part.length;
        parts.push(part);
      }
      return Buffer.concat(parts);
    },
  };
}
