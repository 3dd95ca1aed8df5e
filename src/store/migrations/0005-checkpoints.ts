import type { Kysely, Migration } from 'kysely';

/** The log's Merkle tree, its signed heads and the keys that sign them. */
export const checkpoints: Migration = {
  async up(db: Kysely<unknown>): Promise<void> {
    await db.schema
      .createTable('log_nodes')
      // The same type as the log's height: in SQLite this makes it the row's own number, and appending cheap.
      .addColumn('position', 'integer', (c) => c.primaryKey())
      .addColumn('hash', 'text', (c) => c.notNull())
      .execute();
    await db.schema
      .createTable('log_keys')
      .addColumn('height', 'integer', (c) => c.primaryKey())
      .addColumn('verifier_key', 'text', (c) => c.notNull())
      .execute();
    await db.schema
      .createTable('checkpoints')
      .addColumn('size', 'integer', (c) => c.primaryKey())
      .addColumn('signed_at', 'bigint', (c) => c.notNull())
      .addColumn('note', 'text', (c) => c.notNull())
      .execute();
  },
};
