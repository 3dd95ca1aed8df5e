import { existsSync } from 'node:fs';
import { Migrator, sql } from 'kysely';
import type { StoreConfig } from '../config/index.js';
import { errorMessage } from '../core/index.js';
import type { Db, Tx } from './database.js';
import { StoreError } from './errors.js';
import { groupCommit } from './group-commit.js';
import { migrations } from './migrations/index.js';
import { lockSqlite, openSqlite, type StoreLock } from './sqlite.js';

/** An open, migrated store. */
export interface Store {
  readonly db: Db;
  /**
   * Runs `work` in one transaction: all of it is durable when this resolves, or none of it is. `work` may run
   * twice: it must do nothing but read, write and return.
   */
  transaction<T>(work: (tx: Tx) => Promise<T>): Promise<T>;
  close(): Promise<void>;
}

interface OpenOptions {
  /** There is none yet: a StoreError. */
  readonly mustExist?: boolean;
  /** Once the schema is up to date, whatever would write fails. */
  readonly readOnly?: boolean;
}

/** Opens the store and brings its schema up to date. @throws StoreError */
export async function openStore(config: StoreConfig, options: OpenOptions = {}): Promise<Store> {
  if (options.mustExist && !existsSync(config.path)) {
    throw new StoreError('store', `there is no store at ${config.path} yet: nothing has been watched`);
  }
  const db = openSqlite(config.path);
  const migrator = new Migrator({ db, provider: { getMigrations: async () => ({ ...migrations }) } });
  const { error } = await migrator.migrateToLatest();
  if (error) {
    await db.destroy();
    throw new StoreError(
      'store',
      `the store ${config.path} can't be brought up to date: ${errorMessage(error)}`,
      {
        cause: error,
      },
    );
  }
  if (options.readOnly) await sql`pragma query_only = on`.execute(db);
  return {
    db,
    transaction: groupCommit(db),
    close: () => db.destroy(),
  };
}

/** Takes the store for this process alone. @throws StoreError `store-locked` */
export function lockStore(config: StoreConfig): StoreLock {
  return lockSqlite(config.path);
}
