import { createPrivateKey } from 'node:crypto';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import {
  EvidenceError,
  newestNote,
  openSigner,
  proveConsistency,
  rotateKey,
  signCheckpoint,
  verifyLog,
} from '../../src/evidence/index.js';
import { appendLog } from '../../src/evidence/log.js';
import { createSigner, parseNote, type Signer } from '../../src/evidence/signed-note.js';
import { checkpointRequest, readCheckpointRequest } from '../../src/evidence/witness/checkpoint-request.js';
import { type Cosigned, cosign, type Shown } from '../../src/evidence/witness/cosign.js';
import {
  cosignaturesOn,
  parseWitnessKey,
  type Witness,
  witnessOf,
} from '../../src/evidence/witness/cosignature.js';
import { acceptCosignatures } from '../../src/evidence/witness/own-log.js';
import { checkProof, proveEntry } from '../../src/evidence/witness/proof-file.js';
import { logForks, openStore, type Store, seenLog } from '../../src/store/index.js';
import { temporaryFolders } from '../_util/folder.js';
import go from './fixtures/cosignatures.json' with { type: 'json' };

const newFolder = temporaryFolders();

/** The Ed25519 signer of a seed of 32 bytes. */
function signerOf(name: string, seed: string): Signer {
  const der = Buffer.from(`302e020100300506032b657004220420${seed}`, 'hex');
  return createSigner(name, createPrivateKey({ key: der, format: 'der', type: 'pkcs8' }));
}

describe('co-signatures', () => {
  const witnesses = go.witnesses.map(({ verifier }) => parseWitnessKey(verifier));

  it("are the Go implementation's, byte for byte", () => {
    const lines = go.note.split('\n').slice(5, -1);
    expect(lines).toHaveLength(2);
    for (const [i, { name, seed, verifier, seconds }] of go.witnesses.entries()) {
      const witness = witnessOf(signerOf(name, seed));
      expect(witness.verifier.text).toBe(verifier);
      expect(witness.cosign(go.text, seconds * 1000 + 999)).toBe(`${lines[i]}\n`);
    }
    expect(cosignaturesOn(parseNote(go.note), witnesses).map(({ witness }) => witness)).toEqual(witnesses);
  });

  it('are wrong with any other text, time or signature, and left alone where the witness is unknown', () => {
    const { text, signatures } = parseNote(go.note);
    const [witness] = witnesses;
    if (witness === undefined) throw new Error('no witness');
    const own = signatures.find(({ id }) => id === witness.id)?.signature ?? Buffer.alloc(0);
    for (let bit = 0; bit < own.length * 8; bit += 1) {
      const changed = Buffer.from(own);
      changed[bit >> 3] = (own[bit >> 3] ?? 0) ^ (1 << (bit & 7));
      const note = { text, signatures: [{ ...witness, signature: changed }] };
      expect(() => cosignaturesOn(note, [witness]), `${bit}`).toThrow(/co-signature of .* is wrong/);
    }
    const { name, id } = witness;
    for (const signature of [own.subarray(1), Buffer.concat([own, own])])
      expect(() => cosignaturesOn({ text, signatures: [{ name, id, signature }] }, [witness])).toThrow(
        EvidenceError,
      );
    expect(() => cosignaturesOn({ text: `${text}more\n`, signatures }, [witness])).toThrow(/is wrong/);
    expect(cosignaturesOn({ text, signatures }, witnesses.slice(1))).toHaveLength(1);
    expect(() => parseWitnessKey(go.log)).toThrow(/no verifier key of a witness/);
  });
});

describe('a proof', () => {
  const [first = '', second = ''] = go.witnesses.map(({ verifier }) => verifier);

  it('of the Go implementation holds, and none that was changed does', () => {
    expect(checkProof(go.proof, go.log, [second])).toMatchObject({
      height: 5,
      text: 'leaf 5',
      witnesses: [second],
    });
    const bytes = Buffer.from(go.proof);
    for (let i = 0; i < bytes.length; i += 1) {
      const changed = Buffer.from(bytes);
      changed[i] = (bytes[i] ?? 0) ^ 1;
      // A changed name or id of a witness makes it an unknown one: it no longer counts.
      let counted: readonly string[] = [];
      try {
        counted = checkProof(changed.toString(), go.log, [first, second]).witnesses;
      } catch (error) {
        expect(error).toBeInstanceOf(EvidenceError);
      }
      expect(counted.length, `byte ${i}`).toBeLessThan(2);
    }
    expect(() => checkProof(go.proof.replace(/extra .*\n/, ''), go.log, [])).toThrow(
      /does not hold the text/,
    );
    expect(() => checkProof(go.proof, first, [])).toThrow(EvidenceError);
    expect(() => checkProof('', go.log, [])).toThrow(/no proof/);
  });
});

/** A log that grows, and what it shows a witness. */
interface Log {
  readonly store: Store;
  readonly key: string;
  grow(entries: number): Promise<void>;
  shown(): Promise<Shown>;
}

type NewLog = Log & { readonly keyFile: string; readonly witness: Witness };

/** A log with one entry, which makes its key known at `at`. */
async function newLog(origin: string, keyFile = join(newFolder(), 'key'), at = 1): Promise<NewLog> {
  const store = await openStore({ kind: 'sqlite', path: join(newFolder(), 'store.db') });
  const signer = await openSigner(store, { keyFile, origin }, at);
  return { ...logOf(store, signer), keyFile, witness: witnessOf(signer) };
}

function logOf(store: Store, signer: Signer): Log {
  return {
    store,
    key: signer.verifier.text,
    grow: async (entries) => {
      const inputs = Array.from({ length: entries }, () => ({
        kind: 'pause' as const,
        watchId: null,
        payload: 'x',
      }));
      await store.transaction(async (tx) => {
        await appendLog(tx, 2, inputs);
        await signCheckpoint(tx, signer, 2);
      });
    },
    shown: async () => ({
      note: await newestNote(store.db),
      prove: async (from, to) => {
        const proof = await proveConsistency(store.db, from, to);
        return (proof?.hashes ?? []).map((hash) => Buffer.from(hash, 'base64'));
      },
    }),
  };
}

/** Another history under the same key. */
const forkOf = async ({ keyFile }: NewLog): Promise<NewLog> => await newLog('example.org/log', keyFile, 2);

describe('a witness', () => {
  let log: NewLog;
  let own: NewLog;
  const at = 1_800_000_000_000;
  const sign = async (shown: Shown, logKey: string | null = null): Promise<Cosigned> =>
    await cosign(own.store, own.witness, shown, { logKey, at });

  beforeEach(async () => {
    log = await newLog('example.org/log');
    own = await newLog('example.net/witness');
    await log.grow(4);
    return async () => {
      await log.store.close();
      await own.store.close();
    };
  });

  it('co-signs a log as it grows; the log takes it once, of witnesses that it trusts', async () => {
    await expect(sign(await log.shown())).rejects.toThrow(/was not seen before: name its key/);
    await expect(sign(await log.shown(), own.key)).rejects.toThrow(/is not signed with/);
    expect(await sign(await log.shown(), log.key)).toMatchObject({ kind: 'signed', before: null });
    for (const entries of [1, 2, 7]) {
      await log.grow(entries);
      const found = await sign(await log.shown());
      if (found.kind !== 'signed') throw new Error(found.kind);
      expect(found.before?.size).toBeLessThan(found.head.size);
      const note = `${found.note}${found.line}`;
      const trusted = [own.witness.verifier.text];
      const { size } = found.head;
      expect(await acceptCosignatures(log.store, note, [], at)).toEqual({ kind: 'unknown', size });
      expect(await acceptCosignatures(log.store, note, trusted, at)).toEqual({
        kind: 'accepted',
        size,
        added: 1,
      });
      expect(await acceptCosignatures(log.store, note, trusted, at)).toEqual({
        kind: 'accepted',
        size,
        added: 0,
      });
      expect(await newestNote(log.store.db)).toBe(note);
      const proof = (await proveEntry(log.store.db, 2, { withEntry: true })) ?? '';
      expect(checkProof(proof, log.key, trusted)).toMatchObject({ height: 2, witnesses: trusted });
    }
    expect(await seenLog(own.store.db, 'example.org/log')).toMatchObject({ size: 15, log_key: log.key });
    expect(await verifyLog(log.store.db)).toMatchObject({ cosigned: { count: 3, size: 15 } });
    await log.store.db.updateTable('cosignatures').set({ size: 5 }).where('size', '=', 15).execute();
    await expect(verifyLog(log.store.db)).rejects.toThrow(/entries 0 to 4: the co-signature of .* is wrong/);
    expect(await proveEntry(log.store.db, 15, { withEntry: true })).toBeNull();
    expect(await proveEntry(log.store.db, 3, { withEntry: false })).not.toContain('extra');
  });

  it('goes on with a rotated key where that is named', async () => {
    await sign(await log.shown(), log.key);
    const config = { keyFile: log.keyFile, origin: null };
    const { to } = await rotateKey(log.store, config, 3, { isLost: false });
    await expect(sign(await log.shown())).rejects.toThrow(/after a rotation, name the new key/);
    expect(await sign(await log.shown(), to.text)).toMatchObject({ kind: 'signed', before: { size: 5 } });
    expect(await seenLog(own.store.db, 'example.org/log')).toMatchObject({ size: 6, log_key: to.text });
  });

  it('keeps what it saw before it signs', async () => {
    const broken: Witness = {
      ...own.witness,
      cosign: () => {
        throw new Error('the power failed');
      },
    };
    const shown = await log.shown();
    await expect(cosign(own.store, broken, shown, { logKey: log.key, at })).rejects.toThrow(
      'the power failed',
    );
    expect(await seenLog(own.store.db, 'example.org/log')).toMatchObject({ size: 5, seen_at: at });
    const fork = await forkOf(log);
    await fork.grow(2);
    expect(await sign(await fork.shown())).toMatchObject({ kind: 'smaller' });
    await fork.store.close();
  });

  it('refuses a fork of the same or a larger size, keeps both notes, and goes on with what it saw', async () => {
    await sign(await log.shown(), log.key);
    const kept = await newestNote(log.store.db);
    const fork = await forkOf(log);
    expect(await sign(await fork.shown())).toMatchObject({ kind: 'smaller', head: { size: 1 } });
    await fork.grow(4);
    const same = await fork.shown();
    expect(await sign(same)).toMatchObject({ kind: 'fork', note: same.note, before: { note: kept } });
    await fork.grow(3);
    const larger = await fork.shown();
    expect(await sign(larger)).toMatchObject({ kind: 'fork', head: { size: 8 } });
    expect(await sign(larger)).toMatchObject({ kind: 'fork' });
    expect(
      (await logForks(own.store.db)).map(({ kept_note, other_note }) => [kept_note, other_note]),
    ).toEqual(
      expect.arrayContaining([
        [kept, same.note],
        [kept, larger.note],
      ]),
    );
    expect(await logForks(own.store.db)).toHaveLength(2);
    await log.grow(1);
    expect(await sign(await log.shown())).toMatchObject({ kind: 'signed', head: { size: 6 } });
    await fork.store.close();
  });

  it('refuses a proof that was tampered with, cut or borrowed', async () => {
    await sign(await log.shown(), log.key);
    await log.grow(6);
    const shown = await log.shown();
    const good = await shown.prove(5, 11);
    const proofs = [
      [],
      good.slice(1),
      [...good, Buffer.alloc(32)],
      [...good].reverse(),
      ...good.map((hash, i) => good.with(i, Buffer.from(hash.map((byte, j) => (j === 0 ? byte ^ 1 : byte))))),
    ];
    for (const proof of proofs)
      expect((await sign({ ...shown, prove: async () => proof })).kind).toBe('fork');
    expect((await sign(shown)).kind).toBe('signed');
  });

  it('lets only one of two that co-sign at once sign', async () => {
    await sign(await log.shown(), log.key);
    const earlier = await log.shown();
    await log.grow(3);
    const shown = await log.shown();
    const slow = cosign(
      own.store,
      own.witness,
      {
        ...shown,
        prove: async (from, to) => {
          await log.grow(2);
          expect((await sign(await log.shown())).kind).toBe('signed');
          return await shown.prove(from, to);
        },
      },
      { logKey: null, at },
    );
    await expect(slow).rejects.toThrow(/meanwhile: try again/);
    expect(await seenLog(own.store.db, 'example.org/log')).toMatchObject({ size: 10 });
    expect(await sign(earlier)).toMatchObject({ kind: 'smaller' });
  });

  it('can be shown a log in a file', async () => {
    const first = readCheckpointRequest(await newestNote(log.store.db));
    expect((await sign(first, log.key)).kind).toBe('signed');
    await log.grow(3);
    await expect(sign(readCheckpointRequest(await checkpointRequest(log.store.db, 3)))).rejects.toThrow(
      /--since 5/,
    );
    const request = await checkpointRequest(log.store.db, 5);
    expect(request).toMatch(/^old 5\n(\S{44}\n)+\nexample\.org\/log\n8\n/);
    expect(await sign(readCheckpointRequest(request))).toMatchObject({ kind: 'signed', head: { size: 8 } });
    await expect(checkpointRequest(log.store.db, 9)).rejects.toThrow(/over 8 entries, not over 9/);
  });
});

describe('a log', () => {
  it('takes nothing that it has not signed, and nothing that is wrong', async () => {
    const [log, own] = [await newLog('example.org/log'), await newLog('example.net/witness')];
    await log.grow(3);
    const trusted = [own.witness.verifier.text];
    const brought = (note: string): ReturnType<typeof acceptCosignatures> =>
      acceptCosignatures(log.store, note, trusted, 1);
    const { text } = parseNote(await newestNote(log.store.db));
    const line = own.witness.cosign(text, 1_000_000);
    const other = text.replace('\n4\n', '\n3\n');
    expect(await brought(`${other}\n${own.witness.cosign(other, 1)}`)).toMatchObject({
      kind: 'refused',
      reason: expect.stringMatching(/no such checkpoint/),
    });
    const elsewhere = text.replace('example.org', 'example.com');
    expect((await brought(`${elsewhere}\n${own.witness.cosign(elsewhere, 1)}`)).kind).toBe('refused');
    const wrong = own.witness.cosign(other, 1);
    expect(await brought(`${text}\n${wrong}`)).toMatchObject({
      kind: 'refused',
      reason: expect.stringMatching(/is wrong/),
    });
    for (const junk of ['', 'x', `${text}\n`, 'x\n\n— n AAAAAAA=\n'])
      expect((await brought(junk)).kind).toBe('refused');
    expect(await newestNote(log.store.db)).not.toContain('example.net');
    expect(await brought(`${text}\n${line}`)).toEqual({ kind: 'accepted', size: 4, added: 1 });
    for (const [from, to] of [
      [0, 4],
      [3, 2],
      [1, 5],
    ] as const)
      expect(await proveConsistency(log.store.db, from, to)).toBeNull();
    await log.store.close();
    await own.store.close();
  });
});
