import { type Db, insertCheckpoint, logHead, logKeys, newestCheckpoint, type Tx } from '../store/index.js';
import { type Checkpoint, checkpointText, parseCheckpoint } from './checkpoint.js';
import { EvidenceError } from './errors.js';
import { isConsistent } from './merkle.js';
import { openNote, parseNote, parseVerifierKey, type Signer, signNote } from './signed-note.js';
import { consistencyProof, treeRoot } from './tree.js';

/**
 * Signs the head of the log as it is, unless that is signed already. Whoever signs two heads of which one does not
 * go on from the other has told two stories, so the newest checkpoint is held against the tree first.
 * @throws EvidenceError when the log no longer begins with what was signed before
 */
export async function signCheckpoint(tx: Tx, signer: Signer, at: number): Promise<void> {
  const size = ((await logHead(tx))?.height ?? -1) + 1;
  const newest = await newestCheckpoint(tx);
  if (size === (newest?.size ?? 0)) return;
  const head = { size, root: await treeRoot(tx, size) };
  if (newest !== null) {
    const signed = parseCheckpoint(parseNote(newest.note).text);
    const proof = size > signed.size ? await consistencyProof(tx, signed.size, size) : [];
    if (!isConsistent(signed, head, proof)) {
      throw new EvidenceError(
        `the log no longer begins with the ${signed.size} entries that were signed: nothing more is signed`,
      );
    }
  }
  const text = checkpointText({ origin: signer.verifier.name, ...head, extensions: [] });
  await insertCheckpoint(tx, { size, signed_at: at, note: signNote(text, [signer]) });
}

/** A checkpoint whose signature was found right. */
export interface SignedHead extends Checkpoint {
  readonly signedAt: number;
  /** The verifier key of who signed it. */
  readonly key: string;
  /** The signed note itself. */
  readonly note: string;
}

/** The newest checkpoint. @throws EvidenceError when there is none, or none of the log's keys signed it */
export async function newestHead(db: Db): Promise<SignedHead> {
  const newest = await newestCheckpoint(db);
  if (newest === null) throw new EvidenceError('there is no checkpoint yet: the end of a round signs one');
  const { note, signed_at: signedAt } = newest;
  const known = (await logKeys(db)).map((row) => parseVerifierKey(row.verifier_key));
  const { text, signers } = openNote(note, known);
  return { ...parseCheckpoint(text), signedAt, key: signers.at(-1)?.text ?? '', note };
}
