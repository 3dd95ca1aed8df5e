import type { WatchFile } from '../config/index.js';
import { plainLine } from '../core/index.js';
import { type WrittenBundle, writeBundle } from '../evidence/index.js';
import { type Db, findIncident, findWatch, listWatches, openStore } from '../store/index.js';
import { AppError } from './errors.js';

/** A written bundle, and what it is about. */
export interface ExportedEvidence extends WrittenBundle {
  readonly watch: string;
  readonly epoch: number;
  /** What the id named; `both`: a watch and an incident, of which the watch was taken. */
  readonly named: 'watch' | 'incident' | 'both';
}

/**
 * Writes the evidence of one epoch of a watch, as of the newest checkpoint, into a bundle. The store may be in use.
 * @param id of a watch or of an incident; a watch goes first where one id names both
 * @param epoch null: the watch's current one, or the incident's
 * @throws AppError for an id or epoch that the store doesn't know; StoreError, EvidenceError
 */
export async function exportEvidence(
  file: WatchFile,
  id: string,
  path: string,
  epoch: number | null = null,
): Promise<ExportedEvidence> {
  const store = await openStore(file.store, { mustExist: true });
  try {
    const place = await placeOf(store.db, id, epoch);
    return { ...place, ...(await writeBundle(store.db, place, path)) };
  } finally {
    await store.close();
  }
}

async function placeOf(
  db: Db,
  id: string,
  epoch: number | null,
): Promise<Pick<ExportedEvidence, 'watch' | 'epoch' | 'named'>> {
  const [current, incident] = [await findWatch(db, id), await findIncident(db, id)];
  if (current !== null) {
    const newest = current.epoch.epoch;
    if (epoch !== null && (epoch < 1 || epoch > newest))
      throw new AppError(`"${plainLine(id)}" has the epochs 1 to ${newest}, no ${epoch}`);
    return { watch: id, epoch: epoch ?? newest, named: incident === null ? 'watch' : 'both' };
  }
  if (incident === null) {
    const known = (await listWatches(db)).map((watch) => watch.id).join(', ');
    throw new AppError(
      `the store has no watch or incident called "${plainLine(id)}"; watches that have run: ${known || 'none'}`,
    );
  }
  if (epoch !== null && epoch !== incident.epoch)
    throw new AppError(`the incident "${plainLine(id)}" is about epoch ${incident.epoch}, not ${epoch}`);
  return { watch: incident.watch_id, epoch: incident.epoch, named: 'incident' };
}
