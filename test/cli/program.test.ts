import { spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Sandbox, startSandbox } from '../../src/sandbox/index.js';
import { lockStore } from '../../src/store/index.js';
import { controls } from '../_util/controls.js';
import { temporaryFolders } from '../_util/folder.js';
import { runProgram, startProgram } from '../_util/program.js';
import { endpoint, writeWatchFile } from '../_util/watch-file.js';

const newFolder = temporaryFolders();
const yearly = '0 0 1 1 *';
let sandbox: Sandbox;

beforeAll(async () => {
  sandbox = await startSandbox({ seed: 'cli' });
});

afterAll(async () => {
  await sandbox.close();
});

function watchOn(baseUrl: string, listed: string, more: object = {}): object {
  return {
    id: 'pair',
    listed: endpoint(baseUrl, listed),
    released: endpoint(baseUrl, 'vanilla'),
    schedule: yearly,
    trials_per_round: 6,
    ...more,
  };
}

function sandboxFile(listed: string, more: object = {}): string {
  return writeWatchFile(newFolder(), [watchOn(`${sandbox.url}/v1`, listed, more)]);
}

describe('the command line', () => {
  it('helps, with the commands, the exit codes and examples', async () => {
    const { code, stdout, stderr } = await runProgram(['--help']);
    expect(code).toBe(0);
    expect(stderr).toBe('');
    for (const word of ['init', 'check-config', 'run-round', 'start', 'status', 'sandbox', 'demo']) {
      expect(stdout).toMatch(new RegExp(`^ {2}${word}\\b`, 'm'));
    }
    expect(stdout).toContain('Exit codes: 0 ');
    expect(stdout).toContain('$ twinwatch ');
  });

  it.each([[['nonsense']], [['demo', '--unknown']], [['run-round']], [['sandbox', '--port', 'x']]])(
    'refuses %j with exit code 2 and a hint',
    async (args) => {
      const { code, stdout, stderr } = await runProgram(args);
      expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
      expect(stderr).toContain('twinwatch --help');
    },
  );
});

describe('sandbox', () => {
  it('serves what the seed decides, until it is stopped', async () => {
    const running = startProgram(['sandbox', '--port', '0', '--seed', 'served', '--latency', '1']);
    const shown = await running.shows('Ctrl-C stops.');
    const same = await startSandbox({ seed: 'served' });
    const answers = [/http:\S+(?=\/v1,)/.exec(shown)?.[0], same.url].map(async (url) => {
      const body = JSON.stringify({ model: 'vanilla', messages: [{ role: 'user', content: 'Why?' }] });
      const headers = { 'content-type': 'application/json' };
      const reply = await fetch(`${url}/v1/chat/completions`, { method: 'POST', headers, body });
      return ((await reply.json()) as { choices: unknown }).choices;
    });
    const [served, expected] = await Promise.all(answers);
    expect(served).toEqual(expected);
    expect(served).toEqual([expect.objectContaining({ message: expect.anything() })]);
    await same.close();
    running.kill('SIGTERM');
    expect((await running.ended).code).toBe(0);
  });
});

describe('init and check-config', () => {
  it('writes a watch file once, that is fine but for the secrets it names', async () => {
    const cwd = newFolder();
    expect(await runProgram(['init'], { cwd })).toMatchObject({ code: 0 });
    const path = join(cwd, 'twinwatch.yaml');
    writeFileSync(path, `${readFileSync(path, 'utf8')}# mine\n`);
    const again = await runProgram(['init'], { cwd });
    expect(again.code).toBe(2);
    expect(again.stdout).toContain('is there already');
    expect(readFileSync(path, 'utf8')).toMatch(/# mine\n$/);

    const missing = await runProgram(['check-config'], { cwd });
    expect(missing.code).toBe(2);
    expect(missing.stderr).toMatch(/ARENA_API_KEY.* is not set/);
    expect(missing.stderr).toMatch(/OPENROUTER_API_KEY.* is not set/);
    const env = { ARENA_API_KEY: 'key-one', OPENROUTER_API_KEY: 'key-two' };
    const good = await runProgram(['check-config'], { cwd, env });
    expect({ code: good.code, stderr: good.stderr }).toEqual({ code: 0, stderr: '' });
    expect(good.stdout).toContain('is fine: 1 watch.');
    expect(good.stdout).not.toMatch(/key-one|key-two/);
    expect(existsSync(join(cwd, 'twinwatch.db'))).toBe(false);
  });

  it('names every problem with its line, and prints no escape of the file', async () => {
    const path = join(newFolder(), 'bad.yaml');
    const lines = [
      'version: 1',
      'watches:',
      '  - id: pair',
      '    claim: "red \\e[31m text"',
      '    colour: "\\e[2J"',
      '    schedule: "61 * * * *"',
      `    listed: { kind: openai, base_url: "${sandbox.url}/v1", model: vanilla, api_key_env: NOT_SET_HERE }`,
      `    released: { kind: openai, base_url: "ftp://127.0.0.1", model: vanilla }`,
    ];
    writeFileSync(path, `${lines.join('\n')}\n`);
    for (const command of [['check-config'], ['start'], ['run-round', 'pair']]) {
      const { code, stdout, stderr } = await runProgram([...command, '-c', path]);
      expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
      expect(stderr).not.toMatch(controls);
      for (const line of [4, 5, 6, 7, 8]) expect(stderr).toMatch(new RegExp(`bad\\.yaml:${line}\\b`));
      for (const word of ['claim', 'colour', 'schedule', 'NOT_SET_HERE', 'base_url']) {
        expect(stderr).toContain(word);
      }
    }
  });

  it('says that there is no watch file, or no such watch', async () => {
    const none = await runProgram(['check-config', '-c', 'nowhere.yaml'], { cwd: newFolder() });
    expect(none.code).toBe(2);
    expect(none.stderr).toContain('nowhere.yaml');
    const other = await runProgram(['run-round', 'other\u001b[31m', '-c', sandboxFile('vanilla')]);
    expect(other.code).toBe(2);
    expect(other.stderr).toContain('no watch called other');
    expect(other.stderr).not.toMatch(controls);
  });
});

describe('run-round and status', () => {
  it('runs a round of real requests, and both show the same JSON', async () => {
    const file = sandboxFile('arena-tuned');
    const round = await runProgram(['run-round', 'pair', '--json', '-c', file]);
    expect(round.code).toBe(0);
    const shown = JSON.parse(round.stdout) as Record<string, unknown>;
    expect(shown).toMatchObject({
      id: 'pair',
      epoch: 1,
      verdict: 'undecided',
      alpha: 0.001,
      trials: 6,
      voidTrials: 0,
      alarmAtTrial: null,
      eValue: expect.any(Number),
      log10E: expect.any(Number),
      sentence: expect.any(String),
      findings: expect.any(Array),
    });
    const status = await runProgram(['status', '--json', '-c', file]);
    expect(status.code).toBe(0);
    expect(JSON.parse(status.stdout)).toEqual({ watches: [shown] });
    const text = await runProgram(['status', '-c', file]);
    expect(text.stdout).toContain('undecided');
    expect(text.stdout).not.toMatch(controls);
  });

  it('needs no secret to show the status, and says when there is no store', async () => {
    const file = writeWatchFile(newFolder(), [
      watchOn('http://127.0.0.1:9/v1', 'x', {
        listed: endpoint('http://127.0.0.1:9/v1', 'x', { api_key_env: 'NOT_SET_HERE' }),
      }),
    ]);
    const { code, stdout, stderr } = await runProgram(['status', '--json', '-c', file]);
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr).toContain('there is no store at');
  });

  it('makes void trials of an endpoint that is not there', async () => {
    const file = writeWatchFile(newFolder(), [watchOn('http://127.0.0.1:9/v1', 'x')]);
    const { code, stdout } = await runProgram(['run-round', 'pair', '--json', '-c', file]);
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({
      trials: 0,
      voidTrials: 6,
      voids: { unreachable: 6 },
      eValue: expect.closeTo(1, 9),
      alarmAtTrial: null,
    });
  });

  it('makes void trials of a web page, and prints no escape that a server sends', async () => {
    const server = createServer((request, response) => {
      request.resume();
      response
        .writeHead(500, { 'content-type': 'text/html' })
        .end('<html>\u001b[2J\u001b]0;owned\u0007</html>');
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    try {
      const url = `http://127.0.0.1:${portOf(server)}/v1`;
      const file = writeWatchFile(newFolder(), [watchOn(url, 'x')]);
      const round = await runProgram(['run-round', 'pair', '-c', file]);
      const status = await runProgram(['status', '-c', file]);
      expect([round.code, status.code]).toEqual([0, 0]);
      for (const text of [round.stdout, round.stderr, status.stdout]) expect(text).not.toMatch(controls);
      expect(status.stdout).toContain('6 void');
    } finally {
      server.closeAllConnections();
      server.close();
    }
  });
});

describe('start', () => {
  it('refuses a store that is in use', async () => {
    const file = sandboxFile('vanilla');
    const lock = lockStore({ kind: 'sqlite', path: join(file, '..', 'twinwatch.db') });
    try {
      for (const command of [['start'], ['run-round', 'pair']]) {
        const { code, stderr } = await runProgram([...command, '-c', file]);
        expect(code).toBe(3);
        expect(stderr).toContain('another Twinwatch process');
      }
    } finally {
      lock.release();
    }
  });

  it('stops on SIGINT within 10 s though an answer hangs, and leaves the round to the next start', async () => {
    const slow = 'vanilla+faults=slow:1';
    const file = sandboxFile(slow, {
      schedule: '* * * * * *',
      listed: endpoint(`${sandbox.url}/v1`, slow, { first_byte_timeout: '60s', total_timeout: '60s' }),
    });
    const daemon = startProgram(['start', '-c', file]);
    await expect.poll(() => sandbox.requests()[slow] ?? 0, { timeout: 10_000 }).toBeGreaterThan(0);
    const asked = Date.now();
    daemon.kill('SIGINT');
    const { code, stdout } = await daemon.ended;
    expect(code).toBe(0);
    expect(Date.now() - asked).toBeLessThan(10_000);
    expect(stdout).toContain('Stopped.');
    const status = await runProgram(['status', '--json', '-c', file]);
    expect(status.code).toBe(0);
    const [row] = (JSON.parse(status.stdout) as { watches: { trials: number; voids: object }[] }).watches;
    expect(row).toMatchObject({ trials: 0, voids: { stopped: expect.any(Number) } });
  });

  it('lets a single round be interrupted as quickly', async () => {
    const slow = 'quantised+faults=slow:1';
    const file = sandboxFile(slow, {
      listed: endpoint(`${sandbox.url}/v1`, slow, { first_byte_timeout: '60s', total_timeout: '60s' }),
    });
    const round = startProgram(['run-round', 'pair', '-c', file]);
    await expect.poll(() => sandbox.requests()[slow] ?? 0, { timeout: 10_000 }).toBeGreaterThan(0);
    const asked = Date.now();
    round.kill('SIGTERM');
    const { code, stderr } = await round.ended;
    expect(code).toBe(1);
    expect(Date.now() - asked).toBeLessThan(10_000);
    expect(stderr).toContain('the round stays open');
  });
});

function portOf(server: Server): number {
  return (server.address() as AddressInfo).port;
}

it('goes on when nobody reads its output any more', () => {
  const main = fileURLToPath(new URL('../../dist/cli/main.js', import.meta.url));
  // Thousands of lines, of which one is read.
  const command = `{ "${process.execPath}" "${main}" suites show coding --samples 100; echo "exit $?" >&2; } | head -n 1`;
  const { stdout, stderr } = spawnSync('sh', ['-c', command], { encoding: 'utf8' });
  expect(stdout.split('\n')).toHaveLength(2);
  expect(stderr).toBe('exit 0\n');
});
