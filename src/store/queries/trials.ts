import type { SelectQueryBuilder } from 'kysely';
import type { Database, Db, Tx } from '../database.js';
import type { AnswersTable } from '../tables/answers.js';
import type { TrialsTable } from '../tables/trials.js';

/** A trial with whatever answers it got. */
export interface TrialWithAnswers {
  readonly trial: TrialsTable;
  readonly answers: readonly AnswersTable[];
}

/** How a trial ended. */
export type TrialEnd = Pick<
  TrialsTable,
  'status' | 'void_cause' | 'void_side' | 'void_reason' | 'finished_at'
>;

/** Which epoch of which watch. */
export interface Place {
  readonly watchId: string;
  readonly epoch: number;
}

/** The start of a query over an epoch's trials. */
export function trialsOfEpoch(
  db: Db,
  { watchId, epoch }: Place,
): SelectQueryBuilder<Database, 'trials', object> {
  return db.selectFrom('trials').where('watch_id', '=', watchId).where('epoch', '=', epoch);
}

/** The highest seq planned in this epoch, 0 when there is none. */
export async function lastSeq(db: Db, watchId: string, epoch: number): Promise<number> {
  const row = await trialsOfEpoch(db, { watchId, epoch })
    .select('seq')
    .orderBy('seq', 'desc')
    .limit(1)
    .executeTakeFirst();
  return row?.seq ?? 0;
}

/** Which of these prompts this epoch has planned already. */
export async function usedPrompts(
  db: Db,
  watchId: string,
  epoch: number,
  hashes: readonly string[],
): Promise<Set<string>> {
  const used = new Set<string>();
  // In parts: databases bound the number of values in one statement.
  for (let from = 0; from < hashes.length; from += 5000) {
    const rows = await trialsOfEpoch(db, { watchId, epoch })
      .select('prompt_hash')
      .where('prompt_hash', 'in', hashes.slice(from, from + 5000))
      .execute();
    for (const row of rows) used.add(row.prompt_hash);
  }
  return used;
}

export async function trialsOfRound(db: Db, roundId: string): Promise<TrialsTable[]> {
  return await db.selectFrom('trials').selectAll().where('round_id', '=', roundId).orderBy('seq').execute();
}

/** Marks a planned trial as begun, before its first request leaves. One that has ended is left alone. */
export async function startTrial(db: Db, id: string, at: number): Promise<void> {
  await db
    .updateTable('trials')
    .set({ status: 'running', started_at: at })
    .where('id', '=', id)
    .where('status', 'in', ['planned', 'running'])
    .execute();
}

/** Records how a trial ended, with its answers. A trial that has ended already is left alone: returns false. */
export async function endTrial(
  tx: Tx,
  id: string,
  end: TrialEnd,
  answers: readonly AnswersTable[],
): Promise<boolean> {
  const result = await tx
    .updateTable('trials')
    .set(end)
    .where('id', '=', id)
    .where('status', 'in', ['planned', 'running'])
    .executeTakeFirst();
  if (result.numUpdatedRows === 0n) return false;
  if (answers.length > 0)
    await tx
      .insertInto('answers')
      .values([...answers])
      .execute();
  return true;
}

/** Up to `limit` trials after `seq`, in order, with their answers. */
export async function trialsAfter(
  db: Db,
  watchId: string,
  epoch: number,
  seq: number,
  limit: number,
): Promise<TrialWithAnswers[]> {
  const trials = await trialsOfEpoch(db, { watchId, epoch })
    .selectAll()
    .where('seq', '>', seq)
    .orderBy('seq')
    .limit(limit)
    .execute();
  return await withAnswers(db, trials);
}

/** The trials with whatever answers they got, in the order given. */
export async function withAnswers(db: Db, trials: readonly TrialsTable[]): Promise<TrialWithAnswers[]> {
  if (trials.length === 0) return [];
  const ids = trials.map((trial) => trial.id);
  const answers = await db
    .selectFrom('answers')
    .selectAll()
    .where('trial_id', 'in', ids)
    .orderBy('slot')
    .execute();
  const byTrial = new Map<string, AnswersTable[]>(ids.map((id) => [id, []]));
  for (const answer of answers) byTrial.get(answer.trial_id)?.push(answer);
  return trials.map((trial) => ({ trial, answers: byTrial.get(trial.id) ?? [] }));
}

/** Up to `limit` trials after `seq`, in order, up to the first that has not ended. An epoch's seqs have no gaps. */
export async function endedTrialsAfter(
  db: Db,
  watchId: string,
  epoch: number,
  seq: number,
  limit: number,
): Promise<TrialWithAnswers[]> {
  const open = await trialsOfEpoch(db, { watchId, epoch })
    .select('seq')
    .where('seq', '>', seq)
    .where('status', 'in', ['planned', 'running'])
    .orderBy('seq')
    .limit(1)
    .executeTakeFirst();
  const most = open ? Math.min(limit, open.seq - seq - 1) : limit;
  return most > 0 ? await trialsAfter(db, watchId, epoch, seq, most) : [];
}
