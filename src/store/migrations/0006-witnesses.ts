import type { Kysely, Migration } from 'kysely';

/** What was seen of other logs, and what others co-signed of this one. */
export const witnesses: Migration = {
  async up(db: Kysely<unknown>): Promise<void> {
    await db.schema
      .createTable('seen_logs')
      .addColumn('origin', 'text', (c) => c.primaryKey())
      .addColumn('log_key', 'text', (c) => c.notNull())
      .addColumn('size', 'integer', (c) => c.notNull())
      .addColumn('root', 'text', (c) => c.notNull())
      .addColumn('note', 'text', (c) => c.notNull())
      .addColumn('seen_at', 'bigint', (c) => c.notNull())
      .execute();
    await db.schema
      .createTable('log_forks')
      .addColumn('origin', 'text', (c) => c.notNull())
      .addColumn('kept_note', 'text', (c) => c.notNull())
      .addColumn('other_note', 'text', (c) => c.notNull())
      .addColumn('found_at', 'bigint', (c) => c.notNull())
      .addPrimaryKeyConstraint('log_forks_pk', ['origin', 'other_note'])
      .execute();
    await db.schema
      .createTable('cosignatures')
      .addColumn('size', 'integer', (c) => c.notNull().references('checkpoints.size').onDelete('cascade'))
      .addColumn('witness_key', 'text', (c) => c.notNull())
      .addColumn('line', 'text', (c) => c.notNull())
      .addColumn('received_at', 'bigint', (c) => c.notNull())
      .addPrimaryKeyConstraint('cosignatures_pk', ['size', 'witness_key'])
      .execute();
  },
};
