import { createPrivateKey, type KeyObject } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { errorMessage } from '../core/index.js';
import { ConfigError } from './errors.js';

const MIN_BITS = 2048;

/** The RSA key that signs mails, from a PEM file. @throws ConfigError which never quotes the file */
export function readDkimKey(path: string): KeyObject {
  const refuse = (reason: string): ConfigError =>
    new ConfigError([{ file: path, line: null, column: null, key: 'smtp.dkim.key_file', reason }]);
  let pem: Buffer;
  try {
    pem = readFileSync(path);
  } catch (cause) {
    throw refuse(`can't be read: ${errorMessage(cause)}`);
  }
  let key: KeyObject;
  try {
    key = createPrivateKey(pem);
  } catch {
    // Its error may quote what it read.
    throw refuse('is not a private key in PEM without a passphrase');
  }
  const bits = key.asymmetricKeyDetails?.modulusLength ?? 0;
  if (key.asymmetricKeyType !== 'rsa' || bits < MIN_BITS)
    throw refuse(`must be an RSA key of at least ${MIN_BITS} bits`);
  return key;
}
