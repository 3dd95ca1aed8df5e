import { type Kysely, type Migration, sql } from 'kysely';

/** What the web page shows: where each watch stands, without folding anything, and what it has to look up. */
export const watchReports: Migration = {
  async up(db: Kysely<unknown>): Promise<void> {
    await db.schema
      .createTable('watch_summaries')
      .addColumn('watch_id', 'text', (c) => c.primaryKey().references('watches.id'))
      .addColumn('epoch', 'integer', (c) => c.notNull())
      .addColumn('verdict', 'text', (c) => c.notNull())
      .addColumn('severity', 'text')
      .addColumn('log10_e', 'double precision', (c) => c.notNull())
      .addColumn('level', 'double precision', (c) => c.notNull())
      .addColumn('trials', 'integer', (c) => c.notNull())
      .addColumn('void_trials', 'integer', (c) => c.notNull())
      .addColumn('at', 'bigint', (c) => c.notNull())
      .execute();
    await db.schema
      .createTable('watch_reports')
      .addColumn('watch_id', 'text', (c) => c.notNull().references('watches.id'))
      .addColumn('epoch', 'integer', (c) => c.notNull())
      .addColumn('report', 'text', (c) => c.notNull())
      .addColumn('at', 'bigint', (c) => c.notNull())
      .addPrimaryKeyConstraint('watch_reports_pk', ['watch_id', 'epoch'])
      .execute();
    await db.schema
      .createIndex('trials_suite')
      .on('trials')
      .columns(['watch_id', 'epoch', 'suite', 'seq'])
      .execute();
    await db.schema.createIndex('rounds_tier').on('rounds').columns(['watch_id', 'epoch', 'tier']).execute();
    await db.schema
      .createIndex('log_declared_changes')
      .on('log')
      .columns(['watch_id', 'height'])
      .where(sql<boolean>`kind = 'declared-change'`)
      .execute();
  },
};
