import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { unpacked } from '../../src/evidence/bundle/packed.js';
import { tarEnd, tarHeader } from '../../src/evidence/bundle/tar.js';
import { verifyBundle } from '../../src/evidence/index.js';
import { type Sandbox, startSandbox } from '../../src/sandbox/index.js';
import { temporaryFolders } from '../_util/folder.js';
import { type Ran, ran } from '../_util/ran.js';
import {
  cosignStore,
  linesOf,
  newWitness,
  readFiles,
  tarOf,
  verifyTar,
  watchedPair,
  withManifest,
} from '../evidence/_bundle.js';

const newFolder = temporaryFolders();
const example = fileURLToPath(new URL('../../examples/verify-bundle.mjs', import.meta.url));
let sandbox: Sandbox;
let folder: string;
let bundle: string;
let key: string;
const witness = newWitness('witness.example');

async function verified(...args: readonly string[]): Promise<[number, string]> {
  const { code, stdout } = await ran('evidence', 'verify', ...args);
  return [code, stdout];
}

beforeAll(async () => {
  sandbox = await startSandbox({ seed: 'bundle' });
  folder = newFolder();
  const config = await watchedPair(sandbox, folder, 12);
  await cosignStore(folder, [witness]);
  bundle = join(folder, 'evidence.tar.gz');
  const exported = (watch: string): Promise<Ran> =>
    ran('evidence', 'export', watch, '-c', config, '-o', bundle);
  expect(await exported('pair')).toMatchObject({
    code: 0,
    stdout: expect.stringContaining('24 trials of 2 rounds'),
  });
  expect(await exported('nobody')).toMatchObject({
    code: 2,
    stderr: expect.stringContaining('no watch or incident called'),
  });
  key = linesOf(await readFiles(bundle), 'keys.txt')[0] ?? '';
});

afterAll(async () => {
  await sandbox.close();
});

describe('evidence verify', () => {
  it('says what it checked, and replays the verdict to the last bit', async () => {
    const [code, text] = await verified(bundle, '--trust', key);
    expect(code).toBe(0);
    expect(text).toContain('vouched for by the key that you trust');
    expect(text).toContain('replay: 24 trials, 2 changes of the verdict, all to the last bit');
    expect(text).toContain('≠ different');
    expect(text).toContain('report.html: made anew from all this, to the same bytes');
    expect(text).toMatch(/co-signed: the first \d+ entries, by somebody who says to be witness\.example\+/);
    const known = await verified(bundle, '--witness', key, '--witness', witness.verifier.text);
    expect(known[1]).toMatch(/the key of a witness is none/);
    const [, named] = await verified(bundle, '--witness', witness.verifier.text);
    expect(named).toContain(`by ${witness.verifier.text}, whom you named`);
    expect(named).not.toContain('somebody');
    const [, json] = await verified(bundle, '--json');
    expect(JSON.parse(json)).toMatchObject({
      kind: 'holds',
      isTrusted: false,
      status: { verdict: 'different' },
    });
  });

  it('writes the report anew from what it checked, the same as the bundle has', async () => {
    const path = join(folder, 'anew.html');
    expect((await verified(bundle, '--report', path))[0]).toBe(0);
    expect(readFileSync(path)).toEqual((await readFiles(bundle)).get('report.html'));
    expect((await verified(bundle, '--report', join(folder, 'no', 'such', 'folder')))[0]).toBe(2);
  });

  it('says what is wrong, and what is no bundle', async () => {
    const other = `${key.slice(0, -4)}AAA=`;
    expect(await verified(bundle, '--trust', other)).toEqual([
      2,
      expect.stringContaining('the key to trust is none'),
    ]);
    const files = await readFiles(bundle);
    files.set('result.json', Buffer.from('{}'));
    const changed = join(folder, 'changed.tar.gz');
    writeFileSync(changed, gzipSync(tarOf(files)));
    expect(await verified(changed)).toEqual([1, 'wrong: result.json is not what the trials lead to']);
    writeFileSync(changed, 'no bundle');
    expect(await verified(changed)).toEqual([
      2,
      expect.stringMatching(/^not a bundle: it can't be unpacked/),
    ]);
    expect((await verified(join(folder, 'missing')))[0]).toBe(2);
  });
});

describe('the example verifier', () => {
  const run = (path: string): string =>
    spawnSync(process.execPath, [example, path, key], { encoding: 'utf8', timeout: 30_000 }).stdout;

  it('needs none of our code to come to the same', async () => {
    expect(run(bundle)).toContain(`48 answers hold, signed with ${key}`);
    const files = await readFiles(bundle);
    const answers = String(files.get('answers.jsonl'));
    const changed = join(folder, 'example.tar.gz');
    for (const [part, other] of [
      [/"text":"/, '"text":"~'],
      [/"text":"(?:[^"\\]|\\.)*"/, '"text":null'],
      [/"logprobs":null/, '"logprobs":"[]"'],
    ] as const) {
      expect(answers).toMatch(part);
      files.set('answers.jsonl', Buffer.from(answers.replace(part, other)));
      writeFileSync(changed, gzipSync(tarOf(withManifest(files))));
      expect(run(changed)).toMatch(/^wrong: entry \d+: an answer was changed/);
    }
    expect(readFileSync(example, 'utf8')).not.toMatch(/from '\./);
  });
});

describe('hostile bundles', () => {
  const refusal = async (tar: Buffer): Promise<string> => {
    const found = await verifyTar(tar);
    return found.kind === 'refused' ? found.reason : found.kind;
  };
  const withKind = (name: string, kind: string): Buffer => {
    const header = tarHeader(name, 0);
    header.write(kind, 156);
    return Buffer.concat([header, tarEnd]);
  };

  it.each([
    ['../manifest.json', /is no name of a file/],
    ['/etc/passwd', /is no name of a file/],
    ['a/../../b', /is no name of a file/],
    ['manifest.json\u0000x', /is no name of a file/],
    ['other.json', /stands where manifest.json belongs/],
  ])('refuses the name %j', async (name, reason) => {
    expect(await refusal(Buffer.concat([tarHeader(name, 0), tarEnd]))).toMatch(reason);
  });

  it.each([
    ['1', 'a link'],
    ['2', 'a symbolic link'],
    ['3', 'a device'],
    ['5', 'a folder'],
    ['x', 'further attributes'],
  ])('refuses the kind %s: %s', async (kind, reason) => {
    expect(await refusal(withKind('manifest.json', kind))).toContain(reason);
  });

  it('refuses what is there twice, not UTF-8, or cut off', async () => {
    const files = await readFiles(bundle);
    const tar = tarOf(files);
    const [first] = files;
    const twice = Buffer.concat([tarOf(new Map(first ? [first] : [])).subarray(0, -1024), tar]);
    expect(await refusal(twice)).toBe('"manifest.json" stands where README.txt belongs');
    expect(await refusal(tar.subarray(0, 5000))).toContain('ends');
    expect(await refusal(Buffer.concat([tar, Buffer.alloc(1)]))).toBe('the archive goes on after its end');
    files.set('README.txt', Buffer.from([0xff, 0xfe, 0x41, 0x00]));
    expect(await refusal(tarOf(files))).toBe('README.txt is not UTF-8 text');
  });

  it('refuses a bomb, a file that never ends and 10^6 files in bounded memory', async () => {
    const bomb = join(folder, 'bomb.tar.gz');
    writeFileSync(
      bomb,
      gzipSync(Buffer.concat([tarHeader('manifest.json', 2 ** 27), Buffer.alloc(2 ** 27)])),
    );
    const unpack = async (maxBytes: number, maxRatio: number): Promise<void> => {
      for await (const chunk of unpacked(bomb, { maxBytes, maxRatio, freeBytes: 100 })) chunk.fill(0);
    };
    await expect(unpack(1e9, 200)).rejects.toThrow('it unpacks to more than 200 times its size');
    await expect(unpack(1e6, 2000)).rejects.toThrow('larger than 1000000 bytes when unpacked');
    expect(await verified(bomb)).toEqual([2, expect.stringContaining('larger than 16777216 bytes')]);

    let made = 0;
    const before = process.memoryUsage().arrayBuffers;
    async function* million(): AsyncGenerator<Buffer> {
      for (; made < 1_000_000; made += 1) yield tarHeader(`suites/${String(made).padStart(64, '0')}.json`, 0);
    }
    async function* files(): AsyncGenerator<Buffer> {
      const bundled = [...(await readFiles(bundle))];
      const start = bundled.slice(
        0,
        bundled.findIndex(([name]) => name.startsWith('suites/')),
      );
      yield tarOf(new Map(start)).subarray(0, -1024);
      yield* million();
    }
    const found = await verifyBundle(files(), { trust: null, onProgress: () => undefined });
    expect(found).toEqual({ kind: 'refused', reason: 'there is too much in suites/' });
    expect(made).toBeLessThan(1000);
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(100e6);
  });
});
