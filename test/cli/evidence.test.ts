import { existsSync, readFileSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { sql } from 'kysely';
import { beforeEach, describe, expect, it } from 'vitest';
import { parseCheckpoint } from '../../src/evidence/checkpoint.js';
import { openNote, parseVerifierKey } from '../../src/evidence/signed-note.js';
import { lockStore, openStore } from '../../src/store/index.js';
import { temporaryFolders } from '../_util/folder.js';
import { ran } from '../_util/ran.js';
import { endpoint, writeWatchFile } from '../_util/watch-file.js';

const newFolder = temporaryFolders();
let folder: string;
let path: string;
beforeEach(() => {
  folder = newFolder();
  const side = endpoint('http://127.0.0.1:9/v1', 'm');
  path = writeWatchFile(folder, [{ id: 'pair', listed: side, released: side, schedule: '0 0 1 1 *' }], {
    evidence: { origin: 'example.org/watch' },
  });
});

/** What a command prints, and its exit code. */
async function shown(...args: readonly string[]): Promise<{ code: number; text: string }> {
  const { code, stdout, stderr } = await ran(...args, '-c', path);
  return { code, text: `${stdout}${stderr}` };
}

async function change(statement: string): Promise<void> {
  const store = await openStore({ kind: 'sqlite', path: join(folder, 'twinwatch.db') });
  await sql.raw(statement).execute(store.db);
  await store.close();
}

describe('keys', () => {
  it('are made beside the store, shown and rotated, and no private part is printed', async () => {
    expect(await shown('keys', 'show')).toMatchObject({ code: 1, text: expect.stringMatching(/no store/) });
    const created = await shown('keys', 'create');
    const keyFile = join(folder, 'twinwatch.db.key');
    expect(created).toMatchObject({ code: 0, text: expect.stringContaining(keyFile) });
    expect(statSync(keyFile).mode & 0o777).toBe(0o600);
    const secrets = [readFileSync(keyFile, 'utf8').split('\n')[1] ?? ''];
    const again = await shown('keys', 'create');
    expect(again).toMatchObject({ code: 2, text: expect.stringContaining('has a key already') });

    const rotated = await shown('keys', 'rotate');
    const { keys } = JSON.parse((await shown('keys', 'show', '--json')).text) as {
      keys: { key: string; sinceEntry: number }[];
    };
    expect(keys.map(({ key, sinceEntry }) => [parseVerifierKey(key).name, sinceEntry])).toEqual([
      ['example.org/watch', 0],
      ['example.org/watch', 1],
    ]);
    expect(created.text).toContain(keys[0]?.key);
    expect(rotated).toMatchObject({ code: 0, text: expect.stringContaining(keys[1]?.key ?? '?') });
    secrets.push(readFileSync(keyFile, 'utf8').split('\n')[1] ?? '');
    const listed = await shown('keys', 'show');
    const [witness = '', ...lines] = listed.text.split('\n').reverse();
    expect(lines.reverse()).toEqual(keys.map(({ key, sinceEntry }) => `${key}  since entry ${sinceEntry}`));
    expect(witness).toMatch(/^example\.org\/watch\+.* {2}as a witness of other logs$/);

    rmSync(keyFile);
    expect(await shown('keys', 'rotate')).toMatchObject({ code: 1, text: expect.stringMatching(/--lost/) });
    const lost = await shown('keys', 'rotate', '--lost');
    expect(lost.text).toContain('did not sign');
    const checked = await shown('evidence', 'check');
    expect(checked.text).toMatch(/since entry 2, without the signature of the key before it/);

    const all = [created, again, rotated, listed, lost, checked].map(({ text }) => text).join('\n');
    for (const secret of secrets) expect(all).not.toContain(secret.slice(30));
  });

  it('are left alone while another process uses the store', async () => {
    const lock = lockStore({ kind: 'sqlite', path: join(folder, 'twinwatch.db') });
    try {
      expect((await shown('keys', 'create')).code).toBe(3);
      expect(existsSync(join(folder, 'twinwatch.db.key'))).toBe(false);
    } finally {
      lock.release();
    }
  });
});

describe('evidence', () => {
  it('prints the newest checkpoint as it was signed', async () => {
    const created = await shown('keys', 'create');
    const key = parseVerifierKey(created.text.split('\n')[1] ?? '');
    const { code, text } = await shown('evidence', 'checkpoint');
    expect(code).toBe(0);
    const checkpoint = parseCheckpoint(openNote(`${text}\n`, [key]).text);
    expect(checkpoint).toMatchObject({ origin: 'example.org/watch', size: 1 });
    const asJson = JSON.parse((await shown('evidence', 'checkpoint', '--json')).text) as object;
    expect(asJson).toMatchObject({
      size: 1,
      root: checkpoint.root.toString('base64'),
      key: key.text,
      note: `${text}\n`,
    });
    await change('DELETE FROM checkpoints');
    expect(await shown('evidence', 'checkpoint')).toMatchObject({
      code: 1,
      text: expect.stringMatching(/no checkpoint yet/),
    });
  });

  it('checks the store and names what is wrong', async () => {
    await shown('keys', 'create');
    await shown('keys', 'rotate');
    const good = await shown('evidence', 'check');
    expect(good).toMatchObject({
      code: 0,
      text: expect.stringMatching(/^entries: 2, .*\ncheckpoints: 2, the newest over 2 /),
    });
    const asJson = await shown('evidence', 'check', '--json');
    expect(JSON.parse(asJson.text)).toMatchObject({ holds: true, entries: 2, newest: { size: 2 } });

    await change('UPDATE log SET at = at + 1 WHERE height = 1');
    expect(await shown('evidence', 'check')).toMatchObject({
      code: 1,
      text: expect.stringMatching('entry 1 was changed'),
    });
    const bad = await shown('evidence', 'check', '--json');
    expect(bad.code).toBe(1);
    expect(JSON.parse(bad.text)).toEqual({ holds: false, problem: 'entry 1 was changed' });
  });
});
