import { sql } from 'kysely';
import type { Db, Tx } from './database.js';

type Transaction = <T>(work: (tx: Tx) => Promise<T>) => Promise<T>;

interface Waiting {
  /** Does the work; returns how to tell its result once that is durable. */
  run(tx: Tx): Promise<() => void>;
  fail(error: unknown): void;
}

/**
 * Transactions that are asked for while another commits share the next one: waiting for the disk is most of
 * what a commit costs. Each is durable when it resolves, and sees what those before it wrote. When one of them
 * fails, each is done again on its own: `work` must do nothing but read, write and return.
 */
export function groupCommit(db: Db): Transaction {
  let waiting: Waiting[] = [];
  let isBusy = false;
  const drain = async (): Promise<void> => {
    while (waiting.length > 0) {
      const group = waiting;
      waiting = [];
      await commitAll(db, group);
    }
    isBusy = false;
  };
  return (work) =>
    new Promise((resolve, reject) => {
      waiting.push({
        run: async (tx) => {
          const result = await work(tx);
          return () => resolve(result);
        },
        fail: reject,
      });
      if (isBusy) return;
      isBusy = true;
      // Whatever else comes in this turn of the event loop joins.
      setImmediate(() => void drain());
    });
}

/** Never rejects. */
async function commitAll(db: Db, group: readonly Waiting[]): Promise<void> {
  try {
    await commit(db, group);
  } catch (error) {
    const [first, ...others] = group;
    if (others.length === 0) first?.fail(error);
    else for (const one of group) await commitAll(db, [one]);
  }
}

async function commit(db: Db, group: readonly Waiting[]): Promise<void> {
  let failure: { readonly error: unknown } | null = null;
  const tell = await db
    .transaction()
    .execute(async (tx) => {
      const results: (() => void)[] = [];
      // A write that changes nothing takes the lock before anything is read: another process can't write in between.
      await sql`delete from log where false`.execute(tx);
      try {
        for (const one of group) results.push(await one.run(tx));
      } catch (error) {
        failure = { error };
        throw error;
      }
      return results;
    })
    .catch((error: unknown) => {
      // On a full disk SQLite has rolled back by itself: that there is nothing left to roll back is no news.
      throw failure?.error ?? error;
    });
  for (const resolve of tell) resolve();
}
