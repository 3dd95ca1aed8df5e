import { EvidenceError } from './errors.js';
import type { TreeHead } from './merkle.js';
import { fromBase64 } from './signed-note.js';

/** What a checkpoint of C2SP (https://c2sp.org/tlog-checkpoint) says: the head of a log's Merkle tree. */
export interface Checkpoint extends TreeHead {
  /** The log's name. */
  readonly origin: string;
  /** Lines that this format leaves to others. Ours has none. */
  readonly extensions: readonly string[];
}

/** The text of a checkpoint, to be signed as a note. */
export function checkpointText({ origin, size, root, extensions }: Checkpoint): string {
  return [origin, size, root.toString('base64'), ...extensions, ''].join('\n');
}

/** Reads the text of a note as a checkpoint. @throws EvidenceError when it is none */
export function parseCheckpoint(text: string): Checkpoint {
  const lines = text.split('\n');
  const end = lines.pop();
  const [origin = '', size = '', base64 = '', ...extensions] = lines;
  const root = fromBase64(base64);
  if (end !== '' || lines.some((line) => line === '') || root?.length !== 32 || !isSize(size))
    throw new EvidenceError('the note is no checkpoint: origin, size and root, a line each');
  return { origin, size: Number(size), root, extensions };
}

function isSize(text: string): boolean {
  return /^(0|[1-9]\d{0,15})$/.test(text) && Number.isSafeInteger(Number(text));
}
