import type { Db } from '../database.js';
import type { EvidencePointsTable } from '../tables/evidence-points.js';
import type { LogTable } from '../tables/log.js';
import type { RoundTier } from '../tables/rounds.js';
import { roundsByTier } from './web-watch.js';

/** The evidence curve of a watch's epoch, in order. */
export async function evidencePoints(
  db: Db,
  watchId: string,
  epoch: number,
): Promise<Pick<EvidencePointsTable, 'seq' | 'trials' | 'log10_e'>[]> {
  return await db
    .selectFrom('evidence_points')
    .select(['seq', 'trials', 'log10_e'])
    .where('watch_id', '=', watchId)
    .where('epoch', '=', epoch)
    .orderBy('seq')
    .execute();
}

/** What a watch did in an epoch. Times are null before the first trial. */
export interface WatchActivity {
  /** Rounds that were begun. */
  readonly rounds: Readonly<Partial<Record<RoundTier, number>>>;
  readonly firstAt: number | null;
  readonly lastAt: number | null;
}

export async function watchActivity(db: Db, watchId: string, epoch: number): Promise<WatchActivity> {
  const rounds = await roundsByTier(db, { watchId, epoch });
  const times = await db
    .selectFrom('trials')
    .select((eb) => [eb.fn.min('started_at').as('first'), eb.fn.max('finished_at').as('last')])
    .where('watch_id', '=', watchId)
    .where('epoch', '=', epoch)
    .where('started_at', 'is not', null)
    .executeTakeFirst();
  return {
    rounds,
    firstAt: times?.first ?? null,
    lastAt: times?.last ?? null,
  };
}

/** The log's entries on what the sides of a watch declared anew, in order. */
export async function declaredChangeEntries(db: Db, watchId: string): Promise<LogTable[]> {
  return await db
    .selectFrom('log')
    .selectAll()
    .where('watch_id', '=', watchId)
    .where('kind', '=', 'declared-change')
    .orderBy('height')
    .execute();
}

/** A trial's prompt with its listed answer and its first released one. */
export interface AnswerPair {
  readonly prompt_id: string;
  readonly prompt: string;
  readonly listed: string;
  readonly released: string;
}

/** The newest complete trials of an epoch whose texts are kept, the newest first. */
export async function newestPairs(
  db: Db,
  watchId: string,
  epoch: number,
  limit: number,
): Promise<AnswerPair[]> {
  return await db
    .selectFrom('trials')
    .innerJoin('answers as l', (on) => on.onRef('l.trial_id', '=', 'trials.id').on('l.side', '=', 'listed'))
    .innerJoin('answers as r', (on) =>
      on.onRef('r.trial_id', '=', 'trials.id').on('r.side', '=', 'released').on('r.slot', '=', 0),
    )
    .select(['prompt_id', 'prompt'])
    .select((eb) => [eb.ref('l.text').$notNull().as('listed'), eb.ref('r.text').$notNull().as('released')])
    .where('watch_id', '=', watchId)
    .where('epoch', '=', epoch)
    .where('status', '=', 'complete')
    .where('l.text', 'is not', null)
    .where('r.text', 'is not', null)
    .orderBy('seq', 'desc')
    .limit(limit)
    .execute();
}
