import { keepFork, type SeenLogsTable, type Store, saveSeenLog, seenLog } from '../../store/index.js';
import { type Checkpoint, parseCheckpoint } from '../checkpoint.js';
import { EvidenceError } from '../errors.js';
import { isConsistent } from '../merkle.js';
import { openNote, parseNote, parseVerifierKey, signatureLine, type Verifier } from '../signed-note.js';
import type { Witness } from './cosignature.js';

/** A checkpoint of another log, and how it proves that it goes on from an earlier one. */
export interface Shown {
  readonly note: string;
  /** The hashes of the consistency proof of two sizes. */
  prove(from: number, to: number): Promise<readonly Buffer[]>;
}

/** What came of a checkpoint that was to be co-signed. Notes bear the log's own signature only. */
export type Cosigned =
  | {
      readonly kind: 'signed';
      readonly head: Checkpoint;
      readonly note: string;
      /** The co-signature, with its newline. */
      readonly line: string;
      readonly before: SeenLogsTable | null;
    }
  /**
   * `smaller`: the log shows fewer entries than it did. `fork`: it does not go on from what was seen: of the same size
   * with another root, or without a proof that holds.
   */
  | {
      readonly kind: 'smaller' | 'fork';
      readonly head: Checkpoint;
      readonly note: string;
      readonly before: SeenLogsTable;
    };

/**
 * Co-signs another log's checkpoint when it goes on from what this installation saw of that log before. What was seen
 * is kept on disk first: a witness that signs and then forgets could be shown another history.
 * @param logKey the log's verifier key; null: the one that was kept when the log was seen before
 * @throws EvidenceError when the checkpoint, its signature or the key is wrong
 */
export async function cosign(
  store: Store,
  witness: Witness,
  shown: Shown,
  { logKey, at }: { readonly logKey: string | null; readonly at: number },
): Promise<Cosigned> {
  const { origin } = parseCheckpoint(parseNote(shown.note).text);
  const before = await seenLog(store.db, origin);
  const text = logKey ?? before?.log_key;
  if (text === undefined)
    throw new EvidenceError(
      `${origin} was not seen before: name its key, as its operator gave it to you, with --log-key`,
    );
  const key = parseVerifierKey(text);
  const { head, note } = openHead(shown.note, key);
  if (before !== null) {
    if (head.size < before.size) return { kind: 'smaller', head, note, before };
    const proof = head.size > before.size ? await shown.prove(before.size, head.size) : [];
    if (!isConsistent({ size: before.size, root: Buffer.from(before.root, 'base64') }, head, proof)) {
      const fork = { origin, kept_note: before.note, other_note: note, found_at: at };
      await store.transaction((tx) => keepFork(tx, fork));
      return { kind: 'fork', head, note, before };
    }
  }
  const { size, root } = head;
  const seen = { origin, log_key: key.text, size, root: root.toString('base64'), note, seen_at: at };
  if (!(await store.transaction((tx) => saveSeenLog(tx, seen, before))))
    throw new EvidenceError('another process has co-signed this log meanwhile: try again');
  return { kind: 'signed', head, note, line: witness.cosign(parseNote(note).text, at), before };
}

/** A checkpoint that this key has signed, without the signatures of others. @throws EvidenceError */
function openHead(note: string, key: Verifier): { head: Checkpoint; note: string } {
  const own = parseNote(note).signatures.find(({ name, id }) => name === key.name && id === key.id);
  if (own === undefined)
    throw new EvidenceError(
      `the checkpoint is not signed with ${key.text}: after a rotation, name the new key with --log-key`,
    );
  const { text } = openNote(note, [key]);
  const head = parseCheckpoint(text);
  if (head.origin !== key.name)
    throw new EvidenceError(`the checkpoint is one of ${head.origin}, the key is one of ${key.name}`);
  if (head.size === 0) throw new EvidenceError('the log has no entries yet');
  return { head, note: `${text}\n${signatureLine(own)}` };
}
