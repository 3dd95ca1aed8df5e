import { hash as digest } from 'node:crypto';
import type { z } from 'zod';
import { line } from './schema-parts.js';

/** The verifier key of a witness: `name+id+base64(0x04 ‖ public key)`, Ed25519. */
export function witnessKey(): z.ZodString {
  return line(1000).refine(
    isWitnessKey,
    'must be the verifier key of a witness, as its "twinwatch keys show" prints it',
  );
}

function isWitnessKey(text: string): boolean {
  const [, name, id, base64 = ''] = /^([^\s+]+)\+([0-9a-f]{8})\+(.+)$/u.exec(text) ?? [];
  const key = Buffer.from(base64, 'base64');
  const isKey = key.length === 33 && key[0] === 4 && key.toString('base64') === base64;
  return isKey && digest('sha256', Buffer.concat([Buffer.from(`${name}\n`), key])).startsWith(`${id}`);
}
