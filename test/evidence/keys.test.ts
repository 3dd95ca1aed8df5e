import { createPrivateKey, generateKeyPairSync } from 'node:crypto';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  appendLog,
  newestHead,
  openSigner,
  rotateKey,
  signCheckpoint,
  verifyLog,
} from '../../src/evidence/index.js';
import { createKeyFile } from '../../src/evidence/key-file.js';
import { createSigner, openNote, parseVerifierKey } from '../../src/evidence/signed-note.js';
import { logEntriesFrom, logKeys, openStore, type Store } from '../../src/store/index.js';
import { temporaryFolders } from '../_util/folder.js';

const newFolder = temporaryFolders();
let keyFile: string;
let database: string;
let store: Store;

beforeEach(async () => {
  const folder = newFolder();
  database = join(folder, 'store.db');
  keyFile = join(folder, 'keys', 'store.key');
  store = await openStore({ kind: 'sqlite', path: database });
});

afterEach(async () => {
  await store.close();
});

const config = (origin: string | null = null) => ({ keyFile, origin });
const append = (count: number): Promise<unknown> =>
  store.transaction((tx) =>
    appendLog(
      tx,
      5,
      Array.from({ length: count }, (_, i) => ({ kind: 'trial' as const, watchId: 'w', payload: i })),
    ),
  );
const keys = async (): Promise<string[]> => (await logKeys(store.db)).map((row) => row.verifier_key);
const privateKey = (path: string) => createPrivateKey(readFileSync(path));

describe('the first key', () => {
  it('is made, recorded and used by the first start, and found by the next', async () => {
    const signer = await openSigner(store, config(), 1);
    expect(statSync(keyFile).mode & 0o777).toBe(0o600);
    expect(privateKey(keyFile).asymmetricKeyType).toBe('ed25519');
    expect(signer.verifier.name).toMatch(/^twinwatch\/[0-9a-f]{16}$/);
    const [entry] = await logEntriesFrom(store.db, 0, 10);
    expect(entry).toMatchObject({ kind: 'key', payload: JSON.stringify({ key: signer.verifier.text }) });
    expect(await newestHead(store.db)).toMatchObject({ size: 1, key: signer.verifier.text });

    const written = readFileSync(keyFile, 'utf8');
    const again = await openSigner(store, config(), 2);
    expect(again.verifier.text).toBe(signer.verifier.text);
    expect(readFileSync(keyFile, 'utf8')).toBe(written);
    expect(await verifyLog(store.db)).toMatchObject({ height: 0, checkpoints: 1 });
  });

  it('bears the origin of the watch file, for good', async () => {
    const { verifier } = await openSigner(store, config('example.org/watch'), 1);
    expect(verifier.name).toBe('example.org/watch');
    expect((await newestHead(store.db)).origin).toBe('example.org/watch');
    await expect(openSigner(store, config('example.org/other'), 2)).rejects.toThrow(/for good/);
    expect((await openSigner(store, config(), 2)).verifier.text).toBe(verifier.text);
  });

  it('covers a log that was begun before there were keys and trees', async () => {
    await append(2_345);
    await store.db.updateTable('log').set({ subtrees: '' }).execute();
    await openSigner(store, config(), 1);
    await append(3);
    expect(await verifyLog(store.db)).toMatchObject({ height: 2_348, newest: { size: 2_346 } });
  });

  it('is never overwritten', () => {
    mkdirSync(join(keyFile, '..'));
    writeFileSync(keyFile, 'something');
    expect(() => createKeyFile(keyFile)).toThrow(/EEXIST/);
    expect(readFileSync(keyFile, 'utf8')).toBe('something');
  });
});

describe('a key file', () => {
  const files: [string, RegExp, () => void][] = [
    ['that the group can read', /can be read by others: chmod 600/, () => chmodSync(keyFile, 0o640)],
    ['that everyone can read', /can be read by others: chmod 600/, () => chmodSync(keyFile, 0o604)],
    ['that is missing', /is missing: restore it/, () => rmSync(keyFile)],
    ['that holds nothing', /no Ed25519 private key/, () => writeFileSync(keyFile, '')],
    [
      'that is cut off',
      /no Ed25519 private key/,
      () => writeFileSync(keyFile, readFileSync(keyFile, 'utf8').slice(0, 80)),
    ],
    [
      'of another kind',
      /no Ed25519 private key/,
      () =>
        writeFileSync(
          keyFile,
          generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey.export({
            type: 'pkcs8',
            format: 'pem',
          }),
        ),
    ],
    [
      'of another log',
      /does not hold this log's key/,
      () => {
        rmSync(keyFile);
        createKeyFile(keyFile);
      },
    ],
    [
      'that is a folder',
      /is no file|EISDIR/,
      () => {
        rmSync(keyFile);
        mkdirSync(keyFile);
      },
    ],
  ];
  it.each(files)('%s is refused, and nothing of it is told', async (_, message, damage) => {
    await openSigner(store, config(), 1);
    const secret = readFileSync(keyFile, 'utf8').split('\n')[1] ?? '';
    expect(secret).toHaveLength(64);
    damage();
    const error = await openSigner(store, config(), 2).then(
      () => null,
      (reason: unknown) => reason as Error,
    );
    expect(error).toMatchObject({ code: 'evidence', message: expect.stringMatching(message) });
    for (let i = 20; i + 12 <= secret.length; i += 4)
      expect(`${error?.stack} ${String(error?.cause)}`).not.toContain(secret.slice(i, i + 12));
    expect(await verifyLog(store.db)).toMatchObject({ height: 0 });
  });
});

describe('rotation', () => {
  it('is recorded and signed by both keys; the new one signs on', async () => {
    const old = await openSigner(store, config(), 1);
    await append(3);
    const { from, to, retired } = await rotateKey(store, config(), 2, { isLost: false });
    expect(from.text).toBe(old.verifier.text);
    expect(to.name).toBe(from.name);
    expect(await keys()).toEqual([from.text, to.text]);
    expect(statSync(keyFile).mode & 0o777).toBe(0o600);
    expect(createSigner(to.name, privateKey(keyFile)).verifier.text).toBe(to.text);
    expect(createSigner(from.name, privateKey(retired ?? '')).verifier.text).toBe(from.text);
    expect(existsSync(`${keyFile}.next`)).toBe(false);

    const [entry] = await logEntriesFrom(store.db, 4, 1);
    const { note } = JSON.parse(entry?.payload ?? '') as { note: string };
    for (const key of [from, to]) expect(openNote(note, [key]).text).toContain(entry?.prev_hash);
    expect(await newestHead(store.db)).toMatchObject({ size: 5, key: to.text });

    const signer = await openSigner(store, config(), 3);
    await append(1);
    await store.transaction((tx) => signCheckpoint(tx, signer, 4));
    const verified = await verifyLog(store.db);
    expect(verified).toMatchObject({ checkpoints: 3, newest: { size: 6, signedAt: 4 } });
    expect(verified.keys.map(({ height, isVouched }) => [height, isVouched])).toEqual([
      [0, true],
      [4, true],
    ]);
  });

  it('can be broken off anywhere', async () => {
    await openSigner(store, config(), 1);
    // Before it was recorded: the key that waits is taken.
    const waiting = createKeyFile(`${keyFile}.next`);
    await openSigner(store, config(), 1);
    const { to, retired } = await rotateKey(store, config(), 2, { isLost: false });
    expect(createSigner(to.name, waiting).verifier.text).toBe(to.text);
    // After it was recorded, before the first file was moved.
    renameSync(keyFile, `${keyFile}.next`);
    renameSync(retired ?? '', keyFile);
    expect((await openSigner(store, config(), 3)).verifier.text).toBe(to.text);
    expect([existsSync(`${keyFile}.next`), existsSync(retired ?? '')]).toEqual([false, true]);
    // Between the two.
    renameSync(keyFile, `${keyFile}.next`);
    expect((await openSigner(store, config(), 4)).verifier.text).toBe(to.text);
    expect(existsSync(`${keyFile}.next`)).toBe(false);
    expect(await verifyLog(store.db)).toMatchObject({ checkpoints: 2 });
  });

  it('of a lost key shows that nobody vouches for the new one', async () => {
    await openSigner(store, config(), 1);
    await expect(rotateKey(store, config(), 2, { isLost: true })).rejects.toThrow(
      /is there: rotate without --lost/,
    );
    rmSync(keyFile);
    await expect(rotateKey(store, config(), 2, { isLost: false })).rejects.toThrow(/is missing/);
    const { to, retired } = await rotateKey(store, config(), 2, { isLost: true });
    expect(retired).toBeNull();
    expect((await openSigner(store, config(), 3)).verifier.text).toBe(to.text);
    expect((await verifyLog(store.db)).keys.map(({ isVouched }) => isVouched)).toEqual([true, false]);
  });

  it('needs a key', async () => {
    await expect(rotateKey(store, config(), 2, { isLost: false })).rejects.toThrow(/no key yet/);
  });
});

it('no private key is in the store, whatever was done', async () => {
  await openSigner(store, config(), 1);
  const { retired } = await rotateKey(store, config(), 2, { isLost: false });
  const secrets = [keyFile, retired ?? ''].flatMap((path) => {
    const { d = '' } = privateKey(path).export({ format: 'jwk' });
    const seed = Buffer.from(d, 'base64url');
    const pem = readFileSync(path, 'utf8').split('\n')[1] ?? '';
    return [seed, seed.toString('hex'), seed.toString('base64').slice(0, 40), pem.slice(30)];
  });
  await store.close();
  const held = ['', '-wal', '-shm'].map((end) => `${database}${end}`).filter((path) => existsSync(path));
  const bytes = Buffer.concat(held.map((path) => readFileSync(path)));
  store = await openStore({ kind: 'sqlite', path: database });
  const [current] = (await keys()).slice(-1);
  // The search finds what is there.
  expect(bytes.includes(parseVerifierKey(current ?? '').text)).toBe(true);
  for (const secret of secrets) expect(bytes.includes(secret)).toBe(false);
});
