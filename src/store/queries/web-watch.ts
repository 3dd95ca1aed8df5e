import { sql } from 'kysely';
import type { Db } from '../database.js';
import type { EvidencePointsTable } from '../tables/evidence-points.js';
import type { LogTable } from '../tables/log.js';
import type { RoundTier } from '../tables/rounds.js';
import { type Place, type TrialWithAnswers, trialsOfEpoch, withAnswers } from './trials.js';

/** The points of an epoch's evidence curve after these trials, in order; a thousand seqs at most. */
export async function evidencePointsAt(
  db: Db,
  { watchId, epoch }: Place,
  seqs: readonly number[],
): Promise<Pick<EvidencePointsTable, 'seq' | 'trials' | 'log10_e'>[]> {
  return await db
    .selectFrom('evidence_points')
    .select(['seq', 'trials', 'log10_e'])
    .where('watch_id', '=', watchId)
    .where('epoch', '=', epoch)
    .where('seq', 'in', seqs.slice(0, 1000))
    .orderBy('seq')
    .execute();
}

/** The newest entries of the log on what the sides of a watch declared anew, the newest first. */
export async function newestDeclaredChanges(
  db: Db,
  watchId: string,
  limit: number,
): Promise<Pick<LogTable, 'at' | 'payload'>[]> {
  return await db
    .selectFrom('log')
    .select(['at', 'payload'])
    .where('watch_id', '=', watchId)
    // Written out: the index holds only these entries, and is found by the text of the condition.
    .where(sql<boolean>`kind = 'declared-change'`)
    .orderBy('height', 'desc')
    .limit(limit)
    .execute();
}

/** When the first trial of an epoch began, ms since 1970; null before it. */
export async function firstTrialAt(db: Db, place: Place): Promise<number | null> {
  const row = await trialsOfEpoch(db, place).select('started_at').where('seq', '=', 1).executeTakeFirst();
  return row?.started_at ?? null;
}

/** How many rounds of each tier were begun in an epoch: counted in an index alone. */
export async function roundsByTier(
  db: Db,
  { watchId, epoch }: Place,
): Promise<Partial<Record<RoundTier, number>>> {
  const rows = await db
    .selectFrom('rounds')
    .select((eb) => ['tier', eb.fn.countAll<number>().as('count')])
    .where('watch_id', '=', watchId)
    .where('epoch', '=', epoch)
    .groupBy('tier')
    .execute();
  return Object.fromEntries(rows.map(({ tier, count }) => [tier, Number(count)]));
}

/** Which of an epoch's trials to show. */
export interface TrialFilter {
  /** null: all. */
  readonly suite: string | null;
  /** Only trials before this one; null: from the newest on. */
  readonly before: number | null;
}

/** The newest ended trials of an epoch, whether complete or void, the newest first, with their answers. */
export async function newestTrials(
  db: Db,
  place: Place,
  { suite, before }: TrialFilter,
  limit: number,
): Promise<TrialWithAnswers[]> {
  const trials = await trialsOfEpoch(db, place)
    .selectAll()
    .where('status', 'in', ['complete', 'void'])
    .$if(suite !== null, (query) => query.where('suite', '=', suite ?? ''))
    .$if(before !== null, (query) => query.where('seq', '<', before ?? 0))
    .orderBy('seq', 'desc')
    .limit(limit)
    .execute();
  return await withAnswers(db, trials);
}
