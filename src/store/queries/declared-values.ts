import type { Db, Tx } from '../database.js';
import type { DeclaredValuesTable } from '../tables/declared-values.js';

/** What the sides of a watch have declared in this epoch, one row for each side and field. */
export async function declaredValues(db: Db, watchId: string, epoch: number): Promise<DeclaredValuesTable[]> {
  return await db
    .selectFrom('declared_values')
    .selectAll()
    .where('watch_id', '=', watchId)
    .where('epoch', '=', epoch)
    .execute();
}

export async function saveDeclaredValue(tx: Tx, row: DeclaredValuesTable): Promise<void> {
  await tx
    .insertInto('declared_values')
    .values(row)
    .onConflict((c) => c.columns(['watch_id', 'epoch', 'side', 'field']).doUpdateSet(row))
    .execute();
}
