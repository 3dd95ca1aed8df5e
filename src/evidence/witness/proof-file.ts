import { type Db, logEntriesFrom } from '../../store/index.js';
import { type Checkpoint, parseCheckpoint } from '../checkpoint.js';
import { EvidenceError } from '../errors.js';
import { entryText } from '../log-entry.js';
import { leafHash, rootOfInclusion } from '../merkle.js';
import { newestHead } from '../seal.js';
import { fromBase64, openNote, parseNote, parseVerifierKey } from '../signed-note.js';
import { inclusionProof } from '../tree.js';
import { cosignaturesOn, parseWitnessKey } from './cosignature.js';
import { withCosignatures } from './own-log.js';

/*
 * Proofs of C2SP (https://c2sp.org/tlog-proof) that an entry stands in a log: a first line, the entry's text where it
 * is to be told ("extra"), its height, the hashes of the inclusion proof, and the signed checkpoint.
 */

const firstLine = 'c2sp.org/tlog-proof@v1';

/**
 * The proof that an entry stands in the log, under the newest checkpoint. Null where no checkpoint covers it.
 * @param withEntry whether the entry's text is in it
 * @throws EvidenceError when there is no checkpoint
 */
export async function proveEntry(
  db: Db,
  height: number,
  { withEntry }: { readonly withEntry: boolean },
): Promise<string | null> {
  const { size, note } = await newestHead(db);
  const [entry] = height < size ? await logEntriesFrom(db, height, 1) : [];
  if (entry === undefined || entry.height !== height) return null;
  const hashes = await inclusionProof(db, height, size);
  return [
    firstLine,
    ...(withEntry ? [`extra ${Buffer.from(entryText(entry)).toString('base64')}`] : []),
    `index ${height}`,
    ...hashes.map((hash) => hash.toString('base64')),
    '',
    await withCosignatures(db, size, note),
  ].join('\n');
}

/** What a proof shows. */
export interface ProvenEntry {
  readonly height: number;
  /** The entry's text. */
  readonly text: string;
  readonly checkpoint: Checkpoint;
  /** Verifier keys of those of the given witnesses that have co-signed the checkpoint. */
  readonly witnesses: readonly string[];
}

/**
 * Checks a proof that holds its entry's text; needs no store.
 * @param logKey the verifier key that must have signed the checkpoint
 * @param witnesses verifier keys of witnesses whose co-signatures count
 * @throws EvidenceError saying what is wrong
 */
export function checkProof(proof: string, logKey: string, witnesses: readonly string[]): ProvenEntry {
  const end = proof.indexOf('\n\n');
  const [first, extra = '', index = '', ...lines] = proof.slice(0, Math.max(end, 0)).split('\n');
  if (first !== firstLine) throw new EvidenceError('this is no proof that an entry stands in a log');
  const bytes = fromBase64(extra.slice('extra '.length));
  if (!extra.startsWith('extra ') || bytes === null)
    throw new EvidenceError('the proof does not hold the text of its entry');
  if (!/^index (0|[1-9]\d{0,15})$/.test(index)) throw new EvidenceError('the proof names no entry');
  const [height, text] = [Number(index.slice('index '.length)), bytes.toString()];
  const note = parseNote(proof.slice(end + 2));
  const key = parseVerifierKey(logKey);
  const checkpoint = parseCheckpoint(openNote(proof.slice(end + 2), [key]).text);
  if (checkpoint.origin !== key.name) throw new EvidenceError("the checkpoint is another log's");
  const hashes = lines.map(fromBase64).filter((hash) => hash !== null);
  const root = rootOfInclusion(leafHash(text), height, checkpoint.size, hashes);
  if (root?.equals(checkpoint.root) !== true)
    throw new EvidenceError(`entry ${height} is not this one, or it does not stand in the log`);
  const found = cosignaturesOn(note, witnesses.map(parseWitnessKey));
  return { height, text, checkpoint, witnesses: found.map(({ witness }) => witness.text) };
}
