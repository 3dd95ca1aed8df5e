import { errorMessage, programVersion, sha256 } from '../../core/index.js';
import type { FoldStatus } from '../../fingerprint/index.js';
import { EvidenceError } from '../errors.js';
import { generatorTag } from '../report/index.js';
import { parseVerifierKey } from '../signed-note.js';
import { type Archive, openArchive } from './archive.js';
import { type BundleObserver, checkAnswers } from './check-answers.js';
import {
  type CosignedHead,
  checkCosigned,
  knownWitnesses,
  type ReadCosigned,
  readCosigned,
} from './cosigned.js';
import { BundleProblem, BundleRefused } from './errors.js';
import { manifestText, readManifest, suiteName, watchText } from './format.js';
import { createLogChain, type LogChain, parseEntry } from './log-chain.js';
import { readme } from './readme.js';
import { reportText } from './report.js';
import { readStatements } from './statements.js';
import { suitesNeeded } from './suites.js';
import { createWatchLog, type LoggedWatch } from './watch-log.js';

export interface VerifyOptions {
  /** The verifier key that must have signed; null: any. */
  readonly trust: string | null;
  /** Verifier keys of witnesses whose co-signatures count. */
  readonly witnesses?: readonly string[];
  /** Bytes read, of how many. */
  readonly onProgress: (done: number, total: number) => void;
  readonly observer?: BundleObserver;
  /** Given the HTML report, made anew from what was checked, once all holds. */
  readonly onReport?: (html: string) => void;
}

/** What a bundle was found to be. */
export type BundleVerification =
  | ({ readonly kind: 'holds' } & VerifiedBundle)
  /** `entry`: the height of the log's entry that is concerned, where there is one. */
  | { readonly kind: 'wrong'; readonly entry: number | null; readonly problem: string }
  | { readonly kind: 'refused'; readonly reason: string };

/** What was checked, and what came out. */
export interface VerifiedBundle {
  readonly origin: string;
  /** The log's keys, the newest last. */
  readonly keys: readonly { readonly key: string; readonly since: number; readonly isVouched: boolean }[];
  readonly isTrusted: boolean;
  readonly watch: string;
  readonly epoch: number;
  /** The watch's newest epoch in the log. */
  readonly lastEpoch: number;
  readonly entries: number;
  readonly rounds: number;
  /** Rounds whose prompts were planned anew from their seeds. */
  readonly replanned: number;
  readonly trials: number;
  /** Of a round that had not finished; not in the bundle. */
  readonly openTrials: number;
  readonly answers: number;
  /** Answers whose text was removed. */
  readonly removed: number;
  /** The last trial that was replayed: `trials`, unless texts were removed. */
  readonly replayed: number;
  /** Verdicts that came out as logged. */
  readonly verdicts: number;
  readonly level: number;
  readonly status: FoldStatus;
  /** The newest head of the log that was co-signed, and by whom; null where none was. */
  readonly cosigned: CosignedHead | null;
  /** The version of the program that is said to have written the bundle. */
  readonly program: string;
  /** Whether README.txt and report.html were compared with what follows from the rest: only the same version can do that. */
  readonly isReportCompared: boolean;
}

/**
 * Checks a bundle: every hash, link and signature, the prompts against seeds and suites, every answer, and the replay.
 * Needs neither store nor network, and as much memory as the log has trials, not texts.
 * @param tar the archive, unpacked
 */
export async function verifyBundle(
  tar: AsyncIterable<Buffer>,
  options: VerifyOptions,
): Promise<BundleVerification> {
  try {
    return { kind: 'holds', ...(await verify(openArchive(tar), options)) };
  } catch (error) {
    if (error instanceof BundleRefused) return { kind: 'refused', reason: error.message };
    if (error instanceof BundleProblem) return { kind: 'wrong', entry: error.entry, problem: error.message };
    if (error instanceof EvidenceError) return { kind: 'wrong', entry: null, problem: error.message };
    throw error;
  }
}

async function verify(archive: Archive, options: VerifyOptions): Promise<VerifiedBundle> {
  const { trust, onProgress, observer } = options;
  const stated = await archive.text('manifest.json');
  const manifest = readManifest(stated);
  const total = manifest.files.reduce((sum, { size }) => sum + size, 0);
  archive.watchProgress((done) => onProgress(done, total));
  const isOurs = manifest.program === programVersion();
  if ((await archive.text('README.txt')) !== readme && isOurs)
    throw new BundleProblem('README.txt is not the text that every bundle has');
  const note = await archive.text('checkpoint.txt');
  const cosigned = await cosignedOf(archive, options.witnesses ?? []);
  const [keys, definition] = [await archive.text('keys.txt'), await archive.text('watch.json')];
  const suites = await archive.textsIn('suites/');

  const chain = createLogChain();
  const watch = await readLog(archive, chain, manifest, cosigned);
  const origin = chain.checkHead(note);
  const isTrusted = trust !== null && checkTrust(chain, trust);
  if (keys !== keysText(chain)) throw new BundleProblem('keys.txt has not the keys of the log');
  if (definition !== watchText(watch)) throw new BundleProblem('watch.json is not what the log says');
  for (const [name, text] of suites) {
    const hash = sha256(text);
    if (name !== suiteName(hash)) throw new BundleProblem(`${name} is another suite: its hash is ${hash}`);
  }

  const lines = archive.lines('answers.jsonl');
  const checked = await checkAnswers(watch, suitesNeeded(watch, suites), lines, observer);
  const said = readStatements(watch, await archive.textIf('statements.jsonl'));
  if ((await archive.text('result.json')) !== checked.replayed.text)
    throw new BundleProblem('result.json is not what the trials lead to');
  const report = reportText(watch, chain, note, { ...checked, said });
  checkReport(await archive.text('report.html'), report, manifest.program);
  await archive.end();
  const files = archive.summaries().slice(1);
  if (stated !== manifestText(watch, chain.size(), manifest.program, files))
    throw new BundleProblem('manifest.json does not fit what is in the bundle');
  options.onReport?.(report);
  return {
    ...facts(origin, isTrusted, chain, watch, checked),
    program: manifest.program,
    isReportCompared: isOurs,
    cosigned: cosigned?.head ?? null,
  };
}

async function readLog(
  archive: Archive,
  chain: LogChain,
  { watch, epoch }: { readonly watch: string; readonly epoch: number },
  cosigned: ReadCosigned | null,
): Promise<LoggedWatch> {
  const log = createWatchLog(watch, epoch);
  for await (const line of archive.lines('log.jsonl')) {
    const entry = parseEntry(line, chain.size());
    chain.add(entry);
    log.add(entry);
    checkCosigned(chain, cosigned);
  }
  const { size } = cosigned?.head ?? { size: 0 };
  if (size > chain.size())
    throw new BundleProblem(`cosigned.txt is over ${size} entries, the log here has ${chain.size()}`);
  return log.end();
}

async function cosignedOf(archive: Archive, witnesses: readonly string[]): Promise<ReadCosigned | null> {
  const known = knownWitnesses(witnesses);
  const note = await archive.textIf('cosigned.txt');
  return note === null ? null : readCosigned({ note, keys: await archive.text('witnesses.txt') }, known);
}

/** The text of `keys.txt`. */
export function keysText(chain: LogChain): string {
  return chain
    .keys()
    .map(({ verifier }) => `${verifier.text}\n`)
    .join('');
}

/** What another version wrote it would write in other words; it can only have said that it did. */
function checkReport(text: string, expected: string, program: string): void {
  if (program === programVersion()) {
    if (text !== expected) throw new BundleProblem('report.html is not the report of what is in the bundle');
  } else if (!text.includes(generatorTag(program).text))
    throw new BundleProblem(`report.html was not written by the version ${program} that the manifest names`);
}

/** The pinned key, or those that took over from it one by one, each signed for by the one before. */
function checkTrust(chain: LogChain, trust: string): true {
  let pinned: string;
  try {
    pinned = parseVerifierKey(trust).text;
  } catch (error) {
    throw new BundleRefused(`the key to trust is none: ${errorMessage(error)}`);
  }
  const keys = chain.keys();
  const at = keys.findLastIndex(({ verifier }) => verifier.text === pinned);
  if (at < 0) throw new BundleProblem('the log was not signed with the key that you trust');
  const gap = keys.slice(at + 1).find(({ isVouched }) => !isVouched);
  if (gap !== undefined)
    throw new BundleProblem(
      `entry ${gap.height}: the key that you trust did not sign for the one that took over`,
      gap.height,
    );
  return true;
}

function facts(
  origin: string,
  isTrusted: boolean,
  chain: LogChain,
  watch: LoggedWatch,
  { replayed, replanned, answers, removed }: Awaited<ReturnType<typeof checkAnswers>>,
): Omit<VerifiedBundle, 'cosigned' | 'program' | 'isReportCompared'> {
  const keys = chain
    .keys()
    .map(({ verifier, height, isVouched }) => ({ key: verifier.text, since: height, isVouched }));
  return {
    origin,
    keys,
    isTrusted,
    watch: watch.watch,
    epoch: watch.epoch,
    lastEpoch: watch.lastEpoch,
    entries: chain.size(),
    rounds: watch.rounds.length,
    replanned,
    trials: watch.trials,
    openTrials: watch.openTrials,
    answers,
    removed,
    replayed: replayed.seq,
    verdicts: replayed.verdicts,
    level: watch.engine.read.alpha,
    status: replayed.status,
  };
}
