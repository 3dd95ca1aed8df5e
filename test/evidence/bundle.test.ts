import { generateKeyPairSync } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { exportEvidence, redactTexts } from '../../src/app/index.js';
import { parseWatchFile } from '../../src/config/index.js';
import {
  canonicalJson,
  type Json,
  programVersion,
  type SeededRandom,
  seededRandom,
  sha256,
  systemClock,
} from '../../src/core/index.js';
import { createLogChain, parseEntry } from '../../src/evidence/bundle/log-chain.js';
import { checkpointText, parseCheckpoint } from '../../src/evidence/checkpoint.js';
import { entryText, genesis, hashesOfEntry, type LogFields } from '../../src/evidence/log-entry.js';
import { growingTree } from '../../src/evidence/merkle.js';
import { createSigner, parseNote, signNote } from '../../src/evidence/signed-note.js';
import { type Sandbox, startSandbox } from '../../src/sandbox/index.js';
import { temporaryFolders } from '../_util/folder.js';
import {
  cosignStore,
  type Files,
  linesOf,
  newWitness,
  readFiles,
  tarOf,
  verifyTar,
  watchedPair,
  withLines,
  withManifest,
} from './_bundle.js';

const newFolder = temporaryFolders();
let sandbox: Sandbox;
let folder: string;
let watchFile: string;
let files: Files;
let key: string;

async function exported(name: string): Promise<string> {
  const path = join(folder, name);
  await exportEvidence(parseWatchFile(readFileSync(watchFile, 'utf8'), watchFile, null), 'pair', path);
  return path;
}

beforeAll(async () => {
  sandbox = await startSandbox({ seed: 'bundle' });
  folder = newFolder();
  watchFile = await watchedPair(sandbox, folder);
  await cosignStore(folder, [newWitness('witness.example')]);
  files = await readFiles(await exported('first.tar.gz'));
  key = linesOf(files, 'keys.txt').at(-1) ?? '';
});

afterAll(async () => {
  await sandbox.close();
});

describe('a bundle', () => {
  it('holds, with the key that made it, and in any size of chunks', async () => {
    expect(await verifyTar(tarOf(files), key)).toMatchObject({
      kind: 'holds',
      isTrusted: true,
      watch: 'pair',
      rounds: 2,
      replanned: 2,
      trials: 6,
      answers: 12,
      removed: 0,
      replayed: 6,
      openTrials: 0,
      status: { verdict: 'undecided', trials: 6 },
    });
    expect(await verifyTar(tarOf(withManifest(files)))).toMatchObject({ kind: 'holds', isTrusted: false });
  });

  it('has the same bytes when nothing has happened', async () => {
    const [first, second] = [
      readFileSync(join(folder, 'first.tar.gz')),
      readFileSync(await exported('again.tar.gz')),
    ];
    expect(second.equals(first)).toBe(true);
    expect(first.subarray(4, 8)).toEqual(Buffer.alloc(4));
    expect(first[9]).toBe(255);
  });

  it('holds no text of another watch, and no prompt in the log', () => {
    const log = String(files.get('log.jsonl'));
    const asked = linesOf(files, 'answers.jsonl').map((line) => JSON.parse(line) as { prompt: string });
    expect(asked).toHaveLength(6);
    for (const { prompt } of asked) expect(log).not.toContain(prompt);
  });
});

/** Something that a mutation does to the files, or null where it would change nothing. */
type Mutation = (random: SeededRandom) => Files | Buffer | null;

function flip(bytes: Buffer, random: SeededRandom): Buffer {
  const changed = Buffer.from(bytes);
  const at = random.below(bytes.length);
  changed[at] = (changed[at] ?? 0) ^ (1 << random.below(8));
  return changed;
}

function flipped(random: SeededRandom): Files {
  const name = random.pick([...files.keys()]);
  return new Map([...files, [name, flip(files.get(name) ?? Buffer.alloc(1), random)]]);
}

function listed(name: string, change: (lines: string[], random: SeededRandom) => string[]): Mutation {
  return (random) => {
    const lines = linesOf(files, name);
    const changed = change([...lines], random);
    return changed.join('\n') === lines.join('\n') ? null : withManifest(withLines(files, name, changed));
  };
}

const lineChanges: ((lines: string[], random: SeededRandom) => string[])[] = [
  (lines, random) => lines.toSpliced(random.below(lines.length), 1),
  (lines, random) => lines.toSpliced(random.below(lines.length), 0, random.pick(lines)),
  (lines, random) => lines.with(random.below(lines.length), random.pick(lines)),
  (lines, random) => random.shuffle(lines),
  (lines, random) => lines.slice(0, random.below(lines.length)),
];

/** A forged entry in the right place, with the right link. */
function spliced(random: SeededRandom): Files {
  const lines = linesOf(files, 'log.jsonl');
  const at = random.below(lines.length);
  const entry = { ...parseEntry(lines[at] ?? '', at), at: random.below(1e9) };
  return withManifest(withLines(files, 'log.jsonl', lines.with(at, entryText(entry))));
}

interface Line {
  readonly prompt: string;
  readonly answers: { readonly side: string; text: string }[];
}

/** Two answers change places, within a trial or between two; or two prompts do. */
function swapped(random: SeededRandom): Files | null {
  const lines = linesOf(files, 'answers.jsonl').map((line) => JSON.parse(line) as Line);
  const [one, other] = [random.below(lines.length), random.below(lines.length)];
  const [a, b] = [random.pick(lines[one]?.answers ?? []), random.pick(lines[other]?.answers ?? [])];
  if (a === b || a.text === b.text) return null;
  [a.text, b.text] = [b.text, a.text];
  const texts = lines.map((line) => canonicalJson(line as unknown as Json));
  return withManifest(withLines(files, 'answers.jsonl', texts));
}

/** A suite with another word, under its own hash or the old one. */
function otherSuite(random: SeededRandom): Files {
  const [name = '', text] = [...files].find(([one]) => one.startsWith('suites/')) ?? [];
  const changed = String(text).replace('good for', `good for ${random.below(1e9)} times`);
  const renamed = random.below(2) === 0 ? name : `suites/${sha256(changed)}.json`;
  const entries = [...files].map(([one, bytes]): [string, Buffer] =>
    one === name ? [renamed, Buffer.from(changed)] : [one, bytes],
  );
  return withManifest(new Map(entries));
}

/** Another e-value or verdict. */
function otherResult(random: SeededRandom): Files {
  const text = String(files.get('result.json'));
  const changed = text.replace(/"log10E":[^,]+/, `"log10E":${random.below(1e9) / 1e8}`);
  return withManifest(new Map([...files, ['result.json', Buffer.from(changed)]]));
}

/** A report that says something else than the figures. */
function otherReport(random: SeededRandom): Files {
  const report = String(files.get('report.html'));
  const changed =
    random.below(2) === 0
      ? report.replace('· Undecided', '≠ The answers can be told apart')
      : report.replace(/stands at \S+ to 1/, `stands at ${random.below(1e9)} to 1`);
  expect(changed).not.toBe(report);
  return withManifest(new Map([...files, ['report.html', Buffer.from(changed)]]));
}

/** The whole log written anew from some entry on, signed with another key that it makes known, and without witnesses. */
function forked(random: SeededRandom): Files {
  const signer = createSigner(key.split('+')[0] ?? '', generateKeyPairSync('ed25519').privateKey);
  const tree = growingTree(0, []);
  let prev = genesis;
  const from = random.below(linesOf(files, 'log.jsonl').length);
  const lines = linesOf(files, 'log.jsonl').map((line, height) => {
    const entry = parseEntry(line, height);
    const payload = entry.kind === 'key' ? canonicalJson({ key: signer.verifier.text }) : entry.payload;
    const changed: LogFields = {
      ...entry,
      payload,
      prev_hash: prev,
      at: entry.at + (height >= from ? 1 : 0),
    };
    const { hash, leaf } = hashesOfEntry(changed);
    prev = hash;
    tree.add(leaf);
    return entryText(changed);
  });
  const head = { origin: signer.verifier.name, size: lines.length, root: tree.root(), extensions: [] };
  const others: [string, Buffer][] = [
    ['checkpoint.txt', Buffer.from(signNote(checkpointText(head), [signer]))],
    ['keys.txt', Buffer.from(`${signer.verifier.text}\n`)],
  ];
  const rest = [...withLines(files, 'log.jsonl', lines)].filter(
    ([name]) => name !== 'cosigned.txt' && name !== 'witnesses.txt',
  );
  return withForgedReport(new Map([...rest, ...others]));
}

/** With the report that whoever forged the rest would put into it. */
function withForgedReport(forgery: Files): Files {
  const lastHash = (of: Files): string => sha256(linesOf(of, 'log.jsonl').at(-1) ?? '');
  const note = (of: Files): string => String(of.get('checkpoint.txt')).trimEnd();
  const report = String(files.get('report.html'))
    .replaceAll(lastHash(files), lastHash(forgery))
    .replace(note(files), note(forgery));
  return withManifest(new Map([...forgery, ['report.html', Buffer.from(report)]]));
}

/** The same head, signed by a key that the log does not know. */
function resigned(): Files {
  const signer = createSigner(key.split('+')[0] ?? '', generateKeyPairSync('ed25519').privateKey);
  const { text } = parseNote(String(files.get('checkpoint.txt')));
  return withManifest(new Map([...files, ['checkpoint.txt', Buffer.from(signNote(text, [signer]))]]));
}

describe('tampering', () => {
  it('is found, every time, in 10,000 random changes', async () => {
    const mutations: Mutation[] = [
      (random) => flip(tarOf(files), random),
      flipped,
      (random) => {
        const changed = flipped(random);
        return changed.get('manifest.json') === files.get('manifest.json') ? withManifest(changed) : null;
      },
      ...lineChanges.map((change) => listed('log.jsonl', change)),
      ...lineChanges.map((change) => listed('answers.jsonl', change)),
      spliced,
      swapped,
      otherSuite,
      otherResult,
      otherReport,
      forked,
      resigned,
    ];
    const random = seededRandom('tampering');
    const original = tarOf(files);
    const found = { wrong: 0, refused: 0 };
    for (let run = 0; found.wrong + found.refused < 10_000; run += 1) {
      const made = mutations[run % mutations.length]?.(random) ?? null;
      const tar = made === null || Buffer.isBuffer(made) ? made : tarOf(made);
      if (tar === null || tar.equals(original)) continue;
      const { kind } = await verifyTar(tar, key);
      if (kind === 'holds') throw new Error(`run ${run}, mutation ${run % mutations.length} was accepted`);
      found[kind] += 1;
    }
    expect(found.wrong).toBeGreaterThan(5000);
    expect(found.wrong + found.refused).toBe(10_000);
  }, 300_000);

  it('of a report in the name of another version passes for no report that was compared', async () => {
    const named = (...names: readonly string[]): Files => {
      const changed = names.map((name): [string, Buffer] => [
        name,
        Buffer.from(String(files.get(name)).replace(`${programVersion()}"`, '0.0.2"')),
      ]);
      return withManifest(new Map([...files, ...changed]));
    };
    expect(await verifyTar(tarOf(files), key)).toMatchObject({ kind: 'holds', isReportCompared: true });
    expect(await verifyTar(tarOf(named('manifest.json', 'report.html')), key)).toMatchObject({
      kind: 'holds',
      isReportCompared: false,
      program: '0.0.2',
    });
    for (const name of ['manifest.json', 'report.html'])
      expect(await verifyTar(tarOf(named(name)), key)).toMatchObject({
        kind: 'wrong',
        problem: expect.stringMatching(
          /^report\.html (was not written by the version 0\.0\.2|is not the report)/,
        ),
      });
  });

  it('needs the trusted key to be seen where the whole history is forged', async () => {
    const tar = tarOf(forked(seededRandom('fork')));
    expect(await verifyTar(tar)).toMatchObject({ kind: 'holds', isTrusted: false });
    expect(await verifyTar(tar, key)).toEqual({
      kind: 'wrong',
      entry: null,
      problem: 'the log was not signed with the key that you trust',
    });
  });

  it('is named with the entry that is concerned', async () => {
    const lines = linesOf(files, 'log.jsonl');
    const dropped = await verifyTar(tarOf(withLines(files, 'log.jsonl', lines.toSpliced(5, 1))));
    expect(dropped).toMatchObject({
      kind: 'wrong',
      entry: 5,
      problem: expect.stringContaining('entry 5 is missing'),
    });
    const chain = createLogChain();
    for (const [i, line] of lines.entries()) chain.add(parseEntry(line, i));
    expect(chain.size()).toBe(parseCheckpoint(parseNote(String(files.get('checkpoint.txt'))).text).size);
    const answers = linesOf(files, 'answers.jsonl');
    const changed = answers.with(2, answers[2]?.replace('"text":"', '"text":"~') ?? '');
    const found = await verifyTar(tarOf(withLines(files, 'answers.jsonl', changed)));
    const height = lines.findIndex(
      (line) => line.includes('\\"seq\\":3,') && line.includes('"kind":"trial"'),
    );
    expect(found).toMatchObject({
      kind: 'wrong',
      entry: height,
      problem: expect.stringContaining('trial 3'),
    });
  });
});

describe('an answer whose text was removed', () => {
  it('is said, still bound by its hash, and ends the replay', async () => {
    const file = parseWatchFile(readFileSync(watchFile, 'utf8'), watchFile, null);
    const [, , third = ''] = linesOf(files, 'answers.jsonl');
    const request = {
      watchId: 'pair',
      epoch: null,
      seq: 3,
      side: 'listed',
      slot: null,
      reason: 'asked for',
    } as const;
    await redactTexts(file, request, systemClock);
    const after = await readFiles(await exported('redacted.tar.gz'));
    const said = (JSON.parse(third) as Line).answers;
    const gone = said.find(({ side }) => side === 'listed')?.text ?? '';
    for (const bytes of after.values())
      expect(String(bytes)).not.toContain(JSON.stringify(gone).slice(1, 60));
    expect(String(after.get('report.html'))).toContain('Texts of trial 3 were removed');
    expect(await verifyTar(tarOf(after), key)).toMatchObject({
      kind: 'holds',
      trials: 6,
      removed: 1,
      replayed: 2,
    });
    const hidden = linesOf(after, 'answers.jsonl').map((line) => JSON.parse(line) as Line);
    const answers = hidden.map((line, i) =>
      i === 4 ? { ...line, answers: line.answers.map((one) => ({ ...one, text: null })) } : line,
    );
    const lines = answers.map((line) => canonicalJson(line as unknown as Json));
    expect(await verifyTar(tarOf(withManifest(withLines(after, 'answers.jsonl', lines))))).toMatchObject({
      kind: 'wrong',
      problem: expect.stringContaining('of trial 5 has no text'),
    });
  });
});
