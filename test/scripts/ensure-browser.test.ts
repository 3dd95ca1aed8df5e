import { spawnSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { beforeEach, describe, expect, test } from 'vitest';
import { findBrowser } from '../../scripts/ensure-browser.mjs';

const script = fileURLToPath(new URL('../../scripts/ensure-browser.mjs', import.meta.url));
const browser = '#!/bin/sh\necho Chromium 1.2.3\n';
const notABrowser = '#!/bin/sh\necho install the snap instead >&2\nexit 1\n';

let folder: string;
let bin: string;
let log: string;

beforeEach(() => {
  folder = realpathSync(mkdtempSync(join(tmpdir(), 'tw-browser-')));
  bin = join(folder, 'bin');
  log = join(folder, 'log');
  mkdirSync(bin);
  for (const tool of ['/usr/bin/env', '/bin/chmod', '/bin/mkdir']) {
    symlinkSync(tool, join(bin, tool.split('/').at(-1) ?? ''));
  }
  program('sudo', '#!/bin/sh\nshift\nexec "$@"\n');
});

function program(path: string, text: string): string {
  const full = path.startsWith('/') ? path : join(bin, path);
  mkdirSync(dirname(full), { recursive: true });
  writeFileSync(full, text, { mode: 0o755 });
  return full;
}

/** A program that notes how it was called and then runs `then`. */
function noting(name: string, then: string): void {
  program(name, `#!/bin/sh\necho "${name} $*" >> '${log}'\n${then}\n`);
}

/** Shell that puts a browser at `path`. */
function putBrowser(path: string): string {
  return `mkdir -p '${dirname(path)}'; printf '${browser.replaceAll('\n', '\\n')}' > '${path}'; chmod 755 '${path}'`;
}

function variables(extra: Record<string, string>): Record<string, string> {
  return { PATH: bin, PLAYWRIGHT_BROWSERS_PATH: join(folder, 'playwright'), ...extra };
}

function run(extra: Record<string, string> = {}, args: string[] = ['--print']) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [script, ...args], {
    env: variables(extra),
    encoding: 'utf8',
    input: '',
  });
  const calls = existsSync(log) ? readFileSync(log, 'utf8').trim().split('\n') : [];
  return { status, stdout, stderr, calls };
}

/** Where Playwright would keep its own browser. */
function playwrightsPath(): string {
  const code = "import('playwright').then(({ chromium }) => console.log(chromium.executablePath()))";
  return spawnSync(process.execPath, ['-e', code], {
    cwd: dirname(script),
    env: variables({}),
    encoding: 'utf8',
  }).stdout.trim();
}

describe('a browser that is there', () => {
  test('CHROMIUM_PATH comes first, without a word', () => {
    program('chromium', browser);
    const named = program(join(folder, 'own', 'my chromium'), browser);
    expect(run({ CHROMIUM_PATH: named })).toEqual({ status: 0, stdout: `${named}\n`, stderr: '', calls: [] });
    expect(run({ CHROMIUM_PATH: named }, [])).toEqual({ status: 0, stdout: '', stderr: '', calls: [] });
  });

  test('then PATH, past programs that are no browser', () => {
    program('chromium', notABrowser);
    const chrome = program('google-chrome', browser);
    const found = run({ CHROMIUM_PATH: join(folder, 'none') });
    expect(found).toMatchObject({ status: 0, stdout: `${chrome}\n`, calls: [] });
    expect(found.stderr).toContain('looking elsewhere');
  });

  test("then Playwright's own", () => {
    const own = program(playwrightsPath(), browser);
    expect(own.startsWith(join(folder, 'playwright'))).toBe(true);
    expect(run()).toEqual({ status: 0, stdout: `${own}\n`, stderr: '', calls: [] });
  });

  test('findBrowser() is the same search', async () => {
    const before = process.env.CHROMIUM_PATH;
    process.env.CHROMIUM_PATH = program('named', browser);
    try {
      expect(await findBrowser()).toBe(process.env.CHROMIUM_PATH);
    } finally {
      if (before === undefined) delete process.env.CHROMIUM_PATH;
      else process.env.CHROMIUM_PATH = before;
    }
  });
});

describe('no browser', () => {
  test('in CI: apt-get, its lists first', () => {
    const installed = join(bin, 'chromium');
    noting('apt-get', `if [ "$1" = install ]; then ${putBrowser(installed)}; fi; echo noise`);
    noting('npx', 'exit 1');
    const result = run({ CI: 'true' });
    expect(result).toMatchObject({ status: 0, stdout: `${installed}\n` });
    expect(result.calls).toEqual(['apt-get update', 'apt-get install -y --no-install-recommends chromium']);
  });

  test("apt-get fails: Playwright's installer", () => {
    noting('apt-get', 'exit 100');
    noting('npx', putBrowser(playwrightsPath()));
    const result = run({ CI: '1' });
    expect(result).toMatchObject({ status: 0, stdout: `${playwrightsPath()}\n` });
    expect(result.calls).toEqual(['apt-get update', 'npx --no-install playwright install chromium']);
  });

  test('nobody to ask: apt-get is left alone; nothing works: a hint and exit code 1', () => {
    noting('apt-get', '');
    noting('npx', 'exit 1');
    const result = run({ CI: 'false' });
    expect(result).toMatchObject({ status: 1, stdout: '' });
    expect(result.calls).toEqual(['npx --no-install playwright install chromium']);
    expect(result.stderr).toContain('set CHROMIUM_PATH');
  });
});
