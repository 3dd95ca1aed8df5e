import { readFileSync } from 'node:fs';
import { readSmallFile } from '../../config/index.js';
import { plainLine, plainText, systemClock } from '../../core/index.js';
import {
  acceptCosignatures,
  type Cosigned,
  checkProof,
  cosign,
  openWitness,
  proveEntry,
  readCheckpointRequest,
  remoteLog,
} from '../../evidence/index.js';
import { logForks } from '../../store/index.js';
import { exitCodes } from '../exit-codes.js';
import type { Terminal } from '../terminal.js';
import { withStore } from '../watch-file.js';

export interface CosignOptions {
  readonly config: string;
  /** Where the other installation's web page is. */
  readonly url?: URL;
  /** What its "evidence checkpoint" printed. */
  readonly file?: string;
  readonly logKey?: string;
}

/**
 * Co-signs another log's newest checkpoint, and hands the co-signature in where the log has a web page. Works beside a
 * daemon. Returns 4 where the log does not go on from what was seen of it. @throws ConfigError, StoreError, EvidenceError
 */
export async function cosignLog(options: CosignOptions, out: Terminal, info: Terminal): Promise<number> {
  return await withStore(options.config, async (store, file) => {
    const witness = await openWitness(store, file.evidence);
    const remote = options.url === undefined ? null : remoteLog(options.url);
    const shown =
      remote === null
        ? readCheckpointRequest(readText(options.file ?? '-'))
        : { note: await remote.checkpoint(), prove: remote.prove };
    const settings = { logKey: options.logKey ?? null, at: systemClock.now() };
    const found = await cosign(store, witness, shown, settings);
    if (found.kind !== 'signed') return refused(found, out, info);
    out.line(plainText(`${found.note}${found.line}`.trimEnd()));
    info.line(signedLine(found));
    const reason = remote === null ? 'it was not asked' : await remote.submit(`${found.note}${found.line}`);
    if (reason === null) info.line('The log has taken the co-signature.');
    else {
      info.line(`The log has not taken it: ${plainLine(reason, 500).replace(/\.$/, '')}.`);
      info.line('Pass the lines above on to its operator, for "twinwatch evidence cosignature FILE".');
      info.line(`It has to trust this witness first: ${witness.verifier.text}`);
    }
    return exitCodes.ok;
  });
}

function signedLine({ head, before }: Extract<Cosigned, { kind: 'signed' }>): string {
  const since =
    before === null
      ? 'It was not seen before: nothing is known of what it said until now.'
      : `It goes on from the ${before.size} entries that were seen ${new Date(before.seen_at).toISOString()}.`;
  return `Co-signed ${head.size} entries of ${plainLine(head.origin, 200)}. ${since}`;
}

function refused(
  { kind, head, note, before }: Exclude<Cosigned, { kind: 'signed' }>,
  out: Terminal,
  info: Terminal,
): number {
  const name = plainLine(head.origin, 200);
  const says = `${head.size} entries now, ${before.size} when it was seen ${new Date(before.seen_at).toISOString()}`;
  if (kind === 'smaller') {
    info.line(`${name} shows fewer entries than before (${says}). Nothing was signed.`);
    return exitCodes.failure;
  }
  info.line(info.paint(['bold', 'red'], `FORK: ${name} does not go on from what it said before.`));
  info.line(
    head.size === before.size
      ? `It signed two histories of ${head.size} entries: the two notes below prove it.`
      : `It gave no proof that holds (${says}): its history was changed, or the proof on its way.`,
  );
  info.line('Nothing was signed. Both notes are kept ("twinwatch evidence forks"); show them to others.');
  for (const one of [before.note, note]) out.line(plainText(one));
  return exitCodes.fork;
}

/** Prints the forks of other logs that were found. @throws ConfigError, StoreError */
export async function showForks(config: string, out: Terminal): Promise<number> {
  return await withStore(config, async (store) => {
    const forks = await logForks(store.db);
    if (forks.length === 0) out.line('No fork of another log was found.');
    for (const { origin, kept_note: kept, other_note: other, found_at: at } of forks) {
      out.line(
        `${plainLine(origin, 200)}, found ${new Date(at).toISOString()}: seen first, and what does not follow:`,
      );
      for (const note of [kept, other]) out.line(`\n${plainText(note)}`);
    }
    return exitCodes.ok;
  });
}

/** Takes the co-signature that a witness has passed on. @throws ConfigError, StoreError */
export async function addCosignature(
  path: string,
  config: string,
  out: Terminal,
  info: Terminal,
): Promise<number> {
  return await withStore(config, async (store, { evidence }) => {
    const note = readText(path);
    const found = await acceptCosignatures(store, note, evidence.witnesses, systemClock.now());
    if (found.kind === 'accepted') {
      const what = found.added === 0 ? 'It was there already' : 'Added';
      out.line(`${what}: a co-signature of the checkpoint over ${found.size} entries.`);
      return exitCodes.ok;
    }
    info.line(
      found.kind === 'refused'
        ? `Not taken: ${plainLine(found.reason, 500)}.`
        : 'Not taken: no witness of evidence.witnesses in the watch file has signed it.',
    );
    return exitCodes.failure;
  });
}

/** Prints the proof that an entry stands in the log. @throws ConfigError, StoreError, EvidenceError */
export async function showProof(
  height: number,
  config: string,
  out: Terminal,
  info: Terminal,
): Promise<number> {
  return await withStore(config, async (store) => {
    const proof = await proveEntry(store.db, height, { withEntry: true });
    if (proof === null) info.line(`No checkpoint covers an entry ${height}.`);
    else out.line(proof.trimEnd());
    return proof === null ? exitCodes.usage : exitCodes.ok;
  });
}

export interface CheckProofOptions {
  readonly trust: string;
  readonly witness: readonly string[];
}

/** Checks a proof; needs no store. @throws EvidenceError saying what is wrong */
export function checkProofFile(path: string, { trust, witness }: CheckProofOptions, out: Terminal): number {
  const { height, text, checkpoint, witnesses } = checkProof(readText(path), trust, witness);
  out.line(`holds: entry ${height} of the ${checkpoint.size} of ${plainLine(checkpoint.origin, 200)}`);
  for (const key of witnesses) out.line(`co-signed: ${plainLine(key, 1000)}`);
  out.line(plainText(text));
  return exitCodes.ok;
}

function readText(path: string): string {
  return path === '-' ? readFileSync(0, 'utf8') : readSmallFile(path);
}
