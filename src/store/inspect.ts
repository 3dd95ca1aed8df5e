import { accessSync, constants, existsSync, statfsSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import SqliteDatabase from 'better-sqlite3';
import type { StoreConfig } from '../config/index.js';
import { errorMessage } from '../core/index.js';
import { StoreError } from './errors.js';
import { migrations } from './migrations/index.js';
import { lockSqlite } from './sqlite.js';

/** What can be told of a store from outside. Nothing in it is changed. */
export interface StoreState {
  /** Of the store's file; null when there is none yet. */
  readonly bytes: number | null;
  /** Whether a process is using it. */
  readonly inUse: boolean;
  /** What is wrong, for people. */
  readonly problems: readonly string[];
  /** Room on its disk; null when that can't be told. */
  readonly freeBytes: number | null;
}

/** Looks at a store without opening it for work; also while a daemon runs on it. Never throws. */
export function inspectStore({ path }: StoreConfig): StoreState {
  const folder = existingFolder(dirname(path));
  const problems = writable(folder);
  if (!existsSync(path)) return { bytes: null, inUse: false, problems, freeBytes: freeBytes(folder) };
  return {
    bytes: statSync(path).size,
    inUse: isLocked(path),
    problems: [...problems, ...damage(path)],
    freeBytes: freeBytes(folder),
  };
}

/** The folder, or what of its path there is already. */
function existingFolder(folder: string): string {
  const parent = dirname(folder);
  return existsSync(folder) || parent === folder ? folder : existingFolder(parent);
}

function writable(folder: string): string[] {
  try {
    accessSync(folder, constants.W_OK);
    return [];
  } catch {
    return [`the folder ${folder} can't be written`];
  }
}

function freeBytes(folder: string): number | null {
  try {
    const { bavail, bsize } = statfsSync(folder);
    return bavail * bsize;
  } catch {
    return null;
  }
}

function isLocked(path: string): boolean {
  // Trying the lock makes its file; where there is none, nobody holds it.
  if (!existsSync(`${path}.lock`)) return false;
  try {
    lockSqlite(path).release();
    return false;
  } catch (error) {
    return error instanceof StoreError && error.code === 'store-locked';
  }
}

/** What SQLite finds wrong with the file, or why it is no store of this version. */
function damage(path: string): string[] {
  let database: SqliteDatabase.Database | null = null;
  try {
    database = new SqliteDatabase(path, { readonly: true, timeout: 5_000 });
    const check = database.pragma('quick_check(3)') as readonly { readonly quick_check: string }[];
    const found = check.map((row) => row.quick_check).filter((text) => text !== 'ok');
    return found.length > 0 ? found : version(database);
  } catch (error) {
    return [errorMessage(error)];
  } finally {
    database?.close();
  }
}

function version(database: SqliteDatabase.Database): string[] {
  const table = "SELECT name FROM sqlite_master WHERE name = 'kysely_migration'";
  if (database.prepare(table).get() === undefined) return ['it is an SQLite file, but no store of Twinwatch'];
  const rows = database.prepare('SELECT name FROM kysely_migration').all() as readonly { name: string }[];
  const isNewer = rows.some(({ name }) => !Object.hasOwn(migrations, name));
  return isNewer ? ['a newer version of Twinwatch has used it'] : [];
}
