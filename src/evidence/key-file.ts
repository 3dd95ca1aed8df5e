import { createPrivateKey, generateKeyPairSync, type KeyObject } from 'node:crypto';
import {
  closeSync,
  existsSync,
  fstatSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readSync,
  renameSync,
  writeSync,
} from 'node:fs';
import { dirname } from 'node:path';
import { EvidenceError } from './errors.js';

const maxBytes = 10_000;

/**
 * Makes a private key and writes it into a new file, as PEM (PKCS 8), for the owner's eyes only.
 * @throws EvidenceError when the file is there already, or can't be written
 */
export function createKeyFile(path: string): KeyObject {
  const { privateKey } = generateKeyPairSync('ed25519');
  try {
    mkdirSync(dirname(path), { recursive: true });
    // Fails where there is a file: a key that is gone can't sign for its log any more.
    const file = openSync(path, 'wx', 0o600);
    try {
      writeSync(file, privateKey.export({ type: 'pkcs8', format: 'pem' }).toString());
      fsyncSync(file);
    } finally {
      closeSync(file);
    }
  } catch (error) {
    throw new EvidenceError(`the key file ${path} can't be written: ${reasonOf(error)}`);
  }
  return privateKey;
}

/**
 * Reads a private key. No error quotes what the file holds.
 * @throws EvidenceError when others could read it too, or when it holds no Ed25519 key in PEM
 */
export function readKeyFile(path: string): KeyObject {
  const pem = readPrivate(path);
  try {
    const key = createPrivateKey(pem);
    if (key.asymmetricKeyType === 'ed25519') return key;
  } catch {
    // Said below: what OpenSSL has to say of it helps nobody.
  }
  throw new EvidenceError(`the key file ${path} holds no Ed25519 private key in PEM`);
}

function readPrivate(path: string): Buffer {
  let file: number;
  try {
    file = openSync(path, 'r');
  } catch (error) {
    throw new EvidenceError(`the key file ${path} can't be read: ${reasonOf(error)}`);
  }
  try {
    const stat = fstatSync(file);
    if (!stat.isFile()) throw new EvidenceError(`the key file ${path} is no file`);
    // Windows has no such bits.
    if (process.platform !== 'win32' && (stat.mode & 0o077) !== 0) {
      throw new EvidenceError(`the key file ${path} can be read by others: chmod 600 it, or rotate the key`);
    }
    const bytes = Buffer.alloc(maxBytes);
    return bytes.subarray(0, readSync(file, bytes));
  } finally {
    closeSync(file);
  }
}

/** Renames a key file, never onto another. @throws EvidenceError */
export function moveKeyFile(from: string, to: string): void {
  if (existsSync(to)) throw new EvidenceError(`the key file ${from} can't be moved: ${to} is there already`);
  try {
    renameSync(from, to);
  } catch (error) {
    throw new EvidenceError(`the key file ${from} can't be moved: ${reasonOf(error)}`);
  }
}

/** The system's code, such as EACCES. */
function reasonOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : 'unknown reason';
}
