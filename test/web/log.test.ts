import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { parseCheckpoint } from '../../src/evidence/checkpoint.js';
import { appendLog, openSigner, signCheckpoint } from '../../src/evidence/index.js';
import { entryText } from '../../src/evidence/log-entry.js';
import { isConsistent, leafHash, rootOfInclusion } from '../../src/evidence/merkle.js';
import { parseNote, type Signer } from '../../src/evidence/signed-note.js';
import { type Witness, witnessOf } from '../../src/evidence/witness/cosignature.js';
import { logEntriesFrom, openStore, type Store } from '../../src/store/index.js';
import { temporaryFolders } from '../_util/folder.js';
import { serve } from './_serve.js';

const newFolder = temporaryFolders();
let store: Store;
let signer: Signer;
let witness: Witness;

async function signerIn(folder: string, origin: string, name: string): Promise<[Store, Signer]> {
  const opened = await openStore({ kind: 'sqlite', path: join(folder, `${name}.db`) });
  return [opened, await openSigner(opened, { keyFile: join(folder, name), origin }, 1)];
}

async function grow(): Promise<void> {
  await store.transaction(async (tx) => {
    await appendLog(
      tx,
      2,
      [1, 2, 3].map((payload) => ({ kind: 'pause' as const, watchId: null, payload })),
    );
    await signCheckpoint(tx, signer, 2);
  });
}

beforeEach(async () => {
  const folder = newFolder();
  [store, signer] = await signerIn(folder, 'example.org/log', 'log');
  const [other, theirs] = await signerIn(folder, 'example.net/witness', 'witness');
  witness = witnessOf(theirs);
  return async () => {
    await store.close();
    await other.close();
  };
});

const post = (address: string, body: string, type = 'text/plain'): Promise<Response> =>
  fetch(`${address}/log/cosignatures`, { method: 'POST', body, headers: { 'content-type': type } });

/** The checkpoint that is served, with this witness's line alone. */
async function cosigned(address: string, by = witness): Promise<string> {
  const { text } = parseNote(await (await fetch(`${address}/log/checkpoint`)).text());
  return `${text}\n${by.cosign(text, 1_000)}`;
}

describe('the log on the web', () => {
  it('serves its newest checkpoint, and proofs that hold', async () => {
    const address = await serve({ store });
    const headOf = async (): Promise<ReturnType<typeof parseCheckpoint>> =>
      parseCheckpoint(parseNote(await (await fetch(`${address}/log/checkpoint`)).text()).text);
    const older = await headOf();
    await grow();
    const newer = await headOf();
    expect([older.size, newer.size]).toEqual([1, 4]);
    const answer = await fetch(`${address}/log/consistency?from=1&to=4`);
    const { hashes } = (await answer.json()) as { hashes: string[] };
    const proof = hashes.map((hash) => Buffer.from(hash, 'base64'));
    expect(isConsistent(older, newer, proof)).toBe(true);

    const [entry] = await logEntriesFrom(store.db, 2, 1);
    const text = entry === undefined ? '' : entryText(entry);
    const inclusion = await (await fetch(`${address}/log/inclusion?height=2`)).text();
    expect(inclusion).not.toContain(Buffer.from(text).toString('base64'));
    const lines = inclusion.slice(0, inclusion.indexOf('\n\n')).split('\n').slice(2);
    const path = lines.map((hash) => Buffer.from(hash, 'base64'));
    expect(rootOfInclusion(leafHash(text), 2, 4, path)).toEqual(newer.root);
  });

  it('says what it can not prove', async () => {
    const address = await serve({ store });
    const statusOf = async (path: string): Promise<number> => (await fetch(`${address}/log/${path}`)).status;
    expect(await statusOf('consistency?from=1&to=2')).toBe(404);
    expect(await statusOf('consistency?from=0&to=1')).toBe(404);
    expect(await statusOf('inclusion?height=1')).toBe(404);
    for (const query of [
      '',
      '?from=1',
      '?from=-1&to=1',
      '?from=1&to=1e3',
      '?from=1&to=1&to=1',
      '?from=1&to=9999999999999999',
    ])
      expect(await statusOf(`consistency${query}`), query).toBe(400);
    expect(await statusOf('cosignatures')).toBe(405);
    const empty = await serve();
    expect((await fetch(`${empty}/log/checkpoint`)).status).toBe(404);
  });

  it('takes co-signatures of trusted witnesses, once, and serves them', async () => {
    const address = await serve({ store, witnesses: [witness.verifier.text] });
    const note = await cosigned(address);
    const first = await post(address, note);
    expect([first.status, await first.json()]).toEqual([200, { size: 1, added: 1 }]);
    expect(await (await post(address, note)).json()).toEqual({ size: 1, added: 0 });
    expect(await (await fetch(`${address}/log/checkpoint`)).text()).toContain(note.split('\n').at(-2));
  });

  it('takes no other, and nothing large or often', async () => {
    const address = await serve({ store, witnesses: [witness.verifier.text] });
    const note = await cosigned(address);
    expect((await post(address, await cosigned(address, witnessOf(signer)))).status).toBe(403);
    const forged = note.replace(/\S{8}\n$/, 'AAAAAAA=\n');
    expect((await post(address, forged)).status).toBe(422);
    expect((await post(address, 'nothing')).status).toBe(422);
    expect((await post(address, JSON.stringify({ note }), 'application/json')).status).toBe(415);
    expect((await post(address, 'x'.repeat(40_000))).status).toBe(413);
    const statuses = new Set<number>();
    for (let i = 0; i < 40; i += 1) statuses.add((await post(address, 'nothing')).status);
    expect(statuses).toEqual(new Set([422, 429]));
    const reader = await serve({ store, witnesses: [witness.verifier.text], isReadOnly: true });
    expect((await post(reader, note)).status).toBe(404);
  });
});
