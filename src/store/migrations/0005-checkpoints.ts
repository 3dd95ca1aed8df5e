import type { Kysely, Migration } from 'kysely';

/** The log's Merkle tree, its signed heads and the keys that sign them. */
export const checkpoints: Migration = {
  async up(db: Kysely<unknown>): Promise<void> {
    // Entries of before get theirs when the log gets its key.
    await db.schema
      .alterTable('log')
      .addColumn('subtrees', 'text', (c) => c.notNull().defaultTo(''))
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
