import type { LogTable } from '../store/index.js';
import { EvidenceError } from './errors.js';
import type { LogInput } from './log.js';
import { openNote, parseVerifierKey, type Signer, signNote, type Verifier } from './signed-note.js';

/** A key that the log made known, from the entry `height` on. */
export interface KnownKey {
  readonly verifier: Verifier;
  readonly height: number;
  /** False for a key that took over without the signature of the one before, because that was lost. */
  readonly isVouched: boolean;
}

/** The entry that makes a log's first key known. */
export function firstKeyEntry({ verifier }: Signer): LogInput {
  return { kind: 'key', watchId: null, payload: { key: verifier.text } };
}

/**
 * The entry that makes a new key known, signed by both keys; only by the new one where `old` is not at hand.
 * @param prev hash of the entry before, so that the signatures count nowhere else
 */
export function rotationEntry(prev: string, from: Verifier, old: Signer | null, next: Signer): LogInput {
  const text = rotationText(prev, from, next.verifier);
  const note = signNote(text, old === null ? [next] : [old, next]);
  return { kind: 'key-rotation', watchId: null, payload: { key: next.verifier.text, note } };
}

/** No checkpoint can be mistaken for it: their second line is a number. */
function rotationText(prev: string, from: Verifier, to: Verifier): string {
  return ['twinwatch key rotation', `after ${prev}`, `from ${from.text}`, `to ${to.text}`, ''].join('\n');
}

/**
 * The key that an entry makes known; null for an entry of another kind.
 * @param current the key before it; null when there was none
 * @throws EvidenceError when the entry is malformed, or its signatures are wrong
 */
export function keyOfEntry(entry: LogTable, current: Verifier | null): KnownKey | null {
  if (entry.kind !== 'key' && entry.kind !== 'key-rotation') return null;
  const { key, note } = payloadOf(entry.payload);
  const verifier = parseVerifierKey(key);
  if (entry.kind === 'key') {
    if (current !== null) throw new EvidenceError('a first key came after another');
    return { verifier, height: entry.height, isVouched: true };
  }
  if (current === null) throw new EvidenceError('a key was rotated before there was one');
  if (verifier.name !== current.name) throw new EvidenceError("a rotation changed the key's name");
  const { text, signers } = openNote(note, [current, verifier]);
  if (text !== rotationText(entry.prev_hash, current, verifier) || !signers.includes(verifier))
    throw new EvidenceError('the rotation was signed for another place, or other keys');
  return { verifier, height: entry.height, isVouched: signers.includes(current) };
}

function payloadOf(text: string): { key: string; note: string } {
  const payload: unknown = JSON.parse(text);
  const { key = '', note = '' } = (payload ?? {}) as { key?: unknown; note?: unknown };
  return { key: String(key), note: String(note) };
}
