import { sql } from 'kysely';
import type { Db, Tx } from '../database.js';
import type { AnswersTable } from '../tables/answers.js';
import { type Place, type TrialWithAnswers, trialsOfEpoch, withAnswers } from './trials.js';

/** Removes what an answer said. Its hashes, and everything that was counted of it, stay. */
export async function removeText(
  tx: Tx,
  { trial_id, side, slot }: Pick<AnswersTable, 'trial_id' | 'side' | 'slot'>,
): Promise<void> {
  await tx
    .updateTable('answers')
    .set({ text: null, raw_text: null, logprobs: null })
    .where('trial_id', '=', trial_id)
    .where('side', '=', side)
    .where('slot', '=', slot)
    .execute();
}

/** Up to `limit` trials from `from` to `to` (seqs, both included) that ended before `before` (ms) and have a text, in order. */
export async function trialsWithTexts(
  db: Db,
  place: Place,
  { from, to, before, limit }: { from: number; to: number; before: number; limit: number },
): Promise<TrialWithAnswers[]> {
  const trials = await trialsOfEpoch(db, place)
    .selectAll()
    .where('seq', '>=', from)
    .where('seq', '<=', to)
    .where('finished_at', '<', before)
    .where(({ exists, selectFrom }) =>
      exists(
        selectFrom('answers')
          .select('trial_id')
          .whereRef('trial_id', '=', 'trials.id')
          .where('text', 'is not', null),
      ),
    )
    .orderBy('seq')
    .limit(limit)
    .execute();
  return await withAnswers(db, trials);
}

/** The seqs after `after` of complete trials that have lost a text, in order. */
export async function removedTrials(db: Db, { watchId, epoch }: Place, after: number): Promise<number[]> {
  const rows = await db
    .selectFrom('answers')
    .innerJoin('trials', 'trials.id', 'answers.trial_id')
    .select('trials.seq')
    .distinct()
    .where('trials.watch_id', '=', watchId)
    .where('trials.epoch', '=', epoch)
    .where('trials.seq', '>', after)
    .where('trials.status', '=', 'complete')
    .where('answers.text', 'is', null)
    .orderBy('trials.seq')
    .execute();
  return rows.map(({ seq }) => seq);
}

/** How many texts were removed from the whole store. */
export async function countRemoved(db: Db): Promise<number> {
  const row = await db
    .selectFrom('answers')
    .select(({ fn }) => fn.countAll<number>().as('count'))
    .where('text', 'is', null)
    .where('text_hash', 'is not', null)
    .executeTakeFirst();
  return Number(row?.count ?? 0);
}

/** Payloads of the log's entries on trials that ended from `from` to `to` (ms) and kept files of web pages. */
export async function loggedArtifacts(db: Db, watchId: string, from: number, to: number): Promise<string[]> {
  const rows = await db
    .selectFrom('log')
    .select('payload')
    .where('kind', '=', 'trial')
    .where('watch_id', '=', watchId)
    .where('at', '>=', from)
    .where('at', '<=', to)
    .where('payload', 'like', '%"artifacts":[%')
    .execute();
  return rows.map(({ payload }) => payload);
}

/** Empties the file of changes beside the database, which still holds what was removed. Outside of transactions only. */
export async function wipeLog(db: Db): Promise<void> {
  await sql`pragma wal_checkpoint(truncate)`.execute(db);
}
