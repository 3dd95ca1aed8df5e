import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { sql } from 'kysely';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { StoreConfig } from '../../src/config/index.js';
import {
  endTrial,
  findWatch,
  lastSeq,
  lockStore,
  openRounds,
  openStore,
  type Store,
  startTrial,
  trialsAfter,
  usedPrompts,
} from '../../src/store/index.js';
import { addTrial, addWatch, answerRow, temporaryFolder, trialRow } from './_rows.js';

let folder: ReturnType<typeof temporaryFolder>;
let config: StoreConfig;
let store: Store;

beforeEach(async () => {
  folder = temporaryFolder();
  config = { kind: 'sqlite', path: join(folder.path, 'deep', 'er', 'store.db') };
  store = await openStore(config);
});

afterEach(async () => {
  await store.close();
  folder.remove();
});

const complete = {
  status: 'complete',
  void_cause: null,
  void_side: null,
  void_reason: null,
  finished_at: 9,
} as const;

async function pragma(name: string): Promise<unknown> {
  const { rows } = await sql.raw<Record<string, unknown>>(`PRAGMA ${name}`).execute(store.db);
  return Object.values(rows[0] ?? {})[0];
}

describe('openStore', () => {
  it('makes a fresh file with every table, durable and checked', async () => {
    expect(existsSync(config.path)).toBe(true);
    const { rows } = await sql<{ name: string }>`
      SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE '%kysely%' ORDER BY name
    `.execute(store.db);
    expect(rows.map((row) => row.name)).toEqual([
      'answers',
      'budget_days',
      'budget_pauses',
      'checkpoints',
      'cosignatures',
      'declared_values',
      'deliveries',
      'digest_items',
      'engine_snapshots',
      'epochs',
      'evidence_points',
      'incident_events',
      'incidents',
      'log',
      'log_forks',
      'log_keys',
      'messages',
      'rounds',
      'seen_logs',
      'subscribers',
      'subscriptions',
      'suites',
      'tokens',
      'trials',
      'watch_reports',
      'watch_summaries',
      'watches',
    ]);
    expect(await pragma('journal_mode')).toBe('wal');
    expect(await pragma('foreign_keys')).toBe(1);
    expect(await pragma('synchronous')).toBe(2); // FULL
    expect(await pragma('busy_timeout')).toBeGreaterThanOrEqual(5000);
    expect(await pragma('integrity_check')).toBe('ok');
  });

  it('opens again with what was written, and runs no migration twice', async () => {
    await addWatch(store);
    await store.close();
    store = await openStore(config, { mustExist: true });
    expect(await findWatch(store.db, 'w')).toMatchObject({ watch: { title: 'W' }, epoch: { epoch: 1 } });
  });

  it('writes nothing where it is opened to be read', async () => {
    await addWatch(store);
    const reader = await openStore(config, { mustExist: true, readOnly: true });
    expect(await findWatch(reader.db, 'w')).toMatchObject({ watch: { title: 'W' } });
    await expect(reader.db.deleteFrom('watches').execute()).rejects.toThrow(/readonly/);
    await reader.close();
  });

  it('says what is wrong with a path that holds no store', async () => {
    const missing: StoreConfig = { kind: 'sqlite', path: join(folder.path, 'none.db') };
    await expect(openStore(missing, { mustExist: true })).rejects.toThrow(/there is no store at/);
    expect(existsSync(missing.path)).toBe(false);
    const garbage: StoreConfig = { kind: 'sqlite', path: join(folder.path, 'garbage.db') };
    writeFileSync(garbage.path, 'this is no database, whatever its name says. '.repeat(100));
    await expect(openStore(garbage)).rejects.toMatchObject({ code: 'store' });
    const directory: StoreConfig = { kind: 'sqlite', path: join(folder.path, 'directory') };
    mkdirSync(directory.path);
    await expect(openStore(directory)).rejects.toMatchObject({ code: 'store' });
  });

  it('keeps all of a transaction or nothing', async () => {
    await addWatch(store);
    const attempt = store.transaction(async (tx) => {
      await tx.insertInto('trials').values(trialRow(1)).execute();
      await endTrial(tx, 't1', complete, [answerRow('t1', 'listed', 'x')]);
      throw new Error('midway');
    });
    await expect(attempt).rejects.toThrow('midway');
    expect(await trialsAfter(store.db, 'w', 1, 0, 10)).toEqual([]);
  });
});

describe('lockStore', () => {
  it('is held by one at a time and can be taken again', () => {
    const lock = lockStore(config);
    expect(() => lockStore(config)).toThrow(/another Twinwatch process/);
    lock.release();
    lockStore(config).release();
  });

  it('keeps other processes out until the holder ends, even by kill -9', async () => {
    const script = fileURLToPath(new URL('./hold-lock.ts', import.meta.url));
    const child = spawn(process.execPath, ['--import', 'tsx', script, config.path], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    try {
      const [line] = await Promise.race([once(child.stdout, 'data'), once(child, 'exit')]);
      expect(String(line)).toBe('locked\n');
      expect(() => lockStore(config)).toThrow(expect.objectContaining({ code: 'store-locked' }));
    } finally {
      const ended = once(child, 'exit');
      child.kill('SIGKILL');
      await ended;
    }
    lockStore(config).release();
  });
});

describe('trials', () => {
  beforeEach(() => addWatch(store));

  it('takes no prompt and no place twice in an epoch, but in another', async () => {
    await addTrial(store, trialRow(1));
    await expect(addTrial(store, trialRow(2, { prompt_hash: 'hash1' }))).rejects.toThrow(/UNIQUE/);
    await expect(addTrial(store, trialRow(1, { id: 'other', prompt_hash: 'other' }))).rejects.toThrow(
      /UNIQUE/,
    );
    await addWatch(store, 2);
    await addTrial(store, trialRow(1, { id: 'again', epoch: 2, round_id: 'r2' }));
    expect(await usedPrompts(store.db, 'w', 1, ['hash1', 'hash2'])).toEqual(new Set(['hash1']));
    expect(await usedPrompts(store.db, 'w', 3, ['hash1'])).toEqual(new Set());
    expect(await lastSeq(store.db, 'w', 1)).toBe(1);
    expect(await lastSeq(store.db, 'w', 3)).toBe(0);
    expect(await openRounds(store.db, 'w')).toHaveLength(2);
  });

  it('looks up many thousand prompts at once', async () => {
    await addTrial(store, trialRow(1));
    const many = Array.from({ length: 20_000 }, (_, i) => `hash${i}`);
    expect(await usedPrompts(store.db, 'w', 1, many)).toEqual(new Set(['hash1']));
  });

  it('refers only to what exists', async () => {
    await expect(addTrial(store, trialRow(1, { round_id: 'none' }))).rejects.toThrow(/FOREIGN KEY/);
    await expect(
      store.db
        .insertInto('answers')
        .values(answerRow('none', 'listed', 'x'))
        .execute(),
    ).rejects.toThrow(/FOREIGN KEY/);
  });

  it('ends a trial once: the first end stands', async () => {
    await addTrial(store, trialRow(1));
    await startTrial(store.db, 't1', 5);
    const answers = [answerRow('t1', 'listed', 'L'), answerRow('t1', 'released', 'R')];
    expect(await store.transaction((tx) => endTrial(tx, 't1', complete, answers))).toBe(true);
    const before = await trialsAfter(store.db, 'w', 1, 0, 10);
    const voided = {
      ...complete,
      status: 'void',
      void_cause: 'interrupted',
      void_reason: 'stopped',
    } as const;
    expect(await store.transaction((tx) => endTrial(tx, 't1', voided, []))).toBe(false);
    expect(await store.transaction((tx) => endTrial(tx, 't1', complete, answers))).toBe(false);
    expect(await store.transaction((tx) => endTrial(tx, 'none', complete, []))).toBe(false);
    expect(await trialsAfter(store.db, 'w', 1, 0, 10)).toEqual(before);
    expect(before[0]?.trial).toMatchObject({ status: 'complete', started_at: 5, finished_at: 9 });
    expect(before[0]?.answers.map((answer) => answer.text).sort()).toEqual(['L', 'R']);
  });

  it('does not begin again a trial that has ended', async () => {
    await addTrial(store, trialRow(1));
    await store.transaction((tx) => endTrial(tx, 't1', complete, []));
    await startTrial(store.db, 't1', 77);
    const [row] = await trialsAfter(store.db, 'w', 1, 0, 1);
    expect(row?.trial).toMatchObject({ status: 'complete', started_at: null });
  });

  it('pages in order with each trial’s own answers', async () => {
    for (const seq of [3, 1, 5, 2, 4]) {
      await addTrial(store, trialRow(seq));
      const rows = [answerRow(`t${seq}`, 'released', `r${seq}`), answerRow(`t${seq}`, 'listed', `l${seq}`)];
      await store.transaction((tx) => endTrial(tx, `t${seq}`, complete, rows));
    }
    const page = await trialsAfter(store.db, 'w', 1, 1, 3);
    expect(page.map(({ trial }) => trial.seq)).toEqual([2, 3, 4]);
    for (const { trial, answers } of page)
      expect(answers.map((a) => a.text).sort()).toEqual([`l${trial.seq}`, `r${trial.seq}`]);
  });

  it.each([
    ['NUL', 'a\u0000b\u0000'],
    ['escapes and directions', '\u001b[2J\u009b\u202e\u2028'],
    ['line ends and blanks', '\r\n \t\n\u00a0'],
    ['SQL', `'); DROP TABLE answers; --"\\`],
    ['beyond the basic plane', '😀\u{10ffff}\ufffe'],
    ['4 MB', 'é'.repeat(2 << 20)],
    ['a replaced lone surrogate', 'a\ud83d b'.toWellFormed()],
    ['nothing', ''],
  ])('keeps %s as it came', async (_, text) => {
    await addTrial(store, trialRow(1, { prompt: text }));
    await store.transaction((tx) => endTrial(tx, 't1', complete, [answerRow('t1', 'listed', text)]));
    await store.close();
    store = await openStore(config);
    const [row] = await trialsAfter(store.db, 'w', 1, 0, 1);
    expect(row?.trial.prompt === text).toBe(true);
    expect(row?.answers[0]?.text === text).toBe(true);
  });

  it('stores even a lone surrogate that got through as one well-formed character or more', async () => {
    await addTrial(store, trialRow(1));
    await store.transaction((tx) => endTrial(tx, 't1', complete, [answerRow('t1', 'listed', 'a\ud83d')]));
    const [row] = await trialsAfter(store.db, 'w', 1, 0, 1);
    expect(row?.answers[0]?.text).toMatch(/^a\ufffd+$/);
  });
});
