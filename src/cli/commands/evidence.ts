import {
  checkpointRequest,
  EvidenceError,
  newestHead,
  newestNote,
  type VerifiedLog,
  verifyLog,
} from '../../evidence/index.js';
import { countRemoved } from '../../store/index.js';
import { exitCodes } from '../exit-codes.js';
import type { Terminal } from '../terminal.js';
import { withStore } from '../watch-file.js';

interface Options {
  readonly config: string;
  readonly json: boolean;
}

export interface CheckpointOptions extends Options {
  /** With the proof that it goes on from so many entries. */
  readonly since?: number;
}

/** Prints the newest checkpoint with its co-signatures, byte for byte. @throws ConfigError, StoreError, EvidenceError */
export async function showCheckpoint(
  { config, json, since }: CheckpointOptions,
  out: Terminal,
): Promise<number> {
  return await withStore(config, async (store) => {
    if (since !== undefined) {
      out.line((await checkpointRequest(store.db, since)).trimEnd());
      return exitCodes.ok;
    }
    const { origin, size, root, signedAt, key } = await newestHead(store.db);
    const note = await newestNote(store.db);
    const rest = { root: root.toString('base64'), signedAt: new Date(signedAt).toISOString(), key, note };
    out.line(json ? JSON.stringify({ origin, size, ...rest }, null, 2) : note.trimEnd());
    return exitCodes.ok;
  });
}

/** Checks the whole log of the store. Returns 1 where it is wrong. @throws ConfigError, StoreError */
export async function checkEvidence({ config, json }: Options, out: Terminal): Promise<number> {
  return await withStore(config, async (store) => {
    try {
      const log = await verifyLog(store.db);
      const removed = await countRemoved(store.db);
      if (json) out.line(JSON.stringify({ holds: true, ...summary(log), removedTexts: removed }, null, 2));
      else for (const line of lines(log, removed)) out.line(line);
      return exitCodes.ok;
    } catch (error) {
      if (!(json && error instanceof EvidenceError)) throw error;
      out.line(JSON.stringify({ holds: false, problem: error.message }, null, 2));
      return exitCodes.failure;
    }
  });
}

function summary({ height, hash, checkpoints, newest, cosigned, keys }: VerifiedLog): object {
  return {
    entries: height + 1,
    head: hash,
    checkpoints,
    newest: newest && { size: newest.size, signedAt: new Date(newest.signedAt).toISOString() },
    cosigned,
    keys: keys.map((key) => ({
      key: key.verifier.text,
      sinceEntry: key.height,
      vouchedFor: key.isVouched,
    })),
  };
}

function lines({ height, checkpoints, newest, cosigned, keys }: VerifiedLog, removed: number): string[] {
  const signed =
    newest === null
      ? 'checkpoints: none yet'
      : `checkpoints: ${checkpoints}, the newest over ${newest.size} entries, signed ${new Date(newest.signedAt).toISOString()}`;
  return [
    `entries: ${height + 1}, each follows the one before and is in the tree`,
    signed,
    ...(cosigned === null
      ? []
      : [`co-signatures: ${cosigned.count}, the newest over ${cosigned.size} entries`]),
    ...keys.map(
      (key) =>
        `key: ${key.verifier.text} since entry ${key.height}${key.isVouched ? '' : ', without the signature of the key before it'}`,
    ),
    ...(removed === 0 ? [] : [`${removed} texts of answers were removed since; their hashes stay`]),
    'Who holds the key could have written all this anew. Checkpoints that others keep would show it.',
  ];
}
