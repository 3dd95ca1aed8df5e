import { createHash, randomBytes, randomUUID } from 'node:crypto';

/** A random identifier (UUID version 4). */
export function newId(): string {
  return randomUUID();
}

/** A secret seed: 256 random bits as 64 hexadecimal digits. */
export function newSeed(): string {
  return randomBytes(32).toString('hex');
}

/** SHA-256 of a string's UTF-8 bytes, as 64 hexadecimal digits. Lone surrogates count as U+FFFD. */
export function sha256(text: string): string {
  return createHash('sha256').update(text, 'utf8').digest('hex');
}
