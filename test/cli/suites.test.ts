import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { controls } from '../_util/controls.js';
import { temporaryFolders } from '../_util/folder.js';
import { runProgram } from '../_util/program.js';
import { endpoint, writeWatchFile } from '../_util/watch-file.js';

const newFolder = temporaryFolders();

const own = `id: harbour
version: 3
title: "About \\e[31mharbours\\u202e"
fixed:
  - { id: smell, prompt: "What does a harbour smell of?\\e[2J" }
dynamic:
  - id: boat
    template: "Describe {boat} {when}."
    slots: { boat: [a tug, "a \\e[5mferry"], when: [at dawn, at noon, at night] }
`;

function folderWithOwnSuite(): string {
  const folder = newFolder();
  writeFileSync(join(folder, 'harbour.yaml'), own);
  const side = (model: string): object =>
    endpoint('http://127.0.0.1:9/v1', model, { api_key_env: 'NOT_SET' });
  const watch = { id: 'pair', listed: side('a'), released: side('b'), schedule: '0 0 1 1 *' };
  writeWatchFile(folder, [
    { ...watch, suites: ['arena-chat', { file: 'harbour.yaml' }] },
    { ...watch, id: 'two', suites: [{ file: './harbour.yaml' }] },
  ]);
  return folder;
}

function widest(text: string): number {
  return Math.max(...text.split('\n').map((line) => line.length));
}

describe('suites list', () => {
  it('shows the suites that ship in 80 columns, and asks for no watch file', async () => {
    const { code, stdout, stderr } = await runProgram(['suites', 'list'], { cwd: newFolder() });
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout.split('\n')).toHaveLength(12);
    expect(stdout).toMatch(/^arena-chat +2 +16 +39 +2\.0e\+6 {2}Everyday chat/m);
    expect(stdout).toMatch(/^one-token +1 +0 +44 /m);
    expect(widest(stdout)).toBeLessThanOrEqual(80);
    const none = await runProgram(['suites', 'list', '-c', 'nowhere.yaml'], { cwd: newFolder() });
    expect(none.code).toBe(2);
    expect(none.stderr).toContain('nowhere.yaml');
  });

  it("adds the watch file's own suites once, needs no secret and prints no escape of a file", async () => {
    const cwd = folderWithOwnSuite();
    const { code, stdout } = await runProgram(['suites', 'list', '--json'], { cwd });
    expect(code).toBe(0);
    const { suites } = JSON.parse(stdout) as { suites: Record<string, unknown>[] };
    expect(suites).toHaveLength(11);
    expect(suites[10]).toEqual({
      id: 'harbour',
      version: 3,
      title: 'About \u001b[31mharbours\u202e',
      fixed: 1,
      dynamic: 1,
      texts: 7,
      exact: true,
      hash: expect.stringMatching(/^[0-9a-f]{64}$/),
      path: join(cwd, 'harbour.yaml'),
    });
    const text = await runProgram(['suites', 'list', '-c', join(cwd, 'twinwatch.yaml')], {
      cwd: newFolder(),
    });
    expect(text.stdout).toContain('harbour ');
    expect(text.stdout).toContain(`from ${join(cwd, 'harbour.yaml')}`);
    expect(text.stdout).not.toMatch(controls);
  });
});

describe('suites show', () => {
  it('prints the prompts with as many fillings as asked, the same for the same seed', async () => {
    const show = (seed: string): ReturnType<typeof runProgram> =>
      runProgram(['suites', 'show', 'reasoning', '--samples', '3', '--seed', seed]);
    const [one, again, other] = await Promise.all([show('a'), show('a'), show('b')]);
    expect(one.code).toBe(0);
    expect(one.stdout).toBe(again.stdout);
    expect(one.stdout).not.toBe(other.stdout);
    expect(one.stdout.match(/^ {2}– /gm)).toHaveLength(37 * 3);
    expect(one.stdout).toContain('\ntrains-meet\n  Two trains leave stations {km} km apart');
    expect(widest(one.stdout)).toBeLessThanOrEqual(80);
  });

  it('prints no escape of a hostile file, and keeps the lines of code', async () => {
    const folder = folderWithOwnSuite();
    const hostile = await runProgram(['suites', 'show', join(folder, 'harbour.yaml')]);
    expect(hostile.code).toBe(0);
    expect(hostile.stdout).toContain('What does a harbour smell of?');
    expect(hostile.stdout).not.toMatch(controls);
    const code = await runProgram(['suites', 'show', 'coding', '--samples', '0']);
    expect(code.stdout).toMatch(/^ {2}for day in .*:\n {6}print/m);
  });

  it('says that there is no such suite', async () => {
    const { code, stdout, stderr } = await runProgram(['suites', 'show', 'nope\u001b[31m'], {
      cwd: newFolder(),
    });
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toContain('no built-in suite called nope');
    expect(stderr).toContain('arena-chat, coding,');
    expect(stderr).not.toMatch(controls);
  });
});

describe('suites lint', () => {
  it('passes what ships with code 0', async () => {
    const { code, stdout } = await runProgram(['suites', 'lint', 'arena-chat', 'one-token']);
    expect({ code, stdout }).toEqual({ code: 0, stdout: '2 suites: 0 errors, 0 warnings\n' });
  });

  it('passes warnings with code 0, and errors with 2, each with file, line, prompt and reason', async () => {
    const cwd = folderWithOwnSuite();
    const warned = await runProgram(['suites', 'lint', 'harbour.yaml'], { cwd });
    expect(warned.code).toBe(0);
    expect(warned.stdout).toMatch(/^harbour\.yaml:1: warning: the file: asks 7 different prompts/);
    expect(warned.stdout).toContain('1 suite: 0 errors, 1 warning\n');
    writeFileSync(join(cwd, 'bad.yaml'), own.replace('at noon', 'at dawn'));
    const bad = await runProgram(['suites', 'lint', 'harbour.yaml', 'bad.yaml'], { cwd });
    expect(bad.code).toBe(2);
    expect(bad.stdout).toContain('bad.yaml:9: boat: "at dawn" is there twice\n');
    expect(bad.stdout).toContain('2 suites: 1 error, 2 warnings\n');
    const json = await runProgram(['suites', 'lint', 'bad.yaml', '--json'], { cwd });
    expect(json.code).toBe(2);
    expect(JSON.parse(json.stdout)).toEqual({
      errors: 1,
      warnings: 1,
      problems: [
        expect.objectContaining({ file: 'bad.yaml', level: 'warning', line: 1, prompt: null }),
        {
          file: 'bad.yaml',
          level: 'error',
          line: 9,
          prompt: 'boat',
          key: 'dynamic[0].slots.when[1]',
          reason: '"at dawn" is there twice',
        },
      ],
    });
  });

  it('names each file that it can not read and still checks the others', async () => {
    const cwd = folderWithOwnSuite();
    writeFileSync(join(cwd, 'escape.yaml'), 'id: "\\e[31m"\n"\\e[2J": 1\n');
    writeFileSync(join(cwd, 'binary.yaml'), Buffer.from([0xff, 0xfe, 0x00]));
    const files = ['nowhere.yaml', 'binary.yaml', cwd, 'escape.yaml', 'arena-chat'];
    const { code, stdout, stderr } = await runProgram(['suites', 'lint', ...files], { cwd });
    expect(code).toBe(2);
    expect(stdout).toMatch(/^nowhere\.yaml: the file: there is no file/m);
    expect(stdout).toMatch(/^binary\.yaml: .*not UTF-8/m);
    expect(stdout).toMatch(/: .*not a regular file/m);
    expect(stdout).toMatch(/^escape\.yaml:1: id: use lower-case words/m);
    expect(stdout).toMatch(/^5 suites: \d+ errors, 0 warnings$/m);
    expect(`${stdout}${stderr}`).not.toMatch(controls);
  });
});

describe('docs/suites.md', () => {
  it('shows a suite that passes the linter but for its size', async () => {
    const docs = new URL('../../docs/suites.md', import.meta.url);
    expect(existsSync(docs)).toBe(true);
    const example = /```yaml\n(id: [\s\S]*?)```/.exec(readFileSync(docs, 'utf8'))?.[1] ?? '';
    const cwd = newFolder();
    writeFileSync(join(cwd, 'ports.yaml'), example);
    const { code, stdout } = await runProgram(['suites', 'lint', 'ports.yaml'], { cwd });
    expect({ code, errors: stdout.includes(' 0 errors') }).toEqual({ code: 0, errors: true });
  });
});
