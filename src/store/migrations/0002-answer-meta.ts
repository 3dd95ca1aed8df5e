import type { Kysely, Migration } from 'kysely';

const columns = [
  ['raw_text', 'text'],
  ['provider', 'text'],
  ['cached_tokens', 'integer'],
  ['reasoning_tokens', 'integer'],
  ['reasoning_length', 'integer'],
  ['first_token_ms', 'integer'],
  ['logprobs', 'text'],
] as const;

/** What else APIs tell about an answer, and what each side declares about itself. */
export const answerMeta: Migration = {
  async up(db: Kysely<unknown>): Promise<void> {
    // One at a time: SQLite adds no two columns in one statement.
    for (const [name, type] of columns) {
      await db.schema.alterTable('answers').addColumn(name, type).execute();
    }
    await db.schema
      .createTable('declared_values')
      .addColumn('watch_id', 'text', (c) => c.notNull())
      .addColumn('epoch', 'integer', (c) => c.notNull())
      .addColumn('side', 'text', (c) => c.notNull())
      .addColumn('field', 'text', (c) => c.notNull())
      .addColumn('recent', 'text', (c) => c.notNull())
      .addColumn('before', 'text')
      .addColumn('after', 'text')
      .addColumn('changed_seq', 'integer')
      .addColumn('changed_at', 'bigint')
      .addPrimaryKeyConstraint('declared_values_pk', ['watch_id', 'epoch', 'side', 'field'])
      .execute();
  },
};
