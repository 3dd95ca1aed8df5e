import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { redactTexts } from '../../../src/app/index.js';
import { parseWatchFile } from '../../../src/config/index.js';
import { systemClock } from '../../../src/core/index.js';
import type { LoggedWatch } from '../../../src/evidence/bundle/watch-log.js';
import { type Pooled, type Pooling, poolBundles } from '../../../src/evidence/index.js';
import { readKeyFile } from '../../../src/evidence/key-file.js';
import { trialsAtCosigned } from '../../../src/evidence/pool/member.js';
import { createSigner } from '../../../src/evidence/signed-note.js';
import { witnessOf } from '../../../src/evidence/witness/cosignature.js';
import { createFold, type EngineDefinition } from '../../../src/fingerprint/index.js';
import { type Sandbox, startSandbox } from '../../../src/sandbox/index.js';
import { temporaryFolders } from '../../_util/folder.js';
import { endpoint } from '../../_util/watch-file.js';
import { cosignStore, linesOf, newWitness, readFiles, tarOf } from '../_bundle.js';
import { exported, type Organisation, organisation, recorder, watched } from './_organisation.js';

const newFolder = temporaryFolders();
const witness = newWitness('witness.example');
let sandbox: Sandbox;
let first: Organisation;
let second: Organisation;
let bundles: [string, string];

async function pool(
  files: readonly string[],
  witnesses: readonly string[] = [witness.verifier.text],
  trust: readonly string[] = [],
): Promise<Pooling> {
  return await poolBundles(files, { trust, witnesses, onProgress: () => undefined });
}

async function pooled(...files: readonly string[]): Promise<Pooled> {
  const found = await pool(files);
  if (found.kind !== 'pooled') throw new Error(JSON.stringify(found));
  return found;
}

interface Line {
  readonly suite: string;
  readonly promptId: string;
  readonly prompt: string;
  readonly answers: readonly { readonly side: string; readonly text: string }[];
}

/** The e-value of a bundle's first `count` trials times the epoch's share, as log₁₀, from its files alone. */
async function evidenceOf(path: string, count: number, epoch = 1): Promise<number> {
  const files = await readFiles(path);
  const { engine } = JSON.parse(String(files.get('watch.json'))) as { engine: EngineDefinition };
  const fold = createFold(engine);
  for (const line of linesOf(files, 'answers.jsonl').slice(0, count)) {
    const { suite, promptId, prompt, answers } = JSON.parse(line) as Line;
    const said = (side: string): string => answers.find((one) => one.side === side)?.text ?? '';
    fold.add({
      kind: 'complete',
      suite,
      promptId,
      prompt,
      listed: said('listed'),
      released: [said('released')],
    });
  }
  return fold.status().log10E + Math.log10(6 / (Math.PI * epoch) ** 2);
}

beforeAll(async () => {
  sandbox = await startSandbox({ seed: 'pool' });
  first = organisation(sandbox, newFolder(), [1, 5000]);
  second = organisation(sandbox, newFolder(), [5001, 9999]);
  bundles = [await watched(first, [witness]), await watched(second, [witness])];
});

afterAll(async () => {
  await sandbox.close();
});

describe('pooling', () => {
  it('multiplies what nothing connects, each as of its co-signed checkpoint', async () => {
    const found = await pooled(...bundles);
    expect(found).toMatchObject({ rule: 'product', reasons: [], alpha: 0.001, isTrusted: false });
    const values = [await evidenceOf(bundles[0], 8), await evidenceOf(bundles[1], 8)] as const;
    expect(found.log10E).toBeCloseTo(values[0] + values[1], 10);
    expect(found.members.map(({ log10E }) => log10E)).toEqual(values.map((one) => expect.closeTo(one, 10)));

    const later = await watched(second, [], { rounds: 2, name: 'later.tar.gz' });
    expect(await evidenceOf(later, 24)).not.toBeCloseTo(values[1], 3);
    const again = await pooled(bundles[0], later);
    expect(again).toMatchObject({ rule: 'product', members: [{ trials: 8 }, { trials: 24 }] });
    expect(again.log10E).toBeCloseTo(values[0] + values[1], 10);
  });

  it('averages, as of the ends, where no known witness has co-signed', async () => {
    const late = join(second.folder, 'later.tar.gz');
    const found = await pool([bundles[0], late], []);
    if (found.kind !== 'pooled') throw new Error(JSON.stringify(found));
    expect(found.rule).toBe('average');
    expect(found.reasons).toEqual(
      [bundles[0], late].map(
        (file) => `${file}: no checkpoint of it was co-signed by a witness that you named`,
      ),
    );
    const mean = (10 ** (await evidenceOf(bundles[0], 8)) + 10 ** (await evidenceOf(late, 24))) / 2;
    expect(10 ** found.log10E / mean).toBeCloseTo(1, 10);
    expect(found.isReached).toBe(mean >= 1000);
  });

  it("does not take a log's own key for a witness", async () => {
    const own = organisation(sandbox, newFolder(), [10_001, 15_000]);
    await watched(own, []);
    const self = witnessOf(
      createSigner('another.example', readKeyFile(join(own.folder, 'twinwatch.db.key'))),
    );
    await cosignStore(own.folder, [self]);
    const file = await exported(own, 'pair', 'self.tar.gz');
    const found = await pool([bundles[0], file], [witness.verifier.text, self.verifier.text]);
    expect(found).toMatchObject({
      rule: 'average',
      reasons: [expect.stringMatching(/^.*self.tar.gz: no checkpoint/)],
    });
  });

  it('averages where prompts are shared, and nothing else', async () => {
    const [a, b] = [
      organisation(sandbox, newFolder(), [20_001, 20_008]),
      organisation(sandbox, newFolder(), [20_001, 20_008]),
    ];
    const found = await pooled(await watched(a, [witness]), await watched(b, [witness]));
    expect(found).toMatchObject({
      rule: 'average',
      reasons: [expect.stringMatching(/^\d prompts were asked in more than one/)],
    });
  });

  it('averages where answers are shared, and nothing else', async () => {
    const files: string[] = [];
    for (const n of [1, 2]) {
      const prompts = Array.from({ length: 4 }, (_, i) => `Question ${i} of organisation ${n}?`);
      const say = (side: string, prompt: string): string =>
        side === 'listed' && prompt.includes('3') ? 'Yes.' : `${side} says: ${prompt}`;
      files.push(await watched(recorder(newFolder(), prompts, say), [witness]));
    }
    expect(await pooled(...files)).toMatchObject({
      rule: 'average',
      reasons: [expect.stringMatching(/^1 answers are in more than one, word for word/)],
    });
  });

  it('averages what the same organisation has watched twice', async () => {
    const file = await watched(first, [witness], { id: 'other', name: 'other.tar.gz' });
    expect(await pooled(bundles[0], file)).toMatchObject({
      rule: 'average',
      // Two watches of one store may happen to ask the same.
      reasons: expect.arrayContaining([expect.stringMatching(/^the same key signed two of the logs/)]),
    });
  });

  it('refuses the same evidence twice, at whatever time', async () => {
    for (const twin of [bundles[1], join(second.folder, 'later.tar.gz')])
      expect(await pool([bundles[0], bundles[1], twin])).toEqual({
        kind: 'wrong',
        file: twin,
        entry: null,
        problem: `it is the evidence of ${bundles[1]} once more, at this or another time`,
      });
  });

  it('refuses another claim, and names what differs', async () => {
    const side = endpoint(`${sandbox.url}/v1`, 'vanilla', { params: { temperature: 0.5 } });
    const other = organisation(sandbox, newFolder(), [1, 500], { released: side });
    const file = await watched(other, [witness]);
    expect(await pool([bundles[0], file])).toMatchObject({
      kind: 'wrong',
      file,
      problem: `it is about another claim than ${bundles[0]}: released params differ`,
    });
  });

  it('refuses what is wrong, no bundle, or alone', async () => {
    const files = await readFiles(bundles[1]);
    files.set('result.json', Buffer.from('{}'));
    const changed = join(newFolder(), 'changed.tar.gz');
    writeFileSync(changed, gzipSync(tarOf(files)));
    expect(await pool([bundles[0], changed])).toMatchObject({ kind: 'wrong', file: changed });
    writeFileSync(changed, 'nothing');
    expect(await pool([bundles[0], changed])).toMatchObject({ kind: 'refused', file: changed });
    expect(await pool([bundles[0]])).toMatchObject({ kind: 'refused', file: null });
    expect(await pool(bundles, ['nobody'])).toMatchObject({ kind: 'refused', file: bundles[0] });
    expect(await pool(bundles, [], ['nobody'])).toMatchObject({ kind: 'refused', file: null });
  });

  it('wants every bundle signed by a key that is trusted, where keys are named', async () => {
    const keys = await Promise.all(
      bundles.map(async (file) => linesOf(await readFiles(file), 'keys.txt')[0] ?? ''),
    );
    expect(await pool(bundles, [witness.verifier.text], keys)).toMatchObject({
      rule: 'product',
      isTrusted: true,
    });
    expect(await pool(bundles, [], keys.slice(0, 1))).toMatchObject({
      kind: 'wrong',
      file: bundles[1],
      problem: expect.stringMatching(/^none of the keys that you trust/),
    });
  });

  it('makes later epochs pay for the choice, and counts nothing for texts that are gone', async () => {
    const one = organisation(sandbox, newFolder(), [30_001, 35_000]);
    const file = await watched(one, [witness], { rounds: 3 });
    const text = readFileSync(one.watchFile, 'utf8');
    writeFileSync(one.watchFile, text.replaceAll('schedule:', 'compare_length: 3000\n    schedule:'));
    const next = await watched(one, [witness], { name: 'next.tar.gz' });
    const found = await pooled(bundles[0], next);
    expect(found).toMatchObject({
      rule: 'product',
      members: [{ epoch: 1 }, { epoch: 2, share: expect.closeTo(0.152, 3) }],
    });
    expect(found.members[1]?.log10E).toBeCloseTo(await evidenceOf(next, 8, 2), 10);

    expect(await evidenceOf(file, 20)).toBeGreaterThan(0);
    const request = { watchId: 'pair', epoch: 2, seq: 8, reason: 'law', side: null, slot: null };
    await redactTexts(
      parseWatchFile(readFileSync(one.watchFile, 'utf8'), one.watchFile, null),
      request,
      systemClock,
    );
    await cosignStore(one.folder, [witness]);
    const gone = await pooled(bundles[0], await exported(one, 'pair', 'gone.tar.gz'));
    expect(gone).toMatchObject({
      rule: 'average',
      reasons: [expect.stringMatching(/gone.tar.gz: texts were removed/)],
    });
    expect(gone.members[1]?.log10E).toBeLessThanOrEqual(Math.log10(0.152));
  });
});

describe('the trials at a co-signed checkpoint', () => {
  const heights = [0, 11, 12, 14, 15];
  const watch = {
    rounds: [
      { height: 10, firstSeq: 1, trials: 2 },
      { height: 13, firstSeq: 3, trials: 2 },
    ] as unknown as LoggedWatch['rounds'],
    trial: (seq: number) => ({ height: heights[seq] ?? 0 }) as ReturnType<LoggedWatch['trial']>,
  };
  const at = (size: number, more: object = {}): number | string =>
    trialsAtCosigned(
      {
        cosigned: { size, witnesses: [witness.verifier.text], unknown: [] },
        keys: [],
        openTrials: 0,
        replayed: 4,
        ...more,
      },
      watch,
    );

  it('are those of whole rounds; while one was under way there are none', () => {
    expect([5, 13, 16].map((size) => at(size))).toEqual([0, 2, 4]);
    for (const size of [11, 12, 14, 15]) expect(at(size), String(size)).toMatch(/^a round was under way/);
    expect(at(16, { openTrials: 2 })).toMatch(/^a round was under way/);
    expect(at(16, { replayed: 3 })).toMatch(/^texts were removed/);
    expect(at(13, { replayed: 3 })).toBe(2);
  });
});
