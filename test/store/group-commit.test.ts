import { join } from 'node:path';
import SqliteDatabase from 'better-sqlite3';
import { Kysely, SqliteDialect, sql } from 'kysely';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { Database, Db, Tx } from '../../src/store/database.js';
import { groupCommit } from '../../src/store/group-commit.js';
import { temporaryFolders } from '../_util/folder.js';

const newFolder = temporaryFolders();
let db: Db;
let statements: string[];

beforeEach(async () => {
  const database = new SqliteDatabase(join(newFolder(), 'notes.db'));
  statements = [];
  const noted = {
    prepare: (text: string) => {
      statements.push(text);
      return database.prepare(text);
    },
    close: () => database.close(),
  };
  db = new Kysely<Database>({ dialect: new SqliteDialect({ database: noted }) });
  await sql`CREATE TABLE notes (number INTEGER PRIMARY KEY, text TEXT)`.execute(db);
  // Where the lock is taken.
  await sql`CREATE TABLE log (height INTEGER PRIMARY KEY)`.execute(db);
});

afterEach(async () => {
  await db.destroy();
});

async function add(tx: Tx, number: number, text = ''): Promise<number> {
  await sql`INSERT INTO notes VALUES (${number}, ${text})`.execute(tx);
  return (await numbers(tx)).length;
}

async function numbers(from: Db): Promise<number[]> {
  const { rows } = await sql<{ number: number }>`SELECT number FROM notes ORDER BY number`.execute(from);
  return rows.map(({ number }) => number);
}

const commits = (): number => statements.filter((text) => text === 'commit').length;

it('commits once what is asked for at once; each sees what those before it wrote', async () => {
  const transaction = groupCommit(db);
  const counts = await Promise.all([1, 2, 3, 4, 5].map((number) => transaction((tx) => add(tx, number))));
  expect(counts).toEqual([1, 2, 3, 4, 5]);
  expect(commits()).toBe(1);
  // What comes while a commit is under way waits for the next one, together.
  const first = transaction((tx) => add(tx, 6));
  await new Promise((resolve) => setImmediate(resolve));
  await Promise.all([first, ...[7, 8, 9].map((number) => transaction((tx) => add(tx, number)))]);
  expect(commits()).toBe(3);
  expect(await numbers(db)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9]);
});

it('lets one fail without the others, whole and with its own error', async () => {
  const transaction = groupCommit(db);
  const ended = await Promise.allSettled([
    transaction((tx) => add(tx, 1)),
    transaction(async (tx) => {
      await add(tx, 2);
      await add(tx, 1);
    }),
    transaction(async (tx) => {
      await add(tx, 3);
      throw new Error('no');
    }),
    transaction((tx) => add(tx, 4)),
  ]);
  expect(ended).toMatchObject([
    { status: 'fulfilled', value: 1 },
    { status: 'rejected', reason: { code: 'SQLITE_CONSTRAINT_PRIMARYKEY' } },
    { status: 'rejected', reason: { message: 'no' } },
    { status: 'fulfilled', value: 2 },
  ]);
  expect(await numbers(db)).toEqual([1, 4]);
});

it('says that the disk is full, keeps what fits, and goes on once there is room', async () => {
  const transaction = groupCommit(db);
  await sql.raw('PRAGMA max_page_count = 8').execute(db);
  const big = 'x'.repeat(100_000);
  const ended = await Promise.allSettled([
    transaction((tx) => add(tx, 1)),
    transaction((tx) => add(tx, 2, big)),
    transaction((tx) => add(tx, 3)),
  ]);
  expect(ended).toMatchObject([
    { status: 'fulfilled' },
    { status: 'rejected', reason: { code: 'SQLITE_FULL' } },
    { status: 'fulfilled' },
  ]);
  await sql.raw('PRAGMA max_page_count = 1000').execute(db);
  await transaction((tx) => add(tx, 2, big));
  expect(await numbers(db)).toEqual([1, 2, 3]);
});
