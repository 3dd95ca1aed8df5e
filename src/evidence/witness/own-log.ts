import {
  checkpointsOver,
  cosignaturesOf,
  type Db,
  insertCosignature,
  newestCheckpoint,
  type Store,
} from '../../store/index.js';
import { parseCheckpoint } from '../checkpoint.js';
import { EvidenceError } from '../errors.js';
import { newestHead } from '../seal.js';
import { parseNote, signatureLine } from '../signed-note.js';
import { consistencyProof } from '../tree.js';
import { cosignaturesOn, parseWitnessKey } from './cosignature.js';

/** The newest checkpoint with its co-signatures: a signed note. @throws EvidenceError when there is none */
export async function newestNote(db: Db): Promise<string> {
  const { size, note } = await newestHead(db);
  return await withCosignatures(db, size, note);
}

/** A checkpoint's note with the lines of its witnesses. */
export async function withCosignatures(db: Db, size: number, note: string): Promise<string> {
  const cosignatures = await cosignaturesOf(db, size);
  return `${note}${cosignatures.map(({ line }) => line).join('')}`;
}

/** That a log's first entries are unchanged: hashes in RFC 6962's order, in base64. */
export interface Consistency {
  readonly from: number;
  readonly to: number;
  readonly hashes: readonly string[];
}

/** Proves that the first `to` entries begin with the first `from`; null where not both were signed for. */
export async function proveConsistency(db: Db, from: number, to: number): Promise<Consistency | null> {
  const newest = await newestCheckpoint(db);
  if (newest === null || from < 1 || from > to || to > newest.size) return null;
  const hashes = await consistencyProof(db, from, to);
  return { from, to, hashes: hashes.map((hash) => hash.toString('base64')) };
}

/** What came of a co-signature that somebody brought. */
export type Acceptance =
  /** `added`: how many are new. */
  | { readonly kind: 'accepted'; readonly size: number; readonly added: number }
  /** What it says is no checkpoint of this log, or a signature is wrong. */
  | { readonly kind: 'refused'; readonly reason: string }
  /** No trusted witness has signed. */
  | { readonly kind: 'unknown'; readonly size: number };

/**
 * Takes the co-signatures of trusted witnesses on a checkpoint of this log. Others are left out, and so are those that
 * are there already.
 * @param note a checkpoint of this log with the lines of witnesses, with or without the log's own
 * @param trusted the witnesses' verifier keys
 */
export async function acceptCosignatures(
  store: Store,
  note: string,
  trusted: readonly string[],
  at: number,
): Promise<Acceptance> {
  try {
    return await accept(store, note, trusted, at);
  } catch (error) {
    if (error instanceof EvidenceError) return { kind: 'refused', reason: error.message };
    throw error;
  }
}

async function accept(
  store: Store,
  note: string,
  trusted: readonly string[],
  at: number,
): Promise<Acceptance> {
  const parsed = parseNote(note);
  const { size } = parseCheckpoint(parsed.text);
  const [stored] = await checkpointsOver(store.db, size, size);
  if (stored === undefined || parseNote(stored.note).text !== parsed.text)
    throw new EvidenceError('this log has signed no such checkpoint');
  const found = cosignaturesOn(parsed, trusted.map(parseWitnessKey));
  if (found.length === 0) return { kind: 'unknown', size };
  const added = await store.transaction(async (tx) => {
    let count = 0;
    for (const { witness, signature } of found) {
      const row = { size, witness_key: witness.text, line: signatureLine(signature), received_at: at };
      if (await insertCosignature(tx, row)) count += 1;
    }
    return count;
  });
  return { kind: 'accepted', size, added };
}
