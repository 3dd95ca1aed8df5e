import { type Kysely, type Migration, sql } from 'kysely';

/** Finds what is due in a lane without looking at what waits in others: all mail is one lane, each other target its own. */
export const deliveryLanes: Migration = {
  async up(db: Kysely<unknown>): Promise<void> {
    await sql`
      create index deliveries_lane on deliveries (
        (case when json_extract(target, '$.kind') in ('email', 'subscriber') then 'mail' else target end),
        next_attempt_at, created_at
      ) where status = 'pending'`.execute(db);
  },
};
