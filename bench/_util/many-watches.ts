import { join } from 'node:path';
import { sql } from 'kysely';
import { startSandbox } from '../../src/sandbox/index.js';
import { type Db, openStore } from '../../src/store/index.js';
import { endpoint, writeWatchFile } from '../../test/_util/watch-file.js';
import { runRounds } from '../../test/evidence/_bundle.js';

/** Answers of one watch: two for each trial. */
export const ANSWERS_EACH = 1000;

/**
 * A store of two watches that really ran, one whose sides differ and one whose don't, and of copies of them, so many in
 * all. Returns the path of its watch file. The copies stand in no log: pages show none of it.
 */
export async function manyWatches(folder: string, watches: number): Promise<string> {
  const sandbox = await startSandbox({ seed: 'bench:web' });
  try {
    const side = (model: string): object => ({
      ...endpoint(`${sandbox.url}/v1`, model),
      params: { max_tokens: 60 },
    });
    const watch = (id: string, listed: string): object => ({
      id,
      listed: side(listed),
      released: side('vanilla'),
      schedule: '0 0 1 1 *',
      trials_per_round: ANSWERS_EACH / 2,
      alerts: [],
    });
    const path = writeWatchFile(folder, [watch('w0', 'arena-tuned'), watch('w1', 'vanilla')]);
    await runRounds(path, ['w0', 'w1']);
    const store = await openStore({ kind: 'sqlite', path: join(folder, 'twinwatch.db') });
    for (let n = 2; n < watches; n += 1) await copyWatch(store.db, `w${n % 2}`, `w${n}`);
    await sql`analyze`.execute(store.db);
    await store.close();
    return path;
  } finally {
    await sandbox.close();
  }
}

const tables = [
  'watches',
  'epochs',
  'rounds',
  'trials',
  'answers',
  'evidence_points',
  'watch_reports',
  'watch_summaries',
];

async function copyWatch(db: Db, from: string, to: string): Promise<void> {
  await db.transaction().execute(async (tx) => {
    for (const table of tables) {
      const info = await sql<{ name: string }>`select name from pragma_table_info(${table})`.execute(tx);
      const columns = info.rows.map(({ name }) => name);
      const values = columns.map((column) => {
        if (column === 'watch_id' || (table === 'watches' && column === 'id')) return sql.lit(to);
        if (['id', 'round_id', 'trial_id'].includes(column))
          return sql`${sql.lit(`${to}-`)} || ${sql.ref(column)}`;
        return sql.ref(column);
      });
      const key = table === 'watches' ? 'id' : 'watch_id';
      const where =
        table === 'answers'
          ? sql`trial_id in (select id from trials where watch_id = ${from})`
          : sql`${sql.ref(key)} = ${from}`;
      await sql`insert into ${sql.table(table)} (${sql.join(columns.map((c) => sql.ref(c)))})
        select ${sql.join(values)} from ${sql.table(table)} where ${where}`.execute(tx);
    }
  });
}
