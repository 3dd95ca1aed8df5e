import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import SqliteDatabase from 'better-sqlite3';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ExportedEvidence, exportEvidence } from '../../src/app/export.js';
import { parseWatchFile } from '../../src/config/index.js';
import { type Sandbox, startSandbox } from '../../src/sandbox/index.js';
import { temporaryFolders } from '../_util/folder.js';
import { endpoint, writeWatchFile } from '../_util/watch-file.js';
import { linesOf, readFiles, runRounds, tarOf, verifyTar, watchedPair } from '../evidence/_bundle.js';

const newFolder = temporaryFolders();
let sandbox: Sandbox;
let folder: string;
let watchFile: string;

async function exported(id: string, epoch: number | null = null): Promise<[string, ExportedEvidence]> {
  const path = join(folder, `${id}-${epoch ?? 'now'}.tar.gz`);
  const file = parseWatchFile(readFileSync(watchFile, 'utf8'), watchFile, null);
  return [path, await exportEvidence(file, id, path, epoch)];
}

beforeAll(async () => {
  sandbox = await startSandbox({ seed: 'export' });
  folder = newFolder();
  watchFile = await watchedPair(sandbox, folder, 12);
});

afterAll(() => sandbox.close());

describe('a watch that has gone on', () => {
  beforeAll(async () => {
    const [suite, old] = [join(folder, 'small.yaml'), readFileSync(join(folder, 'small.yaml'), 'utf8')];
    writeFileSync(suite, old.replaceAll('good for', 'bad for'));
    await runRounds(watchFile, ['pair']);
    rmSync(suite);
  });

  it('gives out an earlier epoch, with the suite that it asked though its file is gone', async () => {
    const [path, found] = await exported('pair', 1);
    expect(found).toMatchObject({ watch: 'pair', epoch: 1, named: 'watch', rounds: 2, trials: 24 });
    const files = await readFiles(path);
    const suites = [...files].filter(([name]) => name.startsWith('suites/'));
    expect(suites.map(([, text]) => String(text).includes('good for'))).toEqual([true]);
    expect(await verifyTar(tarOf(files))).toMatchObject({
      kind: 'holds',
      epoch: 1,
      lastEpoch: 2,
      replanned: 2,
      replayed: 24,
      status: { verdict: 'different' },
      isReportCompared: true,
    });
    const report = String(files.get('report.html'));
    expect(report).toContain('The answers can be told apart');
    expect(report).toContain('1, since ');
    const [now] = await exported('pair');
    expect(await verifyTar(tarOf(await readFiles(now)))).toMatchObject({
      kind: 'holds',
      epoch: 2,
      trials: 12,
    });
    await expect(exported('pair', 3)).rejects.toThrow('"pair" has the epochs 1 to 2, no 3');
  });

  it('says which suite is missing, where the store never had its text', async () => {
    const database = new SqliteDatabase(join(folder, 'twinwatch.db'));
    const old = database.prepare('SELECT * FROM suites WHERE text LIKE ?').get('%good for%');
    database.prepare('DELETE FROM suites WHERE text LIKE ?').run('%good for%');
    await expect(exported('pair', 1)).rejects.toThrow(/has not the text of small 1 \([0-9a-f]{64}\)/);
    database.prepare('INSERT INTO suites (hash, text) VALUES (@hash, @text)').run(old);
    database.close();
  });

  it('gives out the epoch of an incident, in the same bytes', async () => {
    const database = new SqliteDatabase(join(folder, 'twinwatch.db'));
    const incidents = database.prepare("SELECT id FROM incidents WHERE watch_id = 'pair' AND epoch = 1");
    const { id } = incidents.get() as { id: string };
    const [byIncident, found] = await exported(id);
    expect(found).toMatchObject({ watch: 'pair', epoch: 1, named: 'incident' });
    const [byEpoch] = await exported('pair', 1);
    expect(readFileSync(byIncident).equals(readFileSync(byEpoch))).toBe(true);
    await expect(exported(id, 2)).rejects.toThrow('is about epoch 1, not 2');
    await expect(exported('nobody')).rejects.toThrow(
      'no watch or incident called "nobody"; watches that have run: other, pair',
    );

    database.pragma('foreign_keys = OFF');
    database.prepare("UPDATE incidents SET id = 'other' WHERE id = ?").run(id);
    database.close();
    expect((await exported('other', 1))[1]).toMatchObject({ watch: 'other', epoch: 1, named: 'both' });
  });
});

describe('a watch with a recorded side', () => {
  it('gives out evidence that holds, without suites', async () => {
    const place = newFolder();
    const lines = Array.from({ length: 8 }, (_, i) => ({
      prompt: `Question ${i}?`,
      response: `Recorded ${i}.`,
    }));
    writeFileSync(join(place, 'answers.jsonl'), lines.map((line) => `${JSON.stringify(line)}\n`).join(''));
    const path = writeWatchFile(place, [
      {
        id: 'recorded',
        listed: { kind: 'recorded', file: 'answers.jsonl', model: 'Model X' },
        released: endpoint(`${sandbox.url}/v1`, 'vanilla'),
        schedule: '0 0 1 1 *',
        trials_per_round: 4,
      },
    ]);
    await runRounds(path, ['recorded', 'recorded']);
    const bundle = join(place, 'recorded.tar.gz');
    await exportEvidence(parseWatchFile(readFileSync(path, 'utf8'), path, null), 'recorded', bundle);
    const files = await readFiles(bundle);
    expect([...files.keys()].filter((name) => name.startsWith('suites/'))).toEqual([]);
    expect(await verifyTar(tarOf(files))).toMatchObject({
      kind: 'holds',
      rounds: 2,
      replanned: 0,
      trials: 8,
    });
    expect(linesOf(files, 'answers.jsonl')[0]).toContain('Recorded');
    // Read from a file and from an API: the report must say that this alone can be told apart.
    expect(String(files.get('report.html'))).toContain('Model X at answers.jsonl');
  });
});
