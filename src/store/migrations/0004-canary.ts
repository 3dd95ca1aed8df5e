import type { Kysely, Migration } from 'kysely';

/** Which tier a round belongs to, and when a watch's next canary round is due. */
export const canary: Migration = {
  async up(db: Kysely<unknown>): Promise<void> {
    await db.schema
      .alterTable('rounds')
      .addColumn('tier', 'text', (c) => c.notNull().defaultTo('full'))
      .execute();
    await db.schema.alterTable('watches').addColumn('canary_due_at', 'bigint').execute();
  },
};
