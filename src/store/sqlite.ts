import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import SqliteDatabase from 'better-sqlite3';
import { Kysely, SqliteDialect } from 'kysely';
import { errorMessage } from '../core/index.js';
import type { Database, Db } from './database.js';
import { StoreError } from './errors.js';

/** A SQLite store: WAL, foreign keys on, every commit on disk before it returns. @throws StoreError */
export function openSqlite(path: string): Db {
  try {
    mkdirSync(dirname(path), { recursive: true });
    const database = new SqliteDatabase(path, { timeout: 10_000 });
    database.pragma('journal_mode = WAL');
    // FULL, not NORMAL: an answer must survive a power cut before statistics see it.
    database.pragma('synchronous = FULL');
    database.pragma('foreign_keys = ON');
    // What is removed is gone from the file as well, not only from the tables.
    database.pragma('secure_delete = ON');
    return new Kysely<Database>({ dialect: new SqliteDialect({ database: withStatementCache(database) }) });
  } catch (cause) {
    throw new StoreError('store', `the store ${path} can't be opened: ${errorMessage(cause)}`, { cause });
  }
}

const KEPT_STATEMENTS = 100;
const LONGEST_KEPT = 4_000;

/** Parsing SQL costs more than most statements do: the usual ones are kept, not those with thousands of values. */
function withStatementCache(database: SqliteDatabase.Database): {
  prepare(text: string): SqliteDatabase.Statement;
  close(): void;
} {
  const kept = new Map<string, SqliteDatabase.Statement>();
  return {
    prepare: (text) => {
      const statement = kept.get(text) ?? database.prepare(text);
      if (text.length > LONGEST_KEPT) return statement;
      // The one used last stands last; the first was not used for longest.
      kept.delete(text);
      kept.set(text, statement);
      for (const [oldest] of kept) {
        if (kept.size <= KEPT_STATEMENTS) break;
        kept.delete(oldest);
      }
      return statement;
    },
    close: () => database.close(),
  };
}

/** Held until released or until the process ends, however it ends. */
export interface StoreLock {
  release(): void;
}

/**
 * Takes the store for this process alone. The lock is the operating system's on a file beside the
 * store, so `kill -9` frees it at once and no stale lock is ever left.
 * @throws StoreError `store-locked` when another process holds it
 */
export function lockSqlite(path: string): StoreLock {
  mkdirSync(dirname(path), { recursive: true });
  const database = new SqliteDatabase(`${path}.lock`, { timeout: 0 });
  try {
    // Nothing is ever written: an exclusive transaction is only a portable way to lock a file.
    database.exec('BEGIN EXCLUSIVE');
  } catch (cause) {
    database.close();
    throw new StoreError('store-locked', `another Twinwatch process is using the store ${path}`, { cause });
  }
  return {
    release: () => {
      database.close();
    },
  };
}
