import type { Kysely, Migration } from 'kysely';

/** What each account used, and which watches wait for a budget. */
export const budgets: Migration = {
  async up(db: Kysely<unknown>): Promise<void> {
    await db.schema
      .createTable('budget_days')
      .addColumn('account', 'text', (c) => c.notNull())
      .addColumn('day', 'text', (c) => c.notNull())
      .addColumn('tokens', 'bigint', (c) => c.notNull())
      .addColumn('micros', 'bigint', (c) => c.notNull())
      .addColumn('open_tokens', 'bigint', (c) => c.notNull())
      .addColumn('open_micros', 'bigint', (c) => c.notNull())
      .addPrimaryKeyConstraint('budget_days_pk', ['account', 'day'])
      .execute();
    await db.schema
      .createTable('budget_pauses')
      .addColumn('watch_id', 'text', (c) => c.primaryKey())
      .addColumn('side', 'text', (c) => c.notNull())
      .addColumn('budget', 'text', (c) => c.notNull())
      .addColumn('since', 'bigint', (c) => c.notNull())
      .addColumn('resumes_at', 'bigint')
      .execute();
  },
};
