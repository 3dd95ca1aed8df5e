import { errorMessage } from '../../core/index.js';
import { cosignaturesOf, type Db, newestCosigned } from '../../store/index.js';
import { parseCheckpoint } from '../checkpoint.js';
import { parseNote, signatureLine, type Verifier } from '../signed-note.js';
import { cosignaturesOn, parseWitnessKey } from '../witness/cosignature.js';
import { atEntry, BundleProblem, BundleRefused } from './errors.js';
import type { LogChain } from './log-chain.js';

/** The newest co-signed checkpoint of a bundle's log, where there is one. */
export interface CosignedFiles {
  /** `cosigned.txt`: the checkpoint with the log's signature, then that of each witness. */
  readonly note: string;
  /** `witnesses.txt`: the witnesses' verifier keys in the same order, a line each. */
  readonly keys: string;
}

/** Who has co-signed. */
export interface CosignedHead {
  /** Entries of the log that the co-signed checkpoint covers. */
  readonly size: number;
  /** Verifier keys of those whose key the reader knew by himself. */
  readonly witnesses: readonly string[];
  /** Verifier keys, as the bundle states them, of the others: anybody can have made them. */
  readonly unknown: readonly string[];
}

/** The files for a bundle whose log has `size` entries; null where nobody has co-signed it. */
export async function cosignedFiles(db: Db, size: number): Promise<CosignedFiles | null> {
  const checkpoint = await newestCosigned(db, size);
  if (checkpoint === null) return null;
  const rows = await cosignaturesOf(db, checkpoint.size);
  return {
    note: `${checkpoint.note}${rows.map(({ line }) => line).join('')}`,
    keys: rows.map(({ witness_key: key }) => `${key}\n`).join(''),
  };
}

/** A co-signed head that has yet to be held against the log: see {@link checkCosigned}. */
export interface ReadCosigned {
  readonly head: CosignedHead;
  /** With the log's own signature only. */
  readonly note: string;
}

/**
 * Checks the co-signatures against the keys that the bundle states.
 * @param known the reader's witnesses
 * @throws BundleProblem
 */
export function readCosigned({ note, keys }: CosignedFiles, known: readonly Verifier[]): ReadCosigned {
  return atEntry(null, () => {
    const { text, signatures } = parseNote(note);
    const [own, ...others] = signatures;
    const stated = keys.split('\n').slice(0, -1);
    const inBytes = stated.map((key) => Buffer.from(key));
    const isInOrder = inBytes.every((key, i) => i === 0 || key.compare(inBytes[i - 1] ?? key) > 0);
    if (own === undefined || stated.length === 0 || others.length !== stated.length || !isInOrder)
      throw new BundleProblem('witnesses.txt has not the keys of cosigned.txt in their order');
    for (const [i, signature] of others.entries()) {
      const witness = parseWitnessKey(stated[i] ?? '');
      if (cosignaturesOn({ text, signatures: [signature] }, [witness]).length === 0)
        throw new BundleProblem(`witnesses.txt has another key than that of ${signature.name}`);
    }
    const { size } = parseCheckpoint(text);
    // It would never be held against the log.
    if (size === 0) throw new BundleProblem('cosigned.txt is over no entry');
    const isKnown = (key: string): boolean => known.some((witness) => witness.text === key);
    const [witnesses, unknown] = [stated.filter(isKnown), stated.filter((key) => !isKnown(key))];
    return { head: { size, witnesses, unknown }, note: `${text}\n${signatureLine(own)}` };
  });
}

/** To be called after each entry: where the log has as many as the co-signed head, it must be its head. @throws BundleProblem */
export function checkCosigned(chain: LogChain, cosigned: ReadCosigned | null): void {
  if (chain.size() !== cosigned?.head.size) return;
  try {
    chain.checkHead(cosigned.note);
  } catch (error) {
    throw new BundleProblem(`cosigned.txt does not fit the log: ${errorMessage(error)}`);
  }
}

/** The reader's witnesses. @throws BundleRefused when a key is none */
export function knownWitnesses(keys: readonly string[]): Verifier[] {
  try {
    return keys.map(parseWitnessKey);
  } catch (error) {
    throw new BundleRefused(`the key of a witness is none: ${errorMessage(error)}`);
  }
}
