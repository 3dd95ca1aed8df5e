import type { Db } from '../../store/index.js';
import { EvidenceError } from '../errors.js';
import { newestHead } from '../seal.js';
import { fromBase64 } from '../signed-note.js';
import type { Shown } from './cosign.js';
import { proveConsistency, withCosignatures } from './own-log.js';

/*
 * A checkpoint on its way to a witness, as in C2SP (https://c2sp.org/tlog-witness): "old" and the size that the witness
 * saw last, the hashes of the consistency proof, an empty line, and the checkpoint.
 */

/**
 * The newest checkpoint with its proof for a witness that saw the first `old` entries.
 * @throws EvidenceError when there are no so many, or no checkpoint
 */
export async function checkpointRequest(db: Db, old: number): Promise<string> {
  const { size, note } = await newestHead(db);
  const proof = old === 0 ? { hashes: [] } : await proveConsistency(db, old, size);
  if (proof === null)
    throw new EvidenceError(`the newest checkpoint is over ${size} entries, not over ${old}`);
  return [`old ${old}`, ...proof.hashes, '', await withCosignatures(db, size, note)].join('\n');
}

/** Reads a request, or a checkpoint alone, which needs no proof where nothing was seen before. */
export function readCheckpointRequest(text: string): Shown {
  const [, old = '0', lines = '', note = text] = /^old (\d{1,16})\n((?:\S+\n)*)\n(.*)$/s.exec(text) ?? [];
  const hashes = lines.split('\n').slice(0, -1).map(fromBase64);
  return {
    note,
    prove: async (from) => {
      if (from !== Number(old))
        throw new EvidenceError(
          `the file has no proof from the ${from} entries on that were seen: add --since ${from}`,
        );
      return hashes.filter((hash) => hash !== null);
    },
  };
}
