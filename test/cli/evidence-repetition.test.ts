import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { parseWatchFile, type WatchConfig, watchDefinition } from '../../src/config/index.js';
import { loadSuite } from '../../src/probes/index.js';
import { type Sandbox, startSandbox } from '../../src/sandbox/index.js';
import { temporaryFolders } from '../_util/folder.js';
import { type Ran, ran } from '../_util/ran.js';
import { endpoint } from '../_util/watch-file.js';
import {
  cosignStore,
  linesOf,
  newWitness,
  readFiles,
  runRounds,
  tarOf,
  watchedPair,
} from '../evidence/_bundle.js';
import { exported, organisation, recorder, watched } from '../evidence/pool/_organisation.js';

const newFolder = temporaryFolders();
const witness = newWitness('witness.example');
let sandbox: Sandbox;
let bundle: string;

beforeAll(async () => {
  sandbox = await startSandbox({ seed: 'repetition' });
  const folder = newFolder();
  const watchFile = await watchedPair(sandbox, folder, 12);
  await cosignStore(folder, [witness]);
  bundle = await exported({ folder, watchFile }, 'pair', 'theirs.tar.gz');
});

afterAll(async () => {
  await sandbox.close();
});

afterEach(() => {
  vi.unstubAllEnvs();
});

async function reproduced(file: string, ...more: readonly string[]): Promise<Ran & { output: string }> {
  const output = join(newFolder(), 'watch.yaml');
  return { ...(await ran('evidence', 'reproduce', file, '-o', output, ...more)), output };
}

/** Runs a reproduced watch file as somebody with keys of his own would. Returns his bundle. */
async function repeated(output: string): Promise<string> {
  vi.stubEnv('LISTED_API_KEY', 'a-secret-key-of-mine');
  vi.stubEnv('RELEASED_API_KEY', 'another-secret-key');
  expect(await ran('check-config', '-c', output)).toMatchObject({ code: 0 });
  const text = readFileSync(output, 'utf8');
  expect(text).not.toContain('a-secret-key-of-mine');
  writeFileSync(output, text.replace('./pair-repetition.db', './twinwatch.db'));
  await runRounds(output, ['pair', 'pair']);
  const folder = dirname(output);
  await cosignStore(folder, [witness]);
  return await exported({ folder, watchFile: output }, 'pair', 'mine.tar.gz');
}

async function promptsOf(path: string): Promise<string[]> {
  return linesOf(await readFiles(path), 'answers.jsonl').map(
    (line) => (JSON.parse(line) as { prompt: string }).prompt,
  );
}

describe('evidence reproduce and pool', () => {
  it('lead from a bundle to one that multiplies with it, and on to a third', async () => {
    const { code, stdout, output } = await reproduced(bundle);
    expect([code, stdout]).toEqual([0, expect.stringContaining('set LISTED_API_KEY and RELEASED_API_KEY')]);
    expect(stdout).toContain('no prompt of the evidence is asked again');
    expect(await ran('check-config', '-c', output)).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('LISTED_API_KEY'),
    });
    const mine = await repeated(output);
    const third = await repeated((await reproduced(mine)).output);
    const prompts = await Promise.all([bundle, mine, third].map(promptsOf));
    expect(new Set(prompts.flat()).size).toBe(prompts.flat().length);

    const args = [bundle, mine, third, '--witness', witness.verifier.text];
    const pooled = await ran('evidence', 'pool', ...args);
    expect(pooled.code).toBe(0);
    expect(pooled.stdout).toContain('Multiplied: no key, prompt or answer is in two of them');
    expect(pooled.stdout).toContain('The sides gave distinguishable answers');
    expect(pooled.stdout).toContain('What pooling can not show');
    const { stdout: json } = await ran('evidence', 'pool', ...args, '--json');
    expect(JSON.parse(json)).toMatchObject({ kind: 'pooled', rule: 'product', isReached: true });
    const { stdout: averaged } = await ran('evidence', 'pool', bundle, mine);
    expect(averaged).toContain('Averaged, which holds however they depend on each other');
    expect(averaged).toContain('co-signed by a witness that you named');
  });

  it('write over nothing unless told to, and nothing of a bundle that is wrong', async () => {
    const output = join(newFolder(), 'watch.yaml');
    writeFileSync(join(dirname(output), 'small-fresh.yaml'), 'mine');
    const args = ['evidence', 'reproduce', bundle, '-o', output];
    expect(await ran(...args)).toMatchObject({
      code: 2,
      stdout: expect.stringContaining('nothing was written'),
    });
    expect(existsSync(output)).toBe(false);
    expect(readFileSync(join(dirname(output), 'small-fresh.yaml'), 'utf8')).toBe('mine');
    expect(await ran(...args, '--force')).toMatchObject({ code: 0 });

    const files = await readFiles(bundle);
    files.set('result.json', Buffer.from('{}'));
    const changed = join(newFolder(), 'changed.tar.gz');
    writeFileSync(changed, gzipSync(tarOf(files)));
    const wrong = await reproduced(changed);
    expect(wrong).toMatchObject({ code: 1, stdout: 'wrong: result.json is not what the trials lead to' });
    expect(existsSync(wrong.output)).toBe(false);
    writeFileSync(changed, 'no bundle');
    expect(await reproduced(changed)).toMatchObject({
      code: 2,
      stdout: expect.stringMatching(/^not a bundle/),
    });
    expect(await ran('evidence', 'pool', bundle, changed)).toMatchObject({ code: 2 });
    expect(await ran('evidence', 'pool', bundle, bundle)).toMatchObject({
      code: 1,
      stdout: expect.stringContaining('once more'),
    });
  });

  it('keep every setting of the sides, and the suites where too few prompts are left', async () => {
    const url = `${sandbox.url}/v1`;
    const listed = endpoint(url, 'arena-tuned', {
      stream: false,
      params: {
        system: 'Be brief.\n\n# Be kind: always',
        temperature: 0.8,
        top_p: 0.9,
        stop: ['\n\nEND'],
        max_tokens: 800,
      },
      extra_body: { min_p: 0.1 },
    });
    const own = organisation(sandbox, newFolder(), [1, 400], {
      listed,
      alpha: 0.01,
      compare_length: 900,
      trials_per_round: 5,
    });
    const { code, stdout, output } = await reproduced(await watched(own, []));
    expect([code, stdout]).toEqual([0, expect.stringContaining('too few unused prompts are left')]);
    const [was, is] = [own.watchFile, output].map(
      (path) => parseWatchFile(readFileSync(path, 'utf8'), path, null).watches[0],
    );
    const shown = (watch: typeof was): object => ({
      ...(watchDefinition(watch as WatchConfig) as object),
      trials: watch?.trialsPerRound,
    });
    expect(shown(is)).toEqual(shown(was));
    expect(readFileSync(output, 'utf8')).toContain('# Note: too few unused prompts');
    expect(loadSuite({ kind: 'file', path: join(dirname(output), 'own.yaml') }).hash).toBe(
      loadSuite({ kind: 'file', path: join(own.folder, 'own.yaml') }).hash,
    );
  });

  it('say what evidence of recorded answers can not tell', async () => {
    const prompts = ['One?', 'Two?', 'Three?'];
    const own = recorder(newFolder(), prompts, (side, prompt) => `${side}: ${prompt}`);
    const { code, stdout, output } = await reproduced(await watched(own, []));
    expect([code, stdout]).toEqual([0, expect.stringContaining('record your own, under this name')]);
    expect(readFileSync(output, 'utf8')).toContain('file: ./listed.jsonl');
    expect(stdout).not.toContain('API_KEY');
  });
});
