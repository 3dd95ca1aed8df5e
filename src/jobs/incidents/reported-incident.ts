import type { WatchReportInput } from '../../evidence/index.js';
import { type Db, incidentsOfEpoch } from '../../store/index.js';
import { incidentOf } from './incident-rows.js';

/** What a report says of an epoch's incident and of the vendor's replies. */
export async function incidentOfEpoch(
  db: Db,
  watchId: string,
  epoch: number,
): Promise<Pick<WatchReportInput, 'incident' | 'statements'>> {
  const rows = await incidentsOfEpoch(db, watchId, epoch);
  const divergence = rows.findLast(({ kind }) => kind === 'divergence') ?? null;
  // A report may be public before an embargo is over.
  const replies = rows.flatMap((row) => (row.published_at === null ? [] : incidentOf(row).replies));
  return { incident: divergence, statements: replies.sort((a, b) => a.at - b.at) };
}
