import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Sandbox, startSandbox } from '../../src/sandbox/index.js';
import { openStore } from '../../src/store/index.js';
import { temporaryFolders } from '../_util/folder.js';
import { type Ended, runProgram, startProgram } from '../_util/program.js';
import { endpoint, writeWatchFile } from '../_util/watch-file.js';

const newFolder = temporaryFolders();
let sandbox: Sandbox;

beforeAll(async () => {
  sandbox = await startSandbox({ seed: 'verify' });
});
afterAll(() => sandbox.close());

function watchFile(listed: string, more: object = {}, url = sandbox.url, folder = newFolder()): string {
  const side = (model: string): object => endpoint(`${url}/v1`, model, more);
  const watch = { id: 'pair', listed: side(listed), released: side('vanilla'), schedule: '0 0 1 1 *' };
  return writeWatchFile(folder, [watch]);
}

async function verify(file: string, ...options: string[]): Promise<Ended> {
  return await runProgram(['verify', 'pair', '-c', file, ...options]);
}

/** A model that has one answer to everything. */
async function startMonotone(): Promise<Server> {
  const reply = { model: 'm', choices: [{ message: { content: 'Yes.' }, finish_reason: 'stop' }] };
  const server = createServer((request, response) => {
    request.resume().on('end', () => {
      response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(reply));
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return server;
}

describe('twinwatch verify', () => {
  it('ends with 10 when the sides are different, and tells each batch', async () => {
    const { code, stdout, stderr } = await verify(watchFile('arena-tuned'));
    expect(code).toBe(10);
    expect(stdout).toMatch(/^≠ different .* of 1,645 {2}\d+ trials, 0 void\n/);
    expect(stdout).toContain('The verdict is reached. Epoch 1; this run: ');
    expect(
      stderr.split('\n').filter((line) => /^\S \w+ +pair .* \d+ trials, 0 void$/.test(line)).length,
    ).toBeGreaterThan(1);
    // The alert goes out as from a schedule.
    expect(stderr).toContain('ALERT pair-1 ');
  });

  it('ends with 0 when they are equivalent', async () => {
    const server = await startMonotone();
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    try {
      const { code, stdout } = await verify(watchFile('any', { stream: false }, url), '--json');
      expect({ code, verdict: JSON.parse(stdout).verdict }).toEqual({ code: 0, verdict: 'equivalent' });
    } finally {
      server.close();
    }
  });

  it('ends with 30 when a side keeps failing', async () => {
    const { code, stdout } = await verify(watchFile('faulty'), '--json');
    expect(code).toBe(30);
    expect(JSON.parse(stdout)).toMatchObject({ verdict: 'unreadable', verification: { end: 'unreadable' } });
  });

  it('ends with 20 at its limit; a second one opens an epoch, one that is continued does not', async () => {
    const file = watchFile('vanilla');
    const epochs: unknown[] = [];
    for (const options of [[], ['--continue'], []]) {
      const { code, stdout } = await verify(file, '--max-trials', '6', '--json', ...options);
      expect(code).toBe(20);
      const { epoch, trials, level, verification } = JSON.parse(stdout);
      expect(verification).toEqual({ end: 'max-trials', trials: 6, cost: null });
      epochs.push({ epoch, trials, atLevel: Number((level * 1e6).toPrecision(3)) });
    }
    expect(epochs).toEqual([
      { epoch: 1, trials: 6, atLevel: 608 },
      { epoch: 1, trials: 12, atLevel: 608 },
      { epoch: 2, trials: 6, atLevel: 152 },
    ]);
  });
});

describe('what a verification costs', () => {
  it('is asked to have a price before it is limited', async () => {
    const { code, stdout, stderr } = await verify(watchFile('vanilla'), '--max-cost', '1');
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toContain(
      'add price: { input_per_million: …, output_per_million: … } to listed and released of pair',
    );
  });

  it('is told, and stays below its limit', async () => {
    const price = { input_per_million: 1, output_per_million: 10, currency: 'EUR' };
    const { code, stdout } = await verify(watchFile('vanilla', { price }), '--max-cost', '0.1', '--json');
    expect(code).toBe(20);
    const { verification, trials } = JSON.parse(stdout);
    expect(verification).toMatchObject({ end: 'max-cost', trials, cost: { currency: 'EUR' } });
    // A trial may cost 0.02 at its worst, for which room is kept.
    expect(verification.cost.amount).toBeGreaterThan(0.07);
    expect(verification.cost.amount).toBeLessThanOrEqual(0.1);
  });
});

it('stops on Ctrl-C with what is known so far, and the round goes on next time', async () => {
  const slow = await startSandbox({ seed: 'slow', latencyMs: 100 });
  try {
    const folder = newFolder();
    const file = watchFile('vanilla', {}, slow.url, folder);
    const running = startProgram(['verify', 'pair', '-c', file]);
    await running.shows('pair  ');
    running.kill('SIGINT');
    const { code, stderr, stdout } = await running.ended;
    expect(code).toBe(20);
    expect(stderr).toContain('goes on next time');
    expect(stdout).toContain('Stopped. Epoch 1');
    const next = await verify(file, '--continue', '--max-trials', '20', '--json');
    expect(JSON.parse(next.stdout)).toMatchObject({ epoch: 1, verification: { trials: 20 } });
    const store = await openStore(
      { kind: 'sqlite', path: join(folder, 'twinwatch.db') },
      { mustExist: true },
    );
    const open = await store.db.selectFrom('rounds').select('id').where('finished_at', 'is', null).execute();
    const voids = await store.db.selectFrom('trials').select('id').where('status', '=', 'void').execute();
    expect({ voids, open: open.length }).toEqual({ voids: [], open: expect.any(Number) });
    await store.close();
  } finally {
    await slow.close();
  }
});
