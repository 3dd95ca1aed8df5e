import { generateKeyPairSync } from 'node:crypto';
import { join } from 'node:path';
import { sql } from 'kysely';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { appendLog, openSigner, rotateKey, signCheckpoint, verifyLog } from '../../src/evidence/index.js';
import { createSigner, type Signer, signNote } from '../../src/evidence/signed-note.js';
import { type LogTable, logEntriesFrom, openStore, type Store } from '../../src/store/index.js';
import { temporaryFolders } from '../_util/folder.js';

const newFolder = temporaryFolders();
let store: Store;
let signer: Signer;

beforeEach(async () => {
  const folder = newFolder();
  store = await openStore({ kind: 'sqlite', path: join(folder, 'store.db') });
  const config = { keyFile: join(folder, 'key'), origin: 'example.org/log' };
  signer = await openSigner(store, config, 1);
  await round(4);
  await rotateKey(store, config, 2, { isLost: false });
  signer = await openSigner(store, config, 3);
  await round(5);
  await round(6);
});

afterEach(async () => {
  await store.close();
});

/** Entries that a signed checkpoint follows. The rotation is entry 5; there are 17 in the end. */
async function round(count: number): Promise<void> {
  const inputs = Array.from({ length: count }, (_, i) => ({
    kind: 'trial' as const,
    watchId: 'w',
    payload: i,
  }));
  await store.transaction(async (tx) => {
    await appendLog(tx, 5, inputs);
    await signCheckpoint(tx, signer, 6);
  });
}

/** Writes the log anew, chain and tree and all, from other entries. */
async function rewrite(change: (entries: readonly LogTable[]) => readonly LogTable[]): Promise<void> {
  const entries = change(await logEntriesFrom(store.db, 0, 100));
  await store.transaction(async (tx) => {
    await tx.deleteFrom('log').execute();
    for (const { kind, at, watch_id, payload } of entries) {
      const input = { kind: kind as 'trial', watchId: watch_id, payload: JSON.parse(payload) as number };
      await appendLog(tx, at, [input]);
    }
  });
}

describe('a signed log', () => {
  it('is whole', async () => {
    const verified = await verifyLog(store.db);
    expect(verified).toMatchObject({ height: 16, checkpoints: 5, newest: { size: 17, signedAt: 6 } });
    expect(verified.keys.at(-1)?.verifier.text).toBe(signer.verifier.text);
    await round(0);
    expect((await verifyLog(store.db)).checkpoints).toBe(5);
  });

  it('shows that its end was cut off, though chain and tree are sound', async () => {
    await rewrite((entries) => entries.slice(0, 16));
    await expect(verifyLog(store.db)).rejects.toThrow('the log ends at entry 15, but 17 entries were signed');
    await expect(round(0)).rejects.toThrow(/no longer begins with the 17 entries/);
    await expect(round(5)).rejects.toThrow(/no longer begins with the 17 entries/);
  });

  it('shows that an entry was changed and all hashes after it made anew', async () => {
    for (const height of [16, 12, 6]) {
      await rewrite((entries) =>
        entries.map((one) => (one.height === height ? { ...one, payload: '99' } : one)),
      );
      const size = height < 11 ? 10 : 16;
      await expect(verifyLog(store.db)).rejects.toThrow(
        `over entries 0 to ${size} was signed over other entries`,
      );
      await expect(round(1)).rejects.toThrow(/no longer begins with the 17 entries/);
    }
  });

  it('ties a rotation to its place', async () => {
    await sql`DELETE FROM checkpoints WHERE size = 5`.execute(store.db);
    await rewrite((entries) => entries.map((one) => (one.height === 3 ? { ...one, payload: '99' } : one)));
    await expect(verifyLog(store.db)).rejects.toThrow(/entry 5 makes no key known: .*another place/);
  });

  it('knows no key that a thief added', async () => {
    const thief = createSigner('example.org/log', generateKeyPairSync('ed25519').privateKey);
    const key = { kind: 'key' as const, watchId: null, payload: { key: thief.verifier.text } };
    await store.transaction(async (tx) => {
      await appendLog(tx, 7, [key]);
      await signCheckpoint(tx, thief, 7);
    });
    await expect(verifyLog(store.db)).rejects.toThrow(/entry 17 makes no key known/);
  });
});

describe('a checkpoint', () => {
  const replaced = (note: string): Promise<unknown> =>
    sql`UPDATE checkpoints SET note = ${note} WHERE size = 11`.execute(store.db);
  const stored = async (size: number): Promise<string> =>
    (
      await store.db
        .selectFrom('checkpoints')
        .select('note')
        .where('size', '=', size)
        .executeTakeFirstOrThrow()
    ).note;

  it('is found wrong when it is changed, forged, moved or of another log', async () => {
    const note = await stored(11);
    const text = note.slice(0, note.indexOf('\n\n') + 1);
    const thief = createSigner('example.org/log', generateKeyPairSync('ed25519').privateKey);
    const wrong: [string, RegExp][] = [
      [note.replace('\n11\n', '\n12\n'), /over entries 0 to 10: the signature of/],
      [signNote(text, [thief]), /over entries 0 to 10: no known key/],
      [await stored(17), /speaks of another log/],
      [await stored(5), /over entries 0 to 10: no known key/],
      [signNote(text.replace('example.org', 'example.com'), [signer]), /speaks of another log/],
      [signNote('no checkpoint\n', [signer]), /no checkpoint/],
      ['', /not signed/],
    ];
    for (const [other, message] of wrong) {
      await replaced(other);
      await expect(verifyLog(store.db), other).rejects.toThrow(message);
    }
    await replaced(note);
    await verifyLog(store.db);
  });

  it('may bear the signatures of others too', async () => {
    const witness = createSigner('witness.example', generateKeyPairSync('ed25519').privateKey);
    const note = await stored(11);
    const cosigned = signNote(note.slice(0, note.indexOf('\n\n') + 1), [signer, witness]);
    await replaced(cosigned);
    expect((await verifyLog(store.db)).checkpoints).toBe(5);
  });
});

it.each([
  ["UPDATE log SET subtrees = '' WHERE height = 3", /stored tree does not fit entry 3/],
  [
    "UPDATE log SET subtrees = 'ff' || substr(subtrees, 3) WHERE height = 11",
    /stored tree does not fit entry 11/,
  ],
  [
    'INSERT INTO checkpoints SELECT 18, signed_at, note FROM checkpoints WHERE size = 17',
    /18 entries were signed/,
  ],
  ['INSERT INTO checkpoints SELECT 0, signed_at, note FROM checkpoints WHERE size = 17', /over no entry/],
  ['DELETE FROM log_keys WHERE height = 0', /list of keys/],
  ['UPDATE log_keys SET height = 4 WHERE height = 5', /list of keys/],
  ["INSERT INTO log_keys VALUES (9, 'x')", /list of keys/],
])('%s is found', async (statement, message) => {
  await sql.raw(statement).execute(store.db);
  await expect(verifyLog(store.db)).rejects.toThrow(message);
});
