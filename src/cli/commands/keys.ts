import type { EvidenceConfig } from '../../config/index.js';
import { systemClock } from '../../core/index.js';
import { currentKey, openSigner, rotateKey, witnessVerifier } from '../../evidence/index.js';
import { lockStore, logKeys, openStore, type Store } from '../../store/index.js';
import { exitCodes } from '../exit-codes.js';
import type { Terminal } from '../terminal.js';
import { readWatchFile, withStore } from '../watch-file.js';

/** Makes the key of a store's log, unless it has one. @throws ConfigError, StoreError, EvidenceError */
export async function createKey(path: string, out: Terminal): Promise<number> {
  return await alone(path, async (store, config) => {
    const known = await currentKey(store);
    const { verifier } = await openSigner(store, config, systemClock.now());
    out.line(known === null ? `The key was made: ${config.keyFile}` : 'The log has a key already.');
    out.line(verifier.text);
    return known === null ? exitCodes.ok : exitCodes.usage;
  });
}

/** Prints the public keys of a store's log, the newest last, and that as a witness of others. @throws ConfigError, StoreError */
export async function showKeys(path: string, options: { json: boolean }, out: Terminal): Promise<number> {
  return await withStore(path, async (store, file) => {
    const keys = (await logKeys(store.db)).map((row) => ({ key: row.verifier_key, sinceEntry: row.height }));
    const current = await currentKey(store);
    const witnessKey = current && witnessVerifier(current).text;
    if (options.json) {
      out.line(JSON.stringify({ keyFile: file.evidence.keyFile, keys, witnessKey }, null, 2));
      return exitCodes.ok;
    }
    if (witnessKey === null) out.line('The log has no key yet.');
    for (const { key, sinceEntry } of keys) out.line(`${key}  since entry ${sinceEntry}`);
    if (witnessKey !== null) out.line(`${witnessKey}  as a witness of other logs`);
    return exitCodes.ok;
  });
}

/** Lets a new key take over. @throws ConfigError, StoreError, EvidenceError */
export async function rotateKeys(path: string, options: { lost: boolean }, out: Terminal): Promise<number> {
  return await alone(path, async (store, config) => {
    const { to, retired } = await rotateKey(store, config, systemClock.now(), { isLost: options.lost });
    out.line('A new key signs from now on:');
    out.line(to.text);
    if (retired === null) out.line('The old key did not sign for it: everyone who checks the log sees that.');
    else out.line(`The old private key, no longer needed, is now ${retired}`);
    return exitCodes.ok;
  });
}

/** Works on the store while no other process does. */
async function alone(
  path: string,
  work: (store: Store, config: EvidenceConfig) => Promise<number>,
): Promise<number> {
  const file = readWatchFile(path);
  const lock = lockStore(file.store);
  try {
    const store = await openStore(file.store);
    try {
      return await work(store, file.evidence);
    } finally {
      await store.close();
    }
  } finally {
    lock.release();
  }
}
