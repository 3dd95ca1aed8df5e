import type { Db, Tx } from '../database.js';
import type { EngineSnapshotsTable } from '../tables/engine-snapshots.js';
import type { EvidencePointsTable } from '../tables/evidence-points.js';

export async function insertPoints(tx: Tx, points: readonly EvidencePointsTable[]): Promise<void> {
  await tx
    .insertInto('evidence_points')
    .values([...points])
    .execute();
}

/** The newest point of the evidence curve: how far the fold has been recorded. */
export async function lastPoint(db: Db, watchId: string, epoch: number): Promise<EvidencePointsTable | null> {
  const row = await db
    .selectFrom('evidence_points')
    .selectAll()
    .where('watch_id', '=', watchId)
    .where('epoch', '=', epoch)
    .orderBy('seq', 'desc')
    .limit(1)
    .executeTakeFirst();
  return row ?? null;
}

export async function saveSnapshot(tx: Tx, snapshot: EngineSnapshotsTable): Promise<void> {
  await tx
    .insertInto('engine_snapshots')
    .values(snapshot)
    .onConflict((c) => c.columns(['watch_id', 'epoch']).doUpdateSet(snapshot))
    .execute();
}

export async function findSnapshot(
  db: Db,
  watchId: string,
  epoch: number,
): Promise<EngineSnapshotsTable | null> {
  const row = await db
    .selectFrom('engine_snapshots')
    .selectAll()
    .where('watch_id', '=', watchId)
    .where('epoch', '=', epoch)
    .executeTakeFirst();
  return row ?? null;
}
