import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { exportEvidence } from '../../src/app/index.js';
import { parseWatchFile } from '../../src/config/index.js';
import { seededRandom } from '../../src/core/index.js';
import { type BundleVerification, verifyBundle } from '../../src/evidence/index.js';
import { parseNote } from '../../src/evidence/signed-note.js';
import type { Witness } from '../../src/evidence/witness/cosignature.js';
import { type Sandbox, startSandbox } from '../../src/sandbox/index.js';
import { temporaryFolders } from '../_util/folder.js';
import {
  chunks,
  cosignStore,
  type Files,
  newWitness,
  readFiles,
  runRounds,
  tarOf,
  watchedPair,
  withManifest,
} from './_bundle.js';

const newFolder = temporaryFolders();
const [one, other, stranger] = ['one.example', 'other.example', 'stranger.example'].map(newWitness) as [
  Witness,
  Witness,
  Witness,
];
const keyOf = ({ verifier }: Witness): string => verifier.text;

let sandbox: Sandbox;
let folder: string;
let watchFile: string;
let before: Files;
let files: Files;
let later: Files;

async function exported(name: string): Promise<Files> {
  const path = join(folder, name);
  await exportEvidence(parseWatchFile(readFileSync(watchFile, 'utf8'), watchFile, null), 'pair', path);
  return await readFiles(path);
}

async function verified(some: Files, ...witnesses: readonly Witness[]): Promise<BundleVerification> {
  const options = { trust: null, witnesses: witnesses.map(keyOf), onProgress: () => undefined };
  return await verifyBundle(chunks(tarOf(some)), options);
}

/** The files with other texts in place of some, and a manifest that fits. */
const changed = (texts: Readonly<Record<string, string>>): Files =>
  withManifest(
    new Map([...files, ...Object.entries(texts).map(([name, text]) => [name, Buffer.from(text)] as const)]),
  );

beforeAll(async () => {
  sandbox = await startSandbox({ seed: 'cosigned' });
  folder = newFolder();
  watchFile = await watchedPair(sandbox, folder);
  before = await exported('before.tar.gz');
  await cosignStore(folder, [one, other]);
  files = await exported('cosigned.tar.gz');
  await runRounds(watchFile, ['other']);
  later = await exported('later.tar.gz');
});

afterAll(async () => {
  await sandbox.close();
});

describe('a co-signed bundle', () => {
  it('names as witnesses those whom the reader knows, and nobody else', async () => {
    const size = String(files.get('log.jsonl')).split('\n').length - 1;
    const [first = '', second = ''] = [keyOf(one), keyOf(other)].sort();
    expect(await verified(before, one)).toMatchObject({ kind: 'holds', cosigned: null });
    expect(await verified(files)).toMatchObject({
      cosigned: { size, witnesses: [], unknown: [first, second] },
    });
    expect(await verified(files, other, stranger)).toMatchObject({
      kind: 'holds',
      cosigned: { size, witnesses: [keyOf(other)], unknown: [keyOf(one)] },
    });
    expect(await verified(files, one, other)).toMatchObject({
      cosigned: { witnesses: [first, second], unknown: [] },
    });
    expect([...files.keys()].slice(2, 5)).toEqual(['checkpoint.txt', 'cosigned.txt', 'witnesses.txt']);
    const options = { trust: null, witnesses: ['one.example'], onProgress: () => undefined };
    expect(await verifyBundle(chunks(tarOf(files)), options)).toMatchObject({
      kind: 'refused',
      reason: expect.stringMatching(/the key of a witness is none/),
    });
  });

  it('holds with a co-signed head that is older than its log', async () => {
    const found = await verified(later, one);
    if (found.kind !== 'holds') throw new Error(JSON.stringify(found));
    expect(found.cosigned?.size).toBeLessThan(found.entries);
    expect(found.cosigned?.witnesses).toEqual([keyOf(one)]);
    expect(later.get('cosigned.txt')).toEqual(files.get('cosigned.txt'));
  });

  it('is found out with any bit of the co-signatures changed', async () => {
    const random = seededRandom('cosigned');
    for (let run = 0; run < 600; run += 1) {
      const name = random.pick(['cosigned.txt', 'witnesses.txt']);
      const bytes = Buffer.from(files.get(name) ?? Buffer.alloc(1));
      const at = random.below(bytes.length);
      bytes[at] = (bytes[at] ?? 0) ^ (1 << random.below(8));
      const tampered = withManifest(new Map([...files, [name, bytes]]));
      expect((await verified(tampered, one)).kind, `${name} ${at}`).not.toBe('holds');
    }
  }, 60_000);

  it('is found out with parts missing, borrowed or made up', async () => {
    const note = String(files.get('cosigned.txt'));
    const keys = String(files.get('witnesses.txt'));
    const { text } = parseNote(note);
    const lines = note.split('\n');
    const [firstKey = '', secondKey = ''] = keys.split('\n');
    const own = lines.slice(0, 5).join('\n');
    const signedBy = (some: string): Record<string, string> => ({
      'cosigned.txt': `${some}\n${lines[4]}\n${stranger.cosign(some, 1)}`,
      'witnesses.txt': `${keyOf(stranger)}\n`,
    });
    const cases: Record<string, string>[] = [
      { 'witnesses.txt': `${firstKey}\n` },
      { 'witnesses.txt': `${secondKey}\n${firstKey}\n` },
      { 'witnesses.txt': `${keys}${keyOf(stranger)}\n` },
      { 'witnesses.txt': '' },
      { 'cosigned.txt': `${own}\n`, 'witnesses.txt': '' },
      {
        'cosigned.txt': `${text}\n${stranger.cosign(text, 1)}${stranger.cosign(text, 1)}`,
        'witnesses.txt': `${keyOf(stranger)}\n`,
      },
      ...['0', '1', '9999'].map((size) => signedBy(text.replace(/\n\d+\n/, `\n${size}\n`))),
      {
        'cosigned.txt':
          String(later.get('checkpoint.txt')) +
          stranger.cosign(parseNote(String(later.get('checkpoint.txt'))).text, 1),
        'witnesses.txt': `${keyOf(stranger)}\n`,
      },
    ];
    for (const [i, texts] of cases.entries())
      expect((await verified(changed(texts))).kind, `case ${i}`).toBe('wrong');
    const without = new Map(files);
    without.delete('witnesses.txt');
    expect((await verified(withManifest(without))).kind).toBe('refused');
    // Whoever makes a key can co-sign with it: it is named, and counts for nothing.
    const added = changed({
      'cosigned.txt': `${own}\n${stranger.cosign(text, 1)}`,
      'witnesses.txt': `${keyOf(stranger)}\n`,
    });
    expect(await verified(added, one, other)).toMatchObject({
      kind: 'holds',
      cosigned: { witnesses: [], unknown: [keyOf(stranger)] },
    });
  });
});
