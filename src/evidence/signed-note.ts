import { createPublicKey, hash as digest, type KeyObject, sign, verify } from 'node:crypto';
import { EvidenceError } from './errors.js';

/*
 * Signed notes of C2SP (https://c2sp.org/signed-note) with Ed25519 keys: a text, a blank line, and a line
 * "— <name> <base64 of the key's id and the signature>" for each signature. Nothing of a note counts before
 * `openNote` has found a known key's signature on it.
 */

/** What a key signs: the text of a note, or, as a witness, that text with a time before it. */
export const keyTypes = { note: 1, cosignature: 4 } as const;
type KeyType = (typeof keyTypes)[keyof typeof keyTypes];

/** Who can be known to have signed. */
export interface Verifier {
  readonly name: string;
  /** First four bytes of SHA-256(name ‖ 0x0A ‖ key type ‖ public key), as 8 hexadecimal digits. */
  readonly id: string;
  readonly publicKey: KeyObject;
  /** The verifier key as people exchange it: `name+id+base64(key type ‖ public key)`. */
  readonly text: string;
}

/** Who can sign. The private key never leaves this object. */
export interface Signer {
  readonly verifier: Verifier;
  sign(text: string): Buffer;
}

/** A note that was read but not verified. */
export interface Note {
  /** With its final newline: what is signed. */
  readonly text: string;
  readonly signatures: readonly NoteSignature[];
}

export interface NoteSignature {
  readonly name: string;
  readonly id: string;
  readonly signature: Buffer;
}

const maxNoteLength = 1_000_000;
const maxSignatures = 100;
const maxNameLength = 200;

/** Whether a key can have this name: no white space, no plus, not empty. */
export function isKeyName(name: string): boolean {
  return name !== '' && name.length <= maxNameLength && isPlain(name) && !/[\p{White_Space}+\n]/u.test(name);
}

/** A signer whose private key is Ed25519. @throws EvidenceError for a name that no key can have */
export function createSigner(name: string, privateKey: KeyObject): Signer {
  return {
    verifier: verifierOf(name, createPublicKey(privateKey), keyTypes.note),
    sign: (text) => sign(null, Buffer.from(text), privateKey),
  };
}

/** Reads a verifier key. @throws EvidenceError when it is none, or not of Ed25519 and this type */
export function parseVerifierKey(text: string, type: KeyType = keyTypes.note): Verifier {
  const [, name, id, base64] = /^([^+]+)\+([0-9a-f]{8})\+(.+)$/u.exec(text.slice(0, 1000)) ?? [];
  const bytes = base64 === undefined ? null : fromBase64(base64);
  if (name === undefined || bytes?.length !== 33 || bytes[0] !== type) {
    const what = type === keyTypes.note ? 'verifier key' : 'verifier key of a witness';
    throw new EvidenceError(`this is no ${what} of Ed25519: name+id+base64`);
  }
  const x = bytes.subarray(1).toString('base64url');
  const verifier = verifierOf(
    name,
    createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x }, format: 'jwk' }),
    type,
  );
  if (verifier.id !== id) throw new EvidenceError('the verifier key does not have the id that it states');
  return verifier;
}

/** The verifier of a public key. @throws EvidenceError for a name that no key can have */
export function verifierOf(name: string, publicKey: KeyObject, type: KeyType): Verifier {
  if (!isKeyName(name)) throw new EvidenceError('a key must have a name without spaces and plus signs');
  const { x = '' } = publicKey.export({ format: 'jwk' });
  const key = Buffer.concat([Buffer.of(type), Buffer.from(x, 'base64url')]);
  const id = digest('sha256', Buffer.concat([Buffer.from(`${name}\n`), key])).slice(0, 8);
  return { name, id, publicKey, text: `${name}+${id}+${key.toString('base64')}` };
}

/** The note of a text, signed by each signer. @throws EvidenceError for a text that can't be signed */
export function signNote(text: string, signers: readonly Signer[]): string {
  if (!text.endsWith('\n') || !isPlain(text)) throw new EvidenceError('a note is plain lines of text');
  const lines = signers.map((signer) => {
    const { name, id } = signer.verifier;
    return signatureLine({ name, id, signature: signer.sign(text) });
  });
  return `${text}\n${lines.join('')}`;
}

/** A signature as a line of a note, with its newline. */
export function signatureLine({ name, id, signature }: NoteSignature): string {
  return `— ${name} ${Buffer.concat([Buffer.from(id, 'hex'), signature]).toString('base64')}\n`;
}

/** Reads a note; nothing is verified. @throws EvidenceError when it is malformed */
export function parseNote(note: string): Note {
  if (note.length > maxNoteLength) throw new EvidenceError('the note is too long');
  if (!isPlain(note)) throw new EvidenceError('the note holds characters that no note may hold');
  const end = note.lastIndexOf('\n\n');
  const lines = note.slice(end + 2).split('\n');
  if (end < 1 || lines.pop() !== '' || lines.length === 0) throw new EvidenceError('the note is not signed');
  if (lines.length > maxSignatures) throw new EvidenceError('the note has too many signatures');
  return { text: note.slice(0, end + 1), signatures: lines.map(parseSignature) };
}

function parseSignature(line: string): NoteSignature {
  const [dash, name = '', base64 = '', ...more] = line.split(' ');
  const bytes = fromBase64(base64);
  if (dash !== '—' || !isKeyName(name) || more.length > 0 || bytes === null || bytes.length < 5)
    throw new EvidenceError('the note has a malformed signature line');
  return { name, id: bytes.toString('hex', 0, 4), signature: bytes.subarray(4) };
}

/**
 * The text of a note, and who of the known keys has signed it. Signatures of unknown keys are left alone.
 * @throws EvidenceError when it is malformed, when a known key's signature is wrong, or when there is none
 */
export function openNote(note: string, known: readonly Verifier[]): { text: string; signers: Verifier[] } {
  const { text, signatures } = parseNote(note);
  const signers = new Set<Verifier>();
  for (const { name, id, signature } of signatures) {
    const verifier = known.find((one) => one.name === name && one.id === id);
    if (verifier === undefined) continue;
    if (!verify(null, Buffer.from(text), verifier.publicKey, signature)) {
      throw new EvidenceError(`the signature of ${name} (${id}) is wrong`);
    }
    signers.add(verifier);
  }
  if (signers.size === 0) throw new EvidenceError('no known key has signed the note');
  return { text, signers: [...signers] };
}

/** Well-formed, and without control characters other than the newline. */
function isPlain(text: string): boolean {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what must not be there.
  return text.isWellFormed() && !/[\u0000-\u0009\u000b-\u001f]/.test(text);
}

/** The bytes of standard base64 in its one spelling, or null. */
export function fromBase64(text: string): Buffer | null {
  const bytes = Buffer.from(text, 'base64');
  return bytes.toString('base64') === text ? bytes : null;
}
