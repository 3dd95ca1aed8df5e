import { errorMessage } from '../core/index.js';
import {
  type CheckpointsTable,
  checkpointsOver,
  cosignaturesOf,
  type Db,
  type LogTable,
  logEntriesFrom,
  logKeys,
  newestCheckpoint,
} from '../store/index.js';
import { parseCheckpoint } from './checkpoint.js';
import { EvidenceError } from './errors.js';
import { type KnownKey, keyOfEntry } from './key-entries.js';
import type { LogHead } from './log.js';
import { genesis, hashesOfEntry } from './log-entry.js';
import { type GrowingTree, growingTree } from './merkle.js';
import { openNote, parseNote } from './signed-note.js';
import { grow } from './tree.js';
import { cosignaturesOn, parseWitnessKey } from './witness/cosignature.js';

/** A log that holds together. */
export interface VerifiedLog extends LogHead {
  /** Every key it made known, the newest last. */
  readonly keys: readonly KnownKey[];
  readonly checkpoints: number;
  /** How many entries the newest checkpoint covers, and when it was signed; null when there is none. */
  readonly newest: { readonly size: number; readonly signedAt: number } | null;
  /** How many co-signatures the checkpoints have, and how many entries the newest one covers that has any. */
  readonly cosigned: { readonly count: number; readonly size: number } | null;
}

const PAGE = 1000;

/**
 * Checks a whole log: heights without gaps, each entry's hash, each link to the one before, the tree's stored hashes,
 * each key, each checkpoint's root and signature, and that nothing that was signed is missing at the end. It is read in
 * pages, as of one moment. @throws EvidenceError naming the first entry that is wrong
 */
export async function verifyLog(db: Db): Promise<VerifiedLog> {
  return await db.transaction().execute(walk);
}

interface Progress {
  height: number;
  hash: string;
  readonly tree: GrowingTree;
  readonly keys: KnownKey[];
  checkpoints: number;
  newest: VerifiedLog['newest'];
  cosigned: VerifiedLog['cosigned'];
}

async function walk(db: Db): Promise<VerifiedLog> {
  const tree = growingTree(0, []);
  const none = { checkpoints: 0, newest: null, cosigned: null };
  const progress: Progress = { height: -1, hash: genesis, tree, keys: [], ...none };
  // Entries slipped in below the first one must not go unseen.
  for (let from = Number.MIN_SAFE_INTEGER; ; from = progress.height + 1) {
    const page = await logEntriesFrom(db, from, PAGE);
    if (page.length === 0) break;
    const checkpoints = await checkpointsOver(db, tree.size() + 1, tree.size() + page.length);
    const signed = new Map(checkpoints.map((one) => [one.size, one]));
    for (const entry of page) {
      nextEntry(progress, entry);
      const checkpoint = signed.get(tree.size());
      if (checkpoint === undefined) continue;
      nextCheckpoint(progress, checkpoint);
      await nextCosignatures(db, progress, checkpoint);
    }
  }
  await checkEnd(db, progress);
  const { height, hash, keys, checkpoints, newest, cosigned } = progress;
  return { height, hash, keys, checkpoints, newest, cosigned };
}

/** Checks one more entry. */
function nextEntry(progress: Progress, entry: LogTable): void {
  const { height } = entry;
  if (height !== progress.height + 1) throw new EvidenceError(`the log has no entry ${progress.height + 1}`);
  if (entry.prev_hash !== progress.hash)
    throw new EvidenceError(`entry ${height} does not follow the one before it`);
  const { hash, leaf } = hashesOfEntry(entry);
  if (hash !== entry.hash) throw new EvidenceError(`entry ${height} was changed`);
  progress.height = height;
  progress.hash = hash;
  const key = explained(`entry ${height} makes no key known`, () =>
    keyOfEntry(entry, progress.keys.at(-1)?.verifier ?? null),
  );
  if (key !== null) progress.keys.push(key);
  if (grow(progress.tree, leaf) !== entry.subtrees)
    throw new EvidenceError(`the stored tree does not fit entry ${height}`);
}

function nextCheckpoint(progress: Progress, { size, signed_at: signedAt, note }: CheckpointsTable): void {
  const where = `the checkpoint over entries 0 to ${size - 1}`;
  const key = progress.keys.at(-1)?.verifier;
  if (key === undefined) throw new EvidenceError(`${where} was signed before the log had a key`);
  const head = explained(where, () => parseCheckpoint(openNote(note, [key]).text));
  if (head.origin !== key.name || head.size !== size)
    throw new EvidenceError(`${where} speaks of another log`);
  if (!head.root.equals(progress.tree.root()))
    throw new EvidenceError(`${where} was signed over other entries: one of them was changed since`);
  progress.checkpoints += 1;
  progress.newest = { size, signedAt };
}

/** Checks the co-signatures of a checkpoint against the keys that they were taken with. */
async function nextCosignatures(db: Db, progress: Progress, { size, note }: CheckpointsTable): Promise<void> {
  const rows = await cosignaturesOf(db, size);
  if (rows.length === 0) return;
  explained(`the checkpoint over entries 0 to ${size - 1}`, () => {
    const lines = rows.map(({ line }) => line).join('');
    const keys = rows.map(({ witness_key: key }) => parseWitnessKey(key));
    if (cosignaturesOn(parseNote(`${note}${lines}`), keys).length !== rows.length)
      throw new EvidenceError('a co-signature is not that of its witness');
  });
  progress.cosigned = { count: (progress.cosigned?.count ?? 0) + rows.length, size };
}

/** Whether anything speaks of entries that are not there. */
async function checkEnd(db: Db, { height, keys, newest }: Progress): Promise<void> {
  const last = await newestCheckpoint(db);
  if (last !== null && last.size !== newest?.size)
    throw new EvidenceError(`the log ends at entry ${height}, but ${last.size} entries were signed`);
  if ((await checkpointsOver(db, Number.MIN_SAFE_INTEGER, 0)).length > 0)
    throw new EvidenceError('a checkpoint was signed over no entry');
  const rows = await logKeys(db);
  const isSame = rows.every(({ height: at, verifier_key: text }, i) => {
    const key = keys[i];
    return key?.height === at && key.verifier.text === text;
  });
  if (!isSame || rows.length !== keys.length)
    throw new EvidenceError('the list of keys does not fit the entries that made them known');
}

function explained<T>(where: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw new EvidenceError(`${where}: ${errorMessage(error)}`);
  }
}
