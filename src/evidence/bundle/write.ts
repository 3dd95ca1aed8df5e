import { createWriteStream } from 'node:fs';
import { rename, rm } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { errorMessage, programVersion } from '../../core/index.js';
import { type Db, findSuiteText, incidentEvents, logEntriesFrom, trialsAfter } from '../../store/index.js';
import { EvidenceError } from '../errors.js';
import { entryText } from '../log-entry.js';
import { newestHead } from '../seal.js';
import type { VendorStatement } from '../statement.js';
import { answerLine } from './answer-lines.js';
import { type CheckedAnswers, checkAnswers } from './check-answers.js';
import {
  type CosignedFiles,
  checkCosigned,
  cosignedFiles,
  type ReadCosigned,
  readCosigned,
} from './cosigned.js';
import { createSummary, type FileSummary, manifestText, suiteName, watchText } from './format.js';
import { createLogChain, type LogChain } from './log-chain.js';
import { packing } from './packed.js';
import { readme } from './readme.js';
import { reportText } from './report.js';
import { readStatements, statementsText } from './statements.js';
import { suiteHashes, suitesNeeded } from './suites.js';
import { tarEnd, tarHeader, tarPadding } from './tar.js';
import { keysText } from './verify.js';
import { createWatchLog, type LoggedWatch } from './watch-log.js';

/** What is exported. */
export interface BundleInput {
  readonly watch: string;
  readonly epoch: number;
}

/** What a written bundle holds. */
export interface WrittenBundle {
  readonly entries: number;
  readonly rounds: number;
  readonly trials: number;
  /** Trials of a round that has not finished; they are left out. */
  readonly openTrials: number;
  /** Answers whose text was removed. */
  readonly removed: number;
}

const PAGE = 200;

/**
 * Writes the bundle of a watch as of the newest checkpoint. Everything is checked on the way, as a reader would: what does
 * not hold is not handed out. The same state gives the same bytes (of the archive always; packed, with the same zlib).
 * @throws EvidenceError
 */
export async function writeBundle(db: Db, input: BundleInput, path: string): Promise<WrittenBundle> {
  const { size, note } = await newestHead(db);
  const chain = createLogChain();
  const cosigned = await cosignedFiles(db, size);
  const watch = await readLog(db, input, chain, size, cosigned && readCosigned(cosigned, []));
  chain.checkHead(note);
  const suites = await suiteTexts(db, watch);
  const answers = (): AsyncGenerator<string> => answerLines(db, watch);
  const checked = await checkAnswers(watch, suitesNeeded(watch, suites), answers());
  if (checked.answers === 0) throw new EvidenceError(`no round of epoch ${watch.epoch} has finished yet`);
  const statements = statementsText(await storedStatements(db, watch));
  const said = readStatements(watch, statements);
  const fixed = {
    readme,
    note,
    cosigned,
    keys: keysText(chain),
    watch: watchText(watch),
    result: checked.replayed.text,
    statements,
    report: reportText(watch, chain, note, { ...checked, said }),
  };
  const files = filesOf(fixed, suites, () => logLines(db, size), answers);
  const summaries: FileSummary[] = [];
  for (const file of files) summaries.push(await summaryOf(file));
  const manifest = {
    name: 'manifest.json',
    lines: () => [manifestText(watch, size, programVersion(), summaries)],
  };
  await pack(path, [manifest, ...files], [await summaryOf(manifest), ...summaries]);
  return written(chain, watch, checked);
}

/** A file of the bundle: its text in parts, as often as it is asked for. */
interface BundleFile {
  readonly name: string;
  lines(): AsyncIterable<string> | Iterable<string>;
}

/** The files after the manifest, in their order. */
function filesOf(
  fixed: Readonly<Record<'readme' | 'note' | 'keys' | 'watch' | 'result' | 'report', string>> & {
    readonly cosigned: CosignedFiles | null;
    readonly statements: string | null;
  },
  suites: ReadonlyMap<string, string>,
  log: () => AsyncIterable<string>,
  answers: () => AsyncIterable<string>,
): BundleFile[] {
  const whole = (name: string, text: string): BundleFile => ({ name, lines: () => [text] });
  return [
    whole('README.txt', fixed.readme),
    whole('checkpoint.txt', fixed.note),
    ...(fixed.cosigned === null
      ? []
      : [whole('cosigned.txt', fixed.cosigned.note), whole('witnesses.txt', fixed.cosigned.keys)]),
    whole('keys.txt', fixed.keys),
    whole('watch.json', fixed.watch),
    ...[...suites].map(([name, text]) => whole(name, text)),
    { name: 'log.jsonl', lines: () => withEnds(log()) },
    { name: 'answers.jsonl', lines: () => withEnds(answers()) },
    ...(fixed.statements === null ? [] : [whole('statements.jsonl', fixed.statements)]),
    whole('result.json', fixed.result),
    whole('report.html', fixed.report),
  ];
}

async function* withEnds(lines: AsyncIterable<string>): AsyncGenerator<string> {
  for await (const line of lines) yield `${line}\n`;
}

async function readLog(
  db: Db,
  input: BundleInput,
  chain: LogChain,
  size: number,
  cosigned: ReadCosigned | null,
): Promise<LoggedWatch> {
  const log = createWatchLog(input.watch, input.epoch);
  for (let from = 0; from < size; from += PAGE) {
    for (const entry of await logEntriesFrom(db, from, Math.min(PAGE, size - from))) {
      chain.add(entry);
      log.add(entry);
      checkCosigned(chain, cosigned);
    }
  }
  return log.end();
}

async function storedStatements(db: Db, { replies }: LoggedWatch): Promise<VendorStatement[]> {
  const statements: VendorStatement[] = [];
  for (const { incident, seq, height } of replies) {
    const row = (await incidentEvents(db, incident)).find((one) => one.seq === seq);
    if (row === undefined)
      throw new EvidenceError(`the store has not the statement that entry ${height} is about`);
    statements.push(JSON.parse(row.event) as VendorStatement);
  }
  return statements;
}

async function* logLines(db: Db, size: number): AsyncGenerator<string> {
  for (let from = 0; from < size; from += PAGE) {
    for (const entry of await logEntriesFrom(db, from, Math.min(PAGE, size - from))) yield entryText(entry);
  }
}

async function* answerLines(db: Db, watch: LoggedWatch): AsyncGenerator<string> {
  for (let seq = 0; seq < watch.trials; ) {
    const page = await trialsAfter(db, watch.watch, watch.epoch, seq, Math.min(PAGE, watch.trials - seq));
    if (page.length === 0) throw new EvidenceError(`the store has no trial ${seq + 1}`);
    for (const entry of page) yield answerLine(entry, watch.trial(entry.trial.seq));
    seq += page.length;
  }
}

async function suiteTexts(db: Db, watch: LoggedWatch): Promise<Map<string, string>> {
  const texts = new Map<string, string>();
  const { suites, canarySuites = [] } = watch.definition.read;
  for (const hash of suiteHashes(watch) ?? []) {
    const text = await findSuiteText(db, hash);
    const named = [...suites, ...canarySuites].find((one) => one.hash === hash);
    if (text === null)
      throw new EvidenceError(
        `the store has not the text of ${named?.id} ${named?.version} (${hash}), which this epoch asked: nobody could check the prompts`,
      );
    texts.set(suiteName(hash), text);
  }
  return texts;
}

async function summaryOf(file: BundleFile): Promise<FileSummary> {
  const summary = createSummary(file.name);
  for await (const line of file.lines()) summary.add(Buffer.from(line));
  return summary.end();
}

async function pack(
  path: string,
  files: readonly BundleFile[],
  summaries: readonly FileSummary[],
): Promise<void> {
  const part = `${path}.part`;
  try {
    await pipeline(
      Readable.from(tarOf(files, summaries)),
      ...packing(),
      createWriteStream(part, { flush: true }),
    );
    await rename(part, path);
  } catch (error) {
    await rm(part, { force: true });
    throw error instanceof EvidenceError
      ? error
      : new EvidenceError(`${path} can't be written: ${errorMessage(error)}`);
  }
}

async function* tarOf(
  files: readonly BundleFile[],
  summaries: readonly FileSummary[],
): AsyncGenerator<Buffer> {
  for (const [i, file] of files.entries()) {
    const size = summaries[i]?.size ?? 0;
    yield tarHeader(file.name, size);
    let rest = size;
    for await (const line of file.lines()) {
      const bytes = Buffer.from(line);
      rest -= bytes.length;
      yield bytes;
    }
    if (rest !== 0) throw new EvidenceError('the store was changed meanwhile: try again');
    yield tarPadding(size);
  }
  yield tarEnd;
}

function written(chain: LogChain, watch: LoggedWatch, { removed }: CheckedAnswers): WrittenBundle {
  const { rounds, trials, openTrials } = watch;
  return { entries: chain.size(), rounds: rounds.length, trials, openTrials, removed };
}
