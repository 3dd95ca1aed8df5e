import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { beforeAll, describe, expect, it } from 'vitest';
import { temporaryFolders } from './_util/folder.js';

const run = promisify(execFile);
const root = fileURLToPath(new URL('..', import.meta.url));
const temporaryFolder = temporaryFolders();
const guide = readFileSync(join(root, 'docs/library.md'), 'utf8');

/** What a caller may rely on, whatever else is exported. */
const PROMISED = [
  'compare',
  'mmdTest',
  'createEProcess',
  'extractFeatures',
  'wordLogOdds',
  'confidenceSequence',
  'eBH',
];

/** Types that have to fit, and a misuse for each that must not. */
const TYPED = `
import { compare, confidenceSequence, createEProcess, eBH, extractFeatures, mmdTest, wordLogOdds } from 'twinwatch';
import type { ComparisonResult, EProcessSnapshot, FeatureValue, FoldStatus, MmdResult, Verdict, WordLogOdds } from 'twinwatch';

const evidence = createEProcess({ alpha: 0.01, compareLength: 1000 });
const status: FoldStatus = evidence.add({ listed: 'a', released: ['b', 'c'] });
const verdict: Verdict = status.verdict;
const snapshot: EProcessSnapshot = evidence.snapshot();
const features: FeatureValue[] = extractFeatures('a');
const mmd: MmdResult = mmdTest({ listed: [['a']], released: [['b']], kernel: 'spectrum', statistic: 'v', length: 9, permutations: 9, seed: 's' });
const words: WordLogOdds[] = wordLogOdds(new Map([['a', 1]]), new Map());
const high: number = confidenceSequence([0, 1], { range: [0, 2] }).high;
const chosen: boolean[] = eBH([1], 0.05);
const compared: ComparisonResult = compare({ listed: [], released: [], seed: 's' });
export const all = [verdict, snapshot, features, mmd, words, high, chosen, compared];

// @ts-expect-error there is no such option
createEProcess({ level: 0.01 });
// @ts-expect-error a trial has released answers
evidence.add({ listed: 'a' });
// @ts-expect-error there is no such kernel
mmdTest({ listed: [['a']], released: [['b']], kernel: 'cosine', seed: 's' });
// @ts-expect-error counts are numbers
wordLogOdds(new Map([['a', 'b']]), new Map());
// @ts-expect-error one text at a time
extractFeatures(['a']);
`;

const COMPILER_OPTIONS = {
  target: 'es2023',
  lib: ['es2023', 'dom'],
  module: 'nodenext',
  strict: true,
  exactOptionalPropertyTypes: true,
  skipLibCheck: false,
  types: ['node'],
  typeRoots: [join(root, 'node_modules/@types')],
  outDir: 'out',
};

/** A document's examples by section; those of one section follow on each other. */
function examples(markdown: string): Map<string, string> {
  const sections = new Map<string, string>();
  for (const section of markdown.split(/^## /m).slice(1)) {
    const code = [...section.matchAll(/^```ts\n(.*?)^```$/gms)].map((match) => match[1]);
    sections.set(section.split('\n')[0] ?? '', code.join('\n'));
  }
  return sections;
}

/** What the comments behind `console.log(…);` say it prints. */
function promisedOutput(code: string): string[] {
  return [...code.matchAll(/^console\.log\(.*\); \/\/ (.*)$/gm)].map((match) => match[1] ?? '');
}

describe('the packed library', () => {
  let consumer = '';
  let packed = '';

  async function runScript(file: string): Promise<string> {
    const { stdout } = await run(process.execPath, [file], { cwd: consumer, timeout: 30_000 });
    return stdout;
  }

  beforeAll(async () => {
    if (!existsSync(join(root, 'dist/index.js'))) throw new Error('dist is missing: run npm run build first');
    consumer = temporaryFolder();
    packed = join(consumer, 'node_modules/twinwatch');
    mkdirSync(packed, { recursive: true });
    const pack = ['pack', '--ignore-scripts', '--pack-destination', consumer];
    await run('npm', pack, { cwd: root, timeout: 50_000 });
    const tarball = readdirSync(consumer).find((name) => name.endsWith('.tgz')) ?? '';
    await run('tar', ['-xzf', join(consumer, tarball), '-C', packed, '--strip-components=1']);
    symlinkSync(join(root, 'node_modules'), join(packed, 'node_modules'));
    writeFileSync(join(consumer, 'package.json'), '{ "type": "module" }');
  });

  it('holds what runs, and nothing else', () => {
    expect(readdirSync(packed).sort()).toEqual([
      'LICENSE',
      'README.md',
      'data',
      'dist',
      'examples',
      'node_modules',
      'package.json',
    ]);
    expect(readdirSync(join(packed, 'dist'))).not.toContain('.tsbuildinfo');
  });

  it('exports what is promised, each of it described in the guide', async () => {
    const script = "import * as all from 'twinwatch'; console.log(JSON.stringify(Object.keys(all)));";
    writeFileSync(join(consumer, 'names.js'), script);
    const names = JSON.parse(await runScript('names.js')) as string[];
    expect(names).toEqual(expect.arrayContaining(PROMISED));
    for (const name of names) expect(guide).toMatch(new RegExp(`\\b${name}\\b`));
  });

  it('type-checks for a strict caller, and its examples print what the guide says', async () => {
    const sections = examples(guide);
    expect([...sections.keys()]).toEqual(expect.arrayContaining(PROMISED));
    writeFileSync(join(consumer, 'typed.ts'), TYPED);
    for (const [name, code] of sections) writeFileSync(join(consumer, `${name}.ts`), code);
    const config = { compilerOptions: COMPILER_OPTIONS, include: ['*.ts'] };
    writeFileSync(join(consumer, 'tsconfig.json'), JSON.stringify(config));
    const compiler = join(root, 'node_modules/typescript/bin/tsc');
    const compiled = await run(process.execPath, [compiler, '-p', consumer], { timeout: 50_000 }).catch(
      (error: { stdout: string }) => error,
    );
    expect(compiled.stdout).toBe('');
    // One process for all: starting one for each costs more than the examples do.
    const calls = [...sections.keys()].map((name) => `console.log('${name}'); await import('./${name}.js');`);
    writeFileSync(join(consumer, 'out/all.js'), calls.join('\n'));
    const lines = [...sections].flatMap(([name, code]) => [name, ...promisedOutput(code)]);
    expect((await runScript('out/all.js')).trimEnd().split('\n')).toEqual(lines);
    for (const [name, code] of sections) expect(promisedOutput(code), name).not.toEqual([]);
  });
});
