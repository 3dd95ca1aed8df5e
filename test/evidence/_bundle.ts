import { createHash, generateKeyPairSync } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { openTar, tarEnd, tarHeader, tarPadding } from '../../src/evidence/bundle/tar.js';
import { type BundleVerification, verifyBundle } from '../../src/evidence/bundle/verify.js';
import { createSigner, parseNote } from '../../src/evidence/signed-note.js';
import { type Witness, witnessOf } from '../../src/evidence/witness/cosignature.js';
import { acceptCosignatures, newestNote } from '../../src/evidence/witness/own-log.js';
import type { Sandbox } from '../../src/sandbox/index.js';
import { openStore } from '../../src/store/index.js';
import { endpoint, writeWatchFile } from '../_util/watch-file.js';
import { openAt } from '../app/_open.js';

/** The unpacked files of a bundle, by name, in their order. */
export type Files = ReadonlyMap<string, Buffer>;

/** Two rounds of a watch with a small suite. Returns the path of the watch file. */
export async function watchedPair(sandbox: Sandbox, folder: string, trialsPerRound = 3): Promise<string> {
  const suite = { id: 'small', version: 1, title: 'Small', fixed: [] as object[], dynamic: [] as object[] };
  suite.fixed = [1, 2, 3, 4].map((i) => ({ id: `fixed-${i}`, prompt: `What is ${i} good for?` }));
  suite.dynamic = [
    { id: 'made', template: 'Tell me about {thing}.', slots: { thing: { from: 1, to: 900 } } },
  ];
  writeFileSync(join(folder, 'small.yaml'), JSON.stringify(suite));
  const watch = {
    id: 'pair',
    listed: endpoint(`${sandbox.url}/v1`, 'arena-tuned'),
    released: endpoint(`${sandbox.url}/v1`, 'vanilla'),
    schedule: '0 0 1 1 *',
    trials_per_round: trialsPerRound,
    suites: [{ file: 'small.yaml' }],
  };
  const path = writeWatchFile(folder, [watch, { ...watch, id: 'other' }]);
  await runRounds(path, ['pair', 'other', 'pair']);
  return path;
}

/** Lets witnesses co-sign the newest checkpoint of the store beside a watch file. */
export async function cosignStore(folder: string, witnesses: readonly Witness[]): Promise<void> {
  const store = await openStore({ kind: 'sqlite', path: join(folder, 'twinwatch.db') });
  const { text } = parseNote(await newestNote(store.db));
  const lines = witnesses.map((witness) => witness.cosign(text, 1_800_000_000_000));
  const keys = witnesses.map(({ verifier }) => verifier.text);
  const found = await acceptCosignatures(store, `${text}\n${lines.join('')}`, keys, 1);
  await store.close();
  if (found.kind !== 'accepted') throw new Error(found.kind);
}

/** Somebody with a new key. */
export function newWitness(name: string): Witness {
  return witnessOf(createSigner(name, generateKeyPairSync('ed25519').privateKey));
}

export async function runRounds(path: string, ids: readonly string[]): Promise<void> {
  const { app } = await openAt(path);
  try {
    for (const id of ids) await app.runRound(id);
  } finally {
    await app.stop();
  }
}

export async function* chunks(bytes: Buffer, size = 65_536): AsyncGenerator<Buffer> {
  for (let i = 0; i < bytes.length; i += size) yield bytes.subarray(i, i + size);
}

export async function readFiles(path: string): Promise<Map<string, Buffer>> {
  const files = new Map<string, Buffer>();
  const tar = openTar(chunks(gunzipSync(readFileSync(path))));
  for (let file = await tar.next(); file !== null; file = await tar.next()) {
    const parts: Buffer[] = [];
    for await (const chunk of file.bytes()) parts.push(chunk);
    files.set(file.name, Buffer.concat(parts));
  }
  return files;
}

export function tarOf(files: Files): Buffer {
  const parts = [...files].flatMap(([name, bytes]) => [
    tarHeader(name, bytes.length),
    bytes,
    tarPadding(bytes.length),
  ]);
  return Buffer.concat([...parts, tarEnd]);
}

/** The files with a manifest that fits them, as whoever changes a bundle would write it. */
export function withManifest(files: Files): Files {
  const manifest = JSON.parse(String(files.get('manifest.json'))) as { files: object[]; entries: number };
  manifest.files = [...files]
    .filter(([name]) => name !== 'manifest.json')
    .map(([name, bytes]) => ({
      name,
      sha256: createHash('sha256').update(bytes).digest('hex'),
      size: bytes.length,
    }));
  manifest.entries = linesOf(files, 'log.jsonl').length;
  return new Map([...files, ['manifest.json', Buffer.from(`${JSON.stringify(manifest)}\n`)]]);
}

export function linesOf(files: Files, name: string): string[] {
  return String(files.get(name)).split('\n').slice(0, -1);
}

export function withLines(files: Files, name: string, lines: readonly string[]): Files {
  return new Map([...files, [name, Buffer.from(lines.map((line) => `${line}\n`).join(''))]]);
}

export async function verifyTar(tar: Buffer, trust: string | null = null): Promise<BundleVerification> {
  return await verifyBundle(chunks(tar), { trust, onProgress: () => undefined });
}
