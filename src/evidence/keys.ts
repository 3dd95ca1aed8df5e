import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import type { EvidenceConfig } from '../config/index.js';
import { insertLogKey, logHead, logKeys, type Store, type Tx } from '../store/index.js';
import { EvidenceError } from './errors.js';
import { firstKeyEntry, rotationEntry } from './key-entries.js';
import { createKeyFile, moveKeyFile, readKeyFile } from './key-file.js';
import { appendLog } from './log.js';
import { genesis } from './log-entry.js';
import { signCheckpoint } from './seal.js';
import { createSigner, parseVerifierKey, type Signer, type Verifier } from './signed-note.js';
import { buildMissingTree } from './tree.js';
import { type Witness, witnessOf } from './witness/cosignature.js';

type KeyConfig = Pick<EvidenceConfig, 'keyFile' | 'origin'>;

/**
 * The signer of a store's log. Where the log has no key yet, one is made and recorded, under the origin of the
 * watch file or a random name: a name must not tell where the program runs. Needs the store's lock.
 * @throws EvidenceError when the key file is missing, unsafe, or another log's
 */
export async function openSigner(store: Store, config: KeyConfig, at: number): Promise<Signer> {
  const current = await currentKey(store);
  if (current === null) return await firstSigner(store, config, at);
  if (config.origin !== null && config.origin !== current.name)
    throw new EvidenceError(`this log's name is ${current.name} for good, not ${config.origin}`);
  finishRotation(config.keyFile, current);
  return signerOf(current, config.keyFile);
}

/**
 * A store's log as a witness of others, with the log's own key. Changes nothing, so that it can work beside a daemon.
 * @throws EvidenceError when there is no key yet, or its file is missing, unsafe, or another log's
 */
export async function openWitness(store: Store, { keyFile }: KeyConfig): Promise<Witness> {
  const current = await currentKey(store);
  if (current === null) throw new EvidenceError('this log has no key yet: "twinwatch keys create" makes one');
  return witnessOf(signerOf(current, keyFile));
}

function signerOf(current: Verifier, keyFile: string): Signer {
  if (!existsSync(keyFile)) {
    throw new EvidenceError(
      `the key file ${keyFile} is missing: restore it, or let a new key take over with "twinwatch keys rotate --lost"`,
    );
  }
  const signer = createSigner(current.name, readKeyFile(keyFile));
  if (signer.verifier.text === current.text) return signer;
  throw new EvidenceError(`the key file ${keyFile} does not hold this log's key ${current.text}`);
}

/** The key that signs a store's checkpoints now; null before there is one. */
export async function currentKey(store: Store): Promise<Verifier | null> {
  const newest = (await logKeys(store.db)).at(-1);
  return newest === undefined ? null : parseVerifierKey(newest.verifier_key);
}

async function firstSigner(store: Store, config: KeyConfig, at: number): Promise<Signer> {
  const { keyFile, origin } = config;
  const key = existsSync(keyFile) ? readKeyFile(keyFile) : createKeyFile(keyFile);
  const signer = createSigner(origin ?? `twinwatch/${randomBytes(8).toString('hex')}`, key);
  await store.transaction(async (tx) => {
    await buildMissingTree(tx);
    const { height } = await appendLog(tx, at, [firstKeyEntry(signer)]);
    await remember(tx, height, signer.verifier);
    await signCheckpoint(tx, signer, at);
  });
  return signer;
}

/** What a rotation led to. */
export interface Rotation {
  readonly from: Verifier;
  readonly to: Verifier;
  /** Where the old private key is now; null when it was lost. */
  readonly retired: string | null;
}

/**
 * Lets a new key take over, recorded in the log and signed by both. Needs the store's lock.
 * @param options.isLost the old private key is gone: only the new one signs, which everyone will see
 * @throws EvidenceError when there is no key to rotate, or its file does not fit
 */
export async function rotateKey(
  store: Store,
  config: KeyConfig,
  at: number,
  { isLost }: { readonly isLost: boolean },
): Promise<Rotation> {
  const from = await currentKey(store);
  if (from === null) throw new EvidenceError('this log has no key yet: "twinwatch keys create" makes one');
  finishRotation(config.keyFile, from);
  if (isLost && existsSync(config.keyFile))
    throw new EvidenceError(
      `${config.keyFile} is there: rotate without --lost, or move it away if it is not the key`,
    );
  const old = isLost ? null : await openSigner(store, config, at);
  const waiting = nextFile(config.keyFile);
  // Left by a rotation that was broken off before it was recorded.
  const next = createSigner(from.name, existsSync(waiting) ? readKeyFile(waiting) : createKeyFile(waiting));
  await store.transaction(async (tx) => {
    const prev = (await logHead(tx))?.hash ?? genesis;
    const { height } = await appendLog(tx, at, [rotationEntry(prev, from, old, next)]);
    await remember(tx, height, next.verifier);
    await signCheckpoint(tx, next, at);
  });
  finishRotation(config.keyFile, next.verifier);
  return { from, to: next.verifier, retired: isLost ? null : retiredFile(config.keyFile, from) };
}

async function remember(tx: Tx, height: number, verifier: Verifier): Promise<void> {
  await insertLogKey(tx, { height, verifier_key: verifier.text });
}

/** Puts the key that took over in its place; a rotation may have been broken off in between. */
function finishRotation(keyFile: string, current: Verifier): void {
  const waiting = nextFile(keyFile);
  if (!existsSync(waiting)) return;
  const isCurrent = createSigner(current.name, readKeyFile(waiting)).verifier.text === current.text;
  if (!isCurrent) return;
  if (existsSync(keyFile)) {
    const { verifier } = createSigner(current.name, readKeyFile(keyFile));
    moveKeyFile(keyFile, retiredFile(keyFile, verifier));
  }
  moveKeyFile(waiting, keyFile);
}

function nextFile(keyFile: string): string {
  return `${keyFile}.next`;
}

function retiredFile(keyFile: string, { id }: Verifier): string {
  return `${keyFile}.${id}`;
}
