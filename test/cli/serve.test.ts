import { createServer } from 'node:net';
import { expect, it } from 'vitest';
import { startSandbox } from '../../src/sandbox/index.js';
import { temporaryFolders } from '../_util/folder.js';
import { startProgram } from '../_util/program.js';
import { ran } from '../_util/ran.js';
import { endpoint, writeWatchFile } from '../_util/watch-file.js';

const newFolder = temporaryFolders();

it('serves the page while the daemon runs, and alone beside it; a taken port is said in one line', async () => {
  const folder = newFolder();
  const sandbox = await startSandbox({ seed: 'serve' });
  const side = endpoint(`${sandbox.url}/v1`, 'vanilla');
  const watch = {
    id: 'pair',
    listed: side,
    released: side,
    schedule: '0 0 1 1 *',
    trials_per_round: 2,
    alerts: [],
  };
  const path = writeWatchFile(folder, [watch], { web: { port: 0, operator: 'Example Watch' } });
  const daemon = startProgram(['start', '-c', path]);
  const alone = daemon.shows('Ctrl-C stops').then(() => startProgram(['serve', '-c', path]));
  const servers = [
    [daemon, 'Ctrl-C stops'],
    [await alone, 'Ctrl-C stops'],
  ] as const;
  for (const [program, ready] of servers) {
    const [address] = /http:\/\/127\.0\.0\.1:\d+/.exec(await program.shows(ready)) ?? [];
    const page = await (await fetch(`${address}/`)).text();
    expect(page).toContain('href="/watches/pair"');
    expect(page).toContain('Run by Example Watch');
  }
  for (const [program] of [...servers].reverse()) {
    program.kill('SIGINT');
    expect(await program.ended).toMatchObject({ code: 0, stderr: '' });
  }
  await sandbox.close();

  const other = createServer();
  const port = await new Promise<number>((resolve) => {
    other.listen(0, '127.0.0.1', () => resolve((other.address() as { port: number }).port));
  });
  const taken = writeWatchFile(folder, [watch], { web: { port } });
  for (const command of ['serve', 'start'])
    expect(await ran(command, '-c', taken)).toEqual({
      code: 1,
      stdout: '',
      stderr: `the web page can't be served on 127.0.0.1 port ${port}: another program listens there`,
    });
  other.close();
});
