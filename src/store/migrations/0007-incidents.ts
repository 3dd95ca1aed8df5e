import { type Kysely, type Migration, sql } from 'kysely';

/** Incidents with a history of their own, what is said of them, and who asked to hear it. */
export const incidents: Migration = {
  async up(db: Kysely<unknown>): Promise<void> {
    await db.schema.alterTable('incidents').renameTo('old_incidents').execute();
    await db.schema.alterTable('deliveries').renameTo('old_deliveries').execute();
    await db.schema.dropIndex('deliveries_due').execute();
    await incidentTables(db);
    await outboxTables(db);
    await subscriberTables(db);
    await tokenTable(db);
    await takeOver(db);
    await db.schema.dropTable('old_deliveries').execute();
    await db.schema.dropTable('old_incidents').execute();
  },
};

async function incidentTables(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('incidents')
    .addColumn('id', 'text', (c) => c.primaryKey())
    .addColumn('watch_id', 'text', (c) => c.notNull())
    .addColumn('epoch', 'integer', (c) => c.notNull())
    .addColumn('kind', 'text', (c) => c.notNull())
    .addColumn('status', 'text', (c) => c.notNull())
    .addColumn('severity', 'text')
    .addColumn('opened_at', 'bigint', (c) => c.notNull())
    .addColumn('updated_at', 'bigint', (c) => c.notNull())
    .addColumn('embargo_ends_at', 'bigint')
    .addColumn('published_at', 'bigint')
    .addColumn('state', 'text', (c) => c.notNull())
    .execute();
  const index = (name: string, columns: string[]) =>
    db.schema.createIndex(name).on('incidents').columns(columns).execute();
  await index('incidents_watch', ['watch_id', 'epoch', 'kind']);
  await index('incidents_opened', ['opened_at']);
  await index('incidents_embargo', ['embargo_ends_at']);
  await db.schema
    .createTable('incident_events')
    .addColumn('incident_id', 'text', (c) => c.notNull().references('incidents.id'))
    .addColumn('seq', 'integer', (c) => c.notNull())
    .addColumn('at', 'bigint', (c) => c.notNull())
    .addColumn('type', 'text', (c) => c.notNull())
    .addColumn('event', 'text', (c) => c.notNull())
    .addPrimaryKeyConstraint('incident_events_pk', ['incident_id', 'seq'])
    .execute();
}

async function outboxTables(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('messages')
    .addColumn('id', 'text', (c) => c.primaryKey())
    .addColumn('incident_id', 'text', (c) => c.references('incidents.id'))
    .addColumn('seq', 'integer', (c) => c.notNull())
    .addColumn('created_at', 'bigint', (c) => c.notNull())
    .addColumn('content', 'text', (c) => c.notNull())
    .execute();
  await db.schema.createIndex('messages_incident').on('messages').columns(['incident_id', 'seq']).execute();
  await db.schema
    .createTable('deliveries')
    .addColumn('id', 'text', (c) => c.primaryKey())
    .addColumn('message_id', 'text', (c) => c.notNull().references('messages.id'))
    .addColumn('incident_id', 'text')
    .addColumn('subscriber_id', 'text')
    .addColumn('target', 'text', (c) => c.notNull())
    .addColumn('status', 'text', (c) => c.notNull())
    .addColumn('attempts', 'integer', (c) => c.notNull())
    .addColumn('next_attempt_at', 'bigint', (c) => c.notNull())
    .addColumn('last_error', 'text')
    .addColumn('created_at', 'bigint', (c) => c.notNull())
    .addColumn('finished_at', 'bigint')
    .execute();
  const index = (name: string, columns: string[]) =>
    db.schema.createIndex(name).on('deliveries').columns(columns).execute();
  await index('deliveries_due', ['status', 'next_attempt_at']);
  await index('deliveries_incident', ['incident_id', 'target']);
  await index('deliveries_created', ['created_at']);
}

async function subscriberTables(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('subscribers')
    .addColumn('id', 'text', (c) => c.primaryKey())
    .addColumn('email', 'text', (c) => c.notNull())
    .addColumn('email_key', 'text', (c) => c.notNull().unique())
    .addColumn('status', 'text', (c) => c.notNull())
    .addColumn('frequency', 'text', (c) => c.notNull())
    .addColumn('timezone', 'text', (c) => c.notNull())
    .addColumn('next_digest_at', 'bigint')
    .addColumn('bounces', 'integer', (c) => c.notNull())
    .addColumn('paused_reason', 'text')
    .addColumn('created_at', 'bigint', (c) => c.notNull())
    .addColumn('confirmed_at', 'bigint')
    .addColumn('account_mail_at', 'bigint')
    .addColumn('account_mails', 'integer', (c) => c.notNull())
    .execute();
  await db.schema
    .createIndex('subscribers_digest')
    .on('subscribers')
    .columns(['status', 'next_digest_at'])
    .execute();
  await db.schema
    .createTable('subscriptions')
    .addColumn('id', 'text', (c) => c.primaryKey())
    .addColumn('subscriber_id', 'text', (c) => c.notNull().references('subscribers.id').onDelete('cascade'))
    .addColumn('watch_id', 'text')
    .addColumn('kinds', 'text', (c) => c.notNull())
    .addColumn('min_severity', 'text', (c) => c.notNull())
    .execute();
  await db.schema.createIndex('subscriptions_watch').on('subscriptions').columns(['watch_id']).execute();
  await db.schema
    .createIndex('subscriptions_subscriber')
    .on('subscriptions')
    .columns(['subscriber_id'])
    .execute();
  await db.schema
    .createTable('digest_items')
    .addColumn('subscriber_id', 'text', (c) => c.notNull().references('subscribers.id').onDelete('cascade'))
    .addColumn('message_id', 'text', (c) => c.notNull().references('messages.id'))
    .addPrimaryKeyConstraint('digest_items_pk', ['subscriber_id', 'message_id'])
    .execute();
}

async function tokenTable(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('tokens')
    .addColumn('hash', 'text', (c) => c.primaryKey())
    .addColumn('purpose', 'text', (c) => c.notNull())
    .addColumn('subject', 'text', (c) => c.notNull())
    .addColumn('created_at', 'bigint', (c) => c.notNull())
    .addColumn('expires_at', 'bigint', (c) => c.notNull())
    .addColumn('used_at', 'bigint')
    .execute();
  await db.schema.createIndex('tokens_expiry').on('tokens').columns(['expires_at']).execute();
  await db.schema.createIndex('tokens_subject').on('tokens').columns(['subject', 'purpose']).execute();
}

/** The incidents of before were open, public, and had one event and one message each. */
async function takeOver(db: Kysely<unknown>): Promise<void> {
  await sql`
    insert into incidents
      select id, watch_id, epoch, kind, status, severity, opened_at, opened_at, null, opened_at,
        json_object('id', id, 'watchId', watch_id, 'epoch', epoch, 'kind', kind, 'status', status,
          'severity', severity, 'openedAt', opened_at, 'updatedAt', opened_at, 'seq', 1, 'triggers', 1,
          'publishAt', null, 'publishedAt', opened_at, 'acknowledged', null, 'replies', json('[]'), 'outcome', null)
      from old_incidents`.execute(db);
  await sql`
    insert into incident_events
      select id, 1, opened_at, 'opened',
        json_object('type', 'opened', 'severity', severity, 'publishAt', null, 'at', opened_at)
      from old_incidents`.execute(db);
  await sql`
    insert into messages select id || '-1', id, 1, opened_at, content from old_incidents`.execute(db);
  await sql`
    insert into deliveries
      select id, incident_id || '-1', incident_id, null, target, status, attempts, next_attempt_at, last_error,
        created_at, finished_at
      from old_deliveries`.execute(db);
}
