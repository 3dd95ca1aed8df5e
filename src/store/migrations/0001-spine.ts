import type { Kysely, Migration } from 'kysely';

/** Everything that watching one pair end to end needs. Times are ms since 1970, JSON is text: the same on every dialect. */
export const spine: Migration = {
  async up(db: Kysely<unknown>): Promise<void> {
    await watchTables(db);
    await trialTables(db);
    await engineTables(db);
    await alertTables(db);
  },
};

async function watchTables(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('watches')
    .addColumn('id', 'text', (c) => c.primaryKey())
    .addColumn('epoch', 'integer', (c) => c.notNull())
    .addColumn('title', 'text', (c) => c.notNull())
    .addColumn('claim', 'text', (c) => c.notNull())
    .addColumn('created_at', 'bigint', (c) => c.notNull())
    .addColumn('schedule', 'text')
    .addColumn('next_due_at', 'bigint')
    .execute();
  await db.schema
    .createTable('epochs')
    .addColumn('watch_id', 'text', (c) => c.notNull().references('watches.id'))
    .addColumn('epoch', 'integer', (c) => c.notNull())
    .addColumn('definition', 'text', (c) => c.notNull())
    .addColumn('definition_hash', 'text', (c) => c.notNull())
    .addColumn('engine', 'text', (c) => c.notNull())
    .addColumn('started_at', 'bigint', (c) => c.notNull())
    .addPrimaryKeyConstraint('epochs_pk', ['watch_id', 'epoch'])
    .execute();
  await db.schema
    .createTable('rounds')
    .addColumn('id', 'text', (c) => c.primaryKey())
    .addColumn('watch_id', 'text', (c) => c.notNull())
    .addColumn('epoch', 'integer', (c) => c.notNull())
    .addColumn('number', 'integer', (c) => c.notNull())
    .addColumn('scheduled_at', 'bigint', (c) => c.notNull())
    .addColumn('started_at', 'bigint', (c) => c.notNull())
    .addColumn('finished_at', 'bigint')
    .addColumn('seed', 'text', (c) => c.notNull())
    .addColumn('seed_hash', 'text', (c) => c.notNull())
    .addForeignKeyConstraint('rounds_epoch_fk', ['watch_id', 'epoch'], 'epochs', ['watch_id', 'epoch'])
    .addUniqueConstraint('rounds_number_key', ['watch_id', 'epoch', 'number'])
    .execute();
  await db.schema.createIndex('rounds_open').on('rounds').columns(['finished_at', 'watch_id']).execute();
}

async function trialTables(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('trials')
    .addColumn('id', 'text', (c) => c.primaryKey())
    .addColumn('watch_id', 'text', (c) => c.notNull())
    .addColumn('epoch', 'integer', (c) => c.notNull())
    .addColumn('seq', 'integer', (c) => c.notNull())
    .addColumn('round_id', 'text', (c) => c.notNull().references('rounds.id'))
    .addColumn('suite', 'text', (c) => c.notNull())
    .addColumn('prompt_id', 'text', (c) => c.notNull())
    .addColumn('prompt_hash', 'text', (c) => c.notNull())
    .addColumn('prompt', 'text', (c) => c.notNull())
    .addColumn('slot_order', 'text', (c) => c.notNull())
    .addColumn('status', 'text', (c) => c.notNull())
    .addColumn('void_cause', 'text')
    .addColumn('void_side', 'text')
    .addColumn('void_reason', 'text')
    .addColumn('started_at', 'bigint')
    .addColumn('finished_at', 'bigint')
    .addUniqueConstraint('trials_seq_key', ['watch_id', 'epoch', 'seq'])
    .addUniqueConstraint('trials_prompt_key', ['watch_id', 'epoch', 'prompt_hash'])
    .execute();
  await db.schema.createIndex('trials_round').on('trials').columns(['round_id', 'status']).execute();
  await db.schema
    .createTable('answers')
    .addColumn('trial_id', 'text', (c) => c.notNull().references('trials.id'))
    .addColumn('side', 'text', (c) => c.notNull())
    .addColumn('slot', 'integer', (c) => c.notNull())
    .addColumn('outcome', 'text', (c) => c.notNull())
    .addColumn('text', 'text')
    .addColumn('text_hash', 'text')
    .addColumn('finish_reason', 'text')
    .addColumn('model_returned', 'text')
    .addColumn('system_fingerprint', 'text')
    .addColumn('request_id', 'text')
    .addColumn('prompt_tokens', 'integer')
    .addColumn('completion_tokens', 'integer')
    .addColumn('http_status', 'integer')
    .addColumn('detail', 'text')
    .addColumn('attempts', 'integer', (c) => c.notNull())
    .addColumn('first_byte_ms', 'integer')
    .addColumn('latency_ms', 'integer', (c) => c.notNull())
    .addColumn('started_at', 'bigint', (c) => c.notNull())
    .addPrimaryKeyConstraint('answers_pk', ['trial_id', 'side', 'slot'])
    .execute();
}

async function engineTables(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('engine_snapshots')
    .addColumn('watch_id', 'text', (c) => c.notNull())
    .addColumn('epoch', 'integer', (c) => c.notNull())
    .addColumn('version', 'text', (c) => c.notNull())
    .addColumn('seq', 'integer', (c) => c.notNull())
    .addColumn('state', 'text', (c) => c.notNull())
    .addColumn('taken_at', 'bigint', (c) => c.notNull())
    .addPrimaryKeyConstraint('engine_snapshots_pk', ['watch_id', 'epoch'])
    .execute();
  await db.schema
    .createTable('evidence_points')
    .addColumn('watch_id', 'text', (c) => c.notNull())
    .addColumn('epoch', 'integer', (c) => c.notNull())
    .addColumn('seq', 'integer', (c) => c.notNull())
    .addColumn('log10_e', 'double precision', (c) => c.notNull())
    .addColumn('verdict', 'text', (c) => c.notNull())
    .addColumn('trials', 'integer', (c) => c.notNull())
    .addColumn('void_trials', 'integer', (c) => c.notNull())
    .addColumn('at', 'bigint', (c) => c.notNull())
    .addPrimaryKeyConstraint('evidence_points_pk', ['watch_id', 'epoch', 'seq'])
    .execute();
}

async function alertTables(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('incidents')
    .addColumn('id', 'text', (c) => c.primaryKey())
    .addColumn('watch_id', 'text', (c) => c.notNull())
    .addColumn('epoch', 'integer', (c) => c.notNull())
    .addColumn('kind', 'text', (c) => c.notNull())
    .addColumn('status', 'text', (c) => c.notNull())
    .addColumn('severity', 'text', (c) => c.notNull())
    .addColumn('opened_at', 'bigint', (c) => c.notNull())
    .addColumn('content', 'text', (c) => c.notNull())
    .addUniqueConstraint('incidents_epoch_key', ['watch_id', 'epoch', 'kind'])
    .execute();
  await db.schema
    .createTable('deliveries')
    .addColumn('id', 'text', (c) => c.primaryKey())
    .addColumn('incident_id', 'text', (c) => c.notNull().references('incidents.id'))
    .addColumn('target', 'text', (c) => c.notNull())
    .addColumn('status', 'text', (c) => c.notNull())
    .addColumn('attempts', 'integer', (c) => c.notNull())
    .addColumn('next_attempt_at', 'bigint', (c) => c.notNull())
    .addColumn('last_error', 'text')
    .addColumn('created_at', 'bigint', (c) => c.notNull())
    .addColumn('finished_at', 'bigint')
    .execute();
  await db.schema
    .createIndex('deliveries_due')
    .on('deliveries')
    .columns(['status', 'next_attempt_at'])
    .execute();
  await db.schema
    .createTable('log')
    .addColumn('height', 'integer', (c) => c.primaryKey())
    .addColumn('at', 'bigint', (c) => c.notNull())
    .addColumn('kind', 'text', (c) => c.notNull())
    .addColumn('watch_id', 'text')
    .addColumn('payload', 'text', (c) => c.notNull())
    .addColumn('prev_hash', 'text', (c) => c.notNull())
    .addColumn('hash', 'text', (c) => c.notNull())
    .execute();
}
