import { hash as digest } from 'node:crypto';
import type { LogTable } from '../store/index.js';
import { leafHash } from './merkle.js';

/** What stands before the first entry. */
export const genesis: string = '0'.repeat(64);

/** What can be logged. */
export type LogKind =
  | 'watch-definition'
  | 'watch-title'
  | 'round-plan'
  | 'trial'
  | 'declared-change'
  | 'pause'
  | 'seed-reveal'
  | 'verdict'
  | 'incident'
  | 'alert'
  | 'delivery'
  | 'redaction'
  | 'key'
  | 'key-rotation';

/** An entry without what is computed from it. */
export type LogFields = Omit<LogTable, 'hash' | 'subtrees'>;

/**
 * The text that stands for an entry, in the chain and in the tree: canonical JSON (RFC 8785) of it without its own
 * hash. Its keys are in order, and its values are integers and well-formed text, which JSON.stringify spells as the
 * standard does: a general canonicaliser would be half of what appending costs.
 */
export function entryText({ height, at, kind, watch_id, payload, prev_hash }: LogFields): string {
  const text = [kind, payload, prev_hash, watch_id].map((value) => JSON.stringify(value));
  return `{"at":${at},"height":${height},"kind":${text[0]},"payload":${text[1]},"prev":${text[2]},"watch":${text[3]}}`;
}

/** An entry's hash in the chain, and its leaf in the tree. */
export function hashesOfEntry(entry: LogFields): { hash: string; leaf: Buffer } {
  const text = entryText(entry);
  return { hash: digest('sha256', text), leaf: leafHash(text) };
}
