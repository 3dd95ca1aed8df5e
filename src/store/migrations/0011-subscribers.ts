import type { Kysely, Migration } from 'kysely';

/** What has to be remembered of mail to subscribers: what a digest told them, and that a mail came back. */
export const subscribers: Migration = {
  async up(db: Kysely<unknown>): Promise<void> {
    await db.schema.alterTable('digest_items').addColumn('sent_at', 'bigint').execute();
    await db.schema.createIndex('digest_items_message').on('digest_items').columns(['message_id']).execute();
    await db.schema
      .alterTable('subscribers')
      .addColumn('mail_returned', 'integer', (c) => c.notNull().defaultTo(0))
      .execute();
  },
};
