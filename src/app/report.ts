import type { WatchFile } from '../config/index.js';
import { programVersion } from '../core/index.js';
import {
  type LogAnchor,
  NEWEST_PAIRS,
  newestHead,
  type ReportedDeclaration,
  reportedDefinition,
  reportedPair,
  type WatchReportInput,
} from '../evidence/index.js';
import type { EngineDefinition, FindingExample, Side } from '../fingerprint/index.js';
import { incidentOfEpoch, readReport, transportState } from '../jobs/index.js';
import {
  type Db,
  type DeclaredField,
  declaredChangeEntries,
  evidencePoints,
  findPause,
  findWatch,
  listWatches,
  logHead,
  newestCheckpoint,
  newestPairs,
  openStore,
  watchActivity,
} from '../store/index.js';
import { AppError } from './errors.js';

/**
 * Everything that a report of a watch says, from a file's store, which may be in use: reads only.
 * @throws StoreError, EvidenceError; AppError for a watch that the store doesn't know
 */
export async function readWatchReport(
  file: WatchFile,
  watchId: string,
  now: number,
): Promise<WatchReportInput> {
  const store = await openStore(file.store, { mustExist: true });
  try {
    const config = file.watches.find(({ id }) => id === watchId);
    const report = await watchReportOf(store.db, watchId, now);
    return config ? { ...report, transport: await transportState(store.db, config, now) } : report;
  } finally {
    await store.close();
  }
}

async function watchReportOf(db: Db, id: string, now: number): Promise<WatchReportInput> {
  const current = await findWatch(db, id);
  if (current === null) {
    const known = (await listWatches(db)).map((watch) => watch.id).join(', ');
    throw new AppError(`no watch "${id}" has run yet; the store has: ${known || 'none'}`);
  }
  const { watch, epoch } = current;
  const engine = JSON.parse(epoch.engine) as EngineDefinition;
  const report = await readReport(db, id, epoch.epoch, engine);
  // The daemon may have gone on meanwhile.
  const points = (await evidencePoints(db, id, epoch.epoch)).filter((p) => p.trials <= report.trials);
  const curve: number[] = [];
  for (const point of points) if (point.trials > 0) curve[point.trials - 1] = point.log10_e;
  return {
    watch: { id, title: watch.title, claim: watch.claim },
    ...reportedDefinition(epoch.definition),
    epoch: epoch.epoch,
    epochStartedAt: epoch.started_at,
    definitionHash: epoch.definition_hash,
    engine,
    report,
    curve,
    activity: await watchActivity(db, id, epoch.epoch),
    declared: await declaredOf(db, id, epoch.epoch, points),
    newest: await newestOf(db, id, epoch.epoch),
    pause: await findPause(db, id),
    ...(await incidentOfEpoch(db, id, epoch.epoch)),
    // The state that was saved of the evidence goes on without the texts.
    cut: null,
    log: await anchorOf(db),
    madeAt: now,
    program: programVersion(),
  };
}

async function anchorOf(db: Db): Promise<LogAnchor> {
  const head = await logHead(db);
  const isSigned = (await newestCheckpoint(db)) !== null;
  return {
    entries: (head?.height ?? -1) + 1,
    hash: head?.hash ?? '',
    checkpoint: isSigned ? await newestHead(db) : null,
  };
}

interface LoggedChange {
  readonly epoch: number;
  readonly seq: number;
  readonly side: Side;
  readonly field: DeclaredField;
  readonly before: string;
  readonly after: string;
}

async function declaredOf(
  db: Db,
  watchId: string,
  epoch: number,
  points: readonly { readonly seq: number; readonly trials: number }[],
): Promise<ReportedDeclaration[]> {
  const bySeq = new Map(points.map(({ seq, trials }) => [seq, trials]));
  return (await declaredChangeEntries(db, watchId)).flatMap(({ at, payload }): ReportedDeclaration[] => {
    const { epoch: of, seq, ...change } = JSON.parse(payload) as LoggedChange;
    const trial = bySeq.get(seq);
    return of === epoch && trial !== undefined ? [{ ...change, trial, at }] : [];
  });
}

async function newestOf(db: Db, watchId: string, epoch: number): Promise<FindingExample[]> {
  const pairs = await newestPairs(db, watchId, epoch, NEWEST_PAIRS);
  return pairs.map(({ prompt_id: promptId, ...pair }) => reportedPair({ ...pair, promptId }));
}
