import { copyFileSync, writeFileSync } from 'node:fs';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { appendLog, openSigner, signCheckpoint } from '../../src/evidence/index.js';
import { openStore, type Store, seenLog } from '../../src/store/index.js';
import { temporaryFolders } from '../_util/folder.js';
import { type Ran, ran } from '../_util/ran.js';
import { endpoint, writeWatchFile } from '../_util/watch-file.js';
import { serve } from '../web/_serve.js';

const newFolder = temporaryFolders();

/** An installation with a log of one entry. */
interface Installation {
  readonly folder: string;
  readonly config: string;
  readonly key: string;
  readonly witnessKey: string;
  readonly store: Store;
}

const opened: Store[] = [];
afterEach(async () => {
  for (const store of opened.splice(0)) await store.close();
});

async function install(origin: string, folder = newFolder()): Promise<Installation> {
  const side = endpoint('http://127.0.0.1:9/v1', 'm');
  const watches = [{ id: 'pair', listed: side, released: side, schedule: '0 0 1 1 *' }];
  const config = writeWatchFile(folder, watches, { evidence: { origin } });
  await ran('keys', 'create', '-c', config);
  const { stdout } = await ran('keys', 'show', '--json', '-c', config);
  const { keys, witnessKey } = JSON.parse(stdout) as { keys: { key: string }[]; witnessKey: string };
  const store = await openStore({ kind: 'sqlite', path: join(folder, 'twinwatch.db') });
  opened.push(store);
  return { folder, config, key: keys[0]?.key ?? '', witnessKey, store };
}

async function grow({ folder, store }: Installation, entries: number): Promise<void> {
  const signer = await openSigner(store, { keyFile: join(folder, 'twinwatch.db.key'), origin: null }, 5);
  const inputs = Array.from({ length: entries }, (_, payload) => ({
    kind: 'pause' as const,
    watchId: null,
    payload,
  }));
  await store.transaction(async (tx) => {
    await appendLog(tx, 5, inputs);
    await signCheckpoint(tx, signer, 5);
  });
}

const closing: (() => void)[] = [];
afterEach(() => {
  for (const close of closing.splice(0)) close();
});

/** A server that answers as it likes. */
async function served(listener: RequestListener): Promise<string> {
  const server = createServer(listener);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  closing.push(() => server.close());
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

describe('evidence cosign', () => {
  let log: Installation;
  let own: Installation;
  const cosign = (url: string, ...more: readonly string[]): Promise<Ran> =>
    ran('evidence', 'cosign', '--url', url, '-c', own.config, ...more);

  beforeEach(async () => {
    log = await install('example.org/log');
    own = await install('example.net/witness');
    await grow(log, 3);
  });

  it('co-signs another installation as it grows, and hands the co-signatures in', async () => {
    const address = await serve({ store: log.store, witnesses: [own.witnessKey] });
    expect(await cosign(address)).toMatchObject({
      code: 1,
      stderr: expect.stringMatching(/with --log-key$/),
    });
    const first = await cosign(`${address}/`, '--log-key', log.key);
    expect(first).toMatchObject({
      code: 0,
      stderr: expect.stringMatching(/not seen before.*\nThe log has taken the co-signature/s),
    });
    await grow(log, 6);
    const second = await cosign(address);
    expect(second).toMatchObject({ code: 0, stderr: expect.stringMatching(/goes on from the 4 entries/) });
    const printed = await ran('evidence', 'checkpoint', '-c', log.config);
    expect(printed.stdout).toBe(second.stdout);
    expect(printed.stdout.match(/^— example\.(org\/log|net\/witness) /gm)).toHaveLength(2);
    expect((await cosign(address)).code).toBe(0);

    const proof = join(log.folder, 'entry.tlog-proof');
    writeFileSync(proof, `${(await ran('evidence', 'prove', '2', '-c', log.config)).stdout}\n`);
    const checked = await ran(
      'evidence',
      'verify-proof',
      proof,
      '--trust',
      log.key,
      '--witness',
      own.witnessKey,
    );
    expect(checked).toMatchObject({
      code: 0,
      stdout: expect.stringContaining(`co-signed: ${own.witnessKey}`),
    });
    expect(checked.stdout).toContain('"height":2,"kind":"pause"');
    expect(await ran('evidence', 'verify-proof', proof, '--trust', own.key)).toMatchObject({ code: 1 });
    expect(await ran('evidence', 'prove', '10', '-c', log.config)).toMatchObject({ code: 2, stdout: '' });
  });

  it('prints what a log that does not know the witness can be given by hand', async () => {
    const address = await serve({ store: log.store });
    const found = await cosign(address, '--log-key', log.key);
    expect(found).toMatchObject({
      code: 0,
      stderr: expect.stringMatching(/trusts no witness that has signed it/),
    });
    expect(found.stderr).toContain(own.witnessKey);
    const file = join(log.folder, 'cosigned.txt');
    writeFileSync(file, `${found.stdout}\n`);
    const add = (config: string): Promise<Ran> => ran('evidence', 'cosignature', file, '-c', config);
    expect(await add(log.config)).toMatchObject({ code: 1, stderr: expect.stringMatching(/no witness of/) });
    const side = endpoint('http://127.0.0.1:9/v1', 'm');
    const watches = [{ id: 'pair', listed: side, released: side, schedule: '0 0 1 1 *' }];
    writeWatchFile(log.folder, watches, { evidence: { witnesses: [own.witnessKey] } });
    expect(await add(log.config)).toMatchObject({ code: 0, stdout: expect.stringMatching(/^Added/) });
    expect(await add(log.config)).toMatchObject({ code: 0, stdout: expect.stringMatching(/there already/) });
    expect((await ran('evidence', 'checkpoint', '-c', log.config)).stdout).toBe(found.stdout);
  });

  it('works through files where there is no web page', async () => {
    const file = join(own.folder, 'checkpoint.txt');
    const show = async (since: string): Promise<void> =>
      writeFileSync(
        file,
        `${(await ran('evidence', 'checkpoint', '--since', since, '-c', log.config)).stdout}\n`,
      );
    const sign = (...more: readonly string[]): Promise<Ran> =>
      ran('evidence', 'cosign', '--file', file, '-c', own.config, ...more);
    await show('0');
    expect(await sign('--log-key', log.key)).toMatchObject({
      code: 0,
      stderr: expect.stringMatching(/it was not asked/),
    });
    await grow(log, 2);
    await show('4');
    expect(await sign()).toMatchObject({ code: 0, stderr: expect.stringMatching(/goes on from the 4/) });
    expect((await ran('evidence', 'cosign', '-c', own.config)).code).toBe(2);
  });

  it('refuses a fork loudly with both notes, and a log that shrank', async () => {
    await cosign(await serve({ store: log.store }), '--log-key', log.key);
    const kept = (await ran('evidence', 'checkpoint', '-c', log.config)).stdout;
    const folder = newFolder();
    copyFileSync(join(log.folder, 'twinwatch.db.key'), join(folder, 'twinwatch.db.key'));
    const forked = await install('example.org/log', folder);
    const address = await serve({ store: forked.store, witnesses: [own.witnessKey] });
    const smaller = await cosign(address);
    expect(smaller).toMatchObject({
      code: 1,
      stdout: '',
      stderr: expect.stringMatching(/shows fewer entries/),
    });
    for (const [more, says] of [
      [3, 'two histories of 4 entries'],
      [5, 'gave no proof that holds'],
    ] as const) {
      await grow(forked, more);
      const found = await cosign(address);
      expect(found).toMatchObject({ code: 4, stderr: expect.stringContaining(says) });
      const shown = (await ran('evidence', 'checkpoint', '-c', forked.config)).stdout;
      expect(found.stdout).toBe(`${kept}\n\n${shown}`);
      expect(shown).not.toContain('example.net');
    }
    const forks = await ran('evidence', 'forks', '-c', own.config);
    expect(forks.stdout.match(/example\.org\/log, found/g)).toHaveLength(2);
    expect(forks.stdout).toContain(kept);
    expect(await seenLog(own.store.db, 'example.org/log')).toMatchObject({ size: 4 });
  });

  it('refuses a wrong key, a proof that was changed on its way, and answers that are none', async () => {
    const address = await serve({ store: log.store });
    const wrong = await cosign(address, '--log-key', own.key);
    expect(wrong).toMatchObject({ code: 1, stderr: expect.stringMatching(/is not signed with/) });
    expect((await cosign(address, '--log-key', 'no key')).code).toBe(1);
    expect(await seenLog(own.store.db, 'example.org/log')).toBeNull();
    await cosign(address, '--log-key', log.key);
    await grow(log, 4);
    let body = '{}';
    const note = await (await fetch(`${address}/log/checkpoint`)).text();
    const between = await served(({ url }, response) => {
      if (url === '/moved/log/checkpoint')
        response.writeHead(302, { location: `${address}/log/checkpoint` }).end();
      else if (url?.startsWith('/p/log/consistency')) response.end(body);
      else if (url === '/p/log/checkpoint') response.end(note);
      else response.writeHead(404).end('\u001b[31m');
    });
    expect((await cosign(`${between}/p`)).stderr).toMatch(/holds no consistency proof/);
    const { hashes } = (await (await fetch(`${address}/log/consistency?from=4&to=8`)).json()) as {
      hashes: string[];
    };
    body = JSON.stringify({
      hashes: hashes.map((hash) => (hash.startsWith('A') ? `B${hash.slice(1)}` : `A${hash.slice(1)}`)),
    });
    expect(await cosign(`${between}/p`)).toMatchObject({
      code: 4,
      stderr: expect.stringMatching(/or the proof on its way/),
    });
    body = 'x'.repeat(200_000);
    expect((await cosign(`${between}/p`)).stderr).toMatch(/longer than 100000 bytes/);
    expect((await cosign(`${between}/moved`)).stderr).toMatch(/status 302/);
    expect((await cosign(between)).stderr).toMatch(/status 404$/);
    body = JSON.stringify({ hashes });
    expect(await cosign(`${between}/p`)).toMatchObject({
      code: 0,
      stderr: expect.stringMatching(/with status 404\.\n/),
    });
  });

  it.each(['http://example.org', 'ftp://127.0.0.1', 'https://user@example.org', 'example.org'])(
    'refuses %s as an address',
    async (url) => {
      expect((await cosign(url)).code).toBe(2);
    },
  );
});
