import { BundleRefused } from './errors.js';
import { createSummary, type FileSummary } from './format.js';
import { openTar, type TarFile } from './tar.js';
import { textLines, textOf } from './text-lines.js';

/** Reads a bundle's files in their order, each once and whole. Every method throws BundleRefused. */
export interface Archive {
  /** The text of the next file, which must be this one. */
  text(name: string): Promise<string>;
  /** The text of the next file where it is this one; null where it is another. */
  textIf(name: string): Promise<string | null>;
  /** The lines of the next file, which must be this one. */
  lines(name: string): AsyncGenerator<string>;
  /** The texts of the next files as long as they stand in this folder, by name; names rise. */
  textsIn(folder: string): Promise<ReadonlyMap<string, string>>;
  /** Must be the end. */
  end(): Promise<void>;
  /** What was read so far. */
  summaries(): readonly FileSummary[];
  /** Calls back with the number of bytes read. */
  watchProgress(callback: (done: number) => void): void;
}

const MAX_TEXT = 16 * 2 ** 20;
/** An answer has at most a few megabytes, and a trial at most nine answers in two forms. */
const MAX_LINE = 128 * 2 ** 20;
const MAX_FILES_IN_FOLDER = 200;
const MAX_FOLDER = 64 * 2 ** 20;

/** Opens an archive. */
export function openArchive(source: AsyncIterable<Buffer>): Archive {
  const tar = openTar(source);
  const summaries: FileSummary[] = [];
  let progress: (done: number) => void = () => undefined;
  let done = 0;
  let waiting: TarFile | null | undefined;
  const peek = async (): Promise<TarFile | null> => {
    if (waiting === undefined) waiting = await tar.next();
    return waiting;
  };
  async function* read(file: TarFile): AsyncGenerator<Buffer> {
    waiting = undefined;
    const summary = createSummary(file.name);
    for await (const chunk of file.bytes()) {
      summary.add(chunk);
      done += chunk.length;
      progress(done);
      yield chunk;
    }
    summaries.push(summary.end());
  }
  const take = async (name: string): Promise<TarFile> => {
    const file = await peek();
    if (file?.name === name) return file;
    const found = file === null ? 'the archive ends' : `${JSON.stringify(file.name)} stands`;
    throw new BundleRefused(`${found} where ${name} belongs`);
  };
  const textOfFile = async (file: TarFile): Promise<string> => {
    if (file.size > MAX_TEXT) throw new BundleRefused(`${file.name} is larger than ${MAX_TEXT} bytes`);
    const parts: Buffer[] = [];
    for await (const chunk of read(file)) parts.push(chunk);
    return textOf(Buffer.concat(parts), file.name);
  };
  return {
    text: async (name) => await textOfFile(await take(name)),
    textIf: async (name) => {
      const file = await peek();
      return file?.name === name ? await textOfFile(file) : null;
    },
    lines: async function* (name) {
      yield* textLines(read(await take(name)), name, MAX_LINE);
    },
    textsIn: async (folder) => {
      const texts = new Map<string, string>();
      let [last, size] = ['', 0];
      for (let file = await peek(); file?.name.startsWith(folder); file = await peek()) {
        if (file.name <= last) throw new BundleRefused(`${file.name} stands after ${last}`);
        [last, size] = [file.name, size + file.size];
        if (texts.size >= MAX_FILES_IN_FOLDER || size > MAX_FOLDER)
          throw new BundleRefused(`there is too much in ${folder}`);
        texts.set(file.name, await textOfFile(file));
      }
      return texts;
    },
    end: async () => {
      const file = await peek();
      if (file !== null) throw new BundleRefused(`${JSON.stringify(file.name)} is no file of a bundle`);
    },
    summaries: () => summaries,
    watchProgress: (callback) => {
      progress = callback;
    },
  };
}
