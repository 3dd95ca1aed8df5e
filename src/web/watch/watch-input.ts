import { programVersion } from '../../core/index.js';
import {
  newestHead,
  type ReportedDeclaration,
  reportedDefinition,
  reportedPair,
  type WatchReportInput,
} from '../../evidence/index.js';
import {
  createFold,
  ENGINE_VERSION,
  type EngineDefinition,
  type FindingExample,
  type Report,
} from '../../fingerprint/index.js';
import { incidentOfEpoch, transportState } from '../../jobs/index.js';
import {
  type CurrentWatch,
  type Db,
  evidencePointsAt,
  findPause,
  findWatch,
  findWatchReport,
  firstTrialAt,
  lastPoint,
  logHead,
  newestCheckpoint,
  newestDeclaredChanges,
  newestTrials,
  roundsByTier,
  type TrialWithAnswers,
} from '../../store/index.js';
import type { WebContext } from '../context.js';

const CURVE_POINTS = 300;
const DECLARED = 10;
/** Trials that are looked at for pairs to show: void ones have none. */
const NEWEST_TRIALS = 12;

/** A watch as the page shows it. */
export interface ShownWatch {
  readonly current: CurrentWatch;
  readonly input: WatchReportInput;
  /** As of when the report stands, ms since 1970; null before the first round's end. */
  readonly reportedAt: number | null;
}

/**
 * Reads a watch in a bounded number of rows, however long it has run, and folds nothing. null: there is none.
 * `pairs`: how many of the newest pairs of answers are wanted; comparing them takes longer than all the rest.
 */
export async function readWatch(context: WebContext, id: string, pairs: number): Promise<ShownWatch | null> {
  const { db } = context.store;
  const current = await findWatch(db, id);
  if (current === null) return null;
  const { watch, epoch } = current;
  const place = { watchId: id, epoch: epoch.epoch };
  const engine = JSON.parse(epoch.engine) as EngineDefinition;
  const kept = await findWatchReport(db, id, epoch.epoch);
  const report = kept === null ? nothingYet(engine) : readReport(kept.report);
  const config = context.watches.find((one) => one.id === id);
  const definition = reportedDefinition(epoch.definition);
  const newest = await newestTrials(
    db,
    place,
    { suite: null, before: null },
    pairs === 0 ? 1 : NEWEST_TRIALS,
  );
  const input: WatchReportInput = {
    ...definition,
    transport: config ? await transportState(db, config, context.clock.now()) : definition.transport,
    watch: { id, title: watch.title, claim: watch.claim },
    epoch: epoch.epoch,
    epochStartedAt: epoch.started_at,
    definitionHash: epoch.definition_hash,
    engine,
    report,
    curve: await curveOf(db, place, report.trials),
    activity: {
      rounds: await roundsByTier(db, place),
      firstAt: await firstTrialAt(db, place),
      lastAt: newest[0]?.trial.finished_at ?? null,
    },
    declared: await declaredOf(db, place),
    newest: newest.flatMap(pairOf).slice(0, pairs),
    pause: await findPause(db, id),
    ...(await incidentOfEpoch(db, id, epoch.epoch)),
    cut: null,
    log: await anchorOf(db),
    madeAt: kept?.at ?? epoch.started_at,
    program: programVersion(),
  };
  return { current, input, reportedAt: kept?.at ?? null };
}

/** What is said before anything is known, whichever engine is to find out. */
function nothingYet(engine: EngineDefinition): Report {
  return createFold({ ...engine, engine: ENGINE_VERSION }).report();
}

/** The report as it was kept: JSON has no number past 1e308. */
function readReport(text: string): Report {
  const report = JSON.parse(text) as Omit<Report, 'eValue'> & { readonly eValue: number | null };
  return { ...report, eValue: report.eValue ?? Number.POSITIVE_INFINITY };
}

interface Place {
  readonly watchId: string;
  readonly epoch: number;
}

/** The evidence curve at evenly spread trials, up to those of the report: a sparse list. */
async function curveOf(db: Db, place: Place, trials: number): Promise<number[]> {
  const last = (await lastPoint(db, place.watchId, place.epoch))?.seq ?? 0;
  const count = Math.min(last, CURVE_POINTS);
  const seqs = Array.from({ length: count }, (_, i) => Math.round(((i + 1) * last) / count));
  const curve: number[] = [];
  for (const point of await evidencePointsAt(db, place, seqs))
    if (point.trials > 0 && point.trials <= trials) curve[point.trials - 1] = point.log10_e;
  return curve;
}

async function declaredOf(db: Db, place: Place): Promise<ReportedDeclaration[]> {
  const entries = await newestDeclaredChanges(db, place.watchId, DECLARED);
  const changes = entries
    .map(({ at, payload }) => ({ at, ...(JSON.parse(payload) as LoggedChange) }))
    .filter(({ epoch }) => epoch === place.epoch)
    .reverse();
  if (changes.length === 0) return [];
  const points = await evidencePointsAt(
    db,
    place,
    changes.map(({ seq }) => seq),
  );
  const trials = new Map(points.map((point) => [point.seq, point.trials]));
  return changes.flatMap(({ epoch: _, seq, ...change }) => {
    const trial = trials.get(seq);
    return trial === undefined ? [] : [{ ...change, trial }];
  });
}

type LoggedChange = Omit<ReportedDeclaration, 'trial' | 'at'> & {
  readonly epoch: number;
  readonly seq: number;
};

/** A complete trial's pair whose texts are kept: none or one. */
function pairOf({ trial, answers }: TrialWithAnswers): FindingExample[] {
  const listed = answers.find(({ side }) => side === 'listed')?.text ?? null;
  const released = answers.find(({ side }) => side === 'released')?.text ?? null;
  if (trial.status !== 'complete' || listed === null || released === null) return [];
  return [reportedPair({ promptId: trial.prompt_id, prompt: trial.prompt, listed, released })];
}

async function anchorOf(db: Db): Promise<WatchReportInput['log']> {
  const head = await logHead(db);
  const isSigned = (await newestCheckpoint(db)) !== null;
  return {
    entries: (head?.height ?? -1) + 1,
    hash: head?.hash ?? '',
    checkpoint: isSigned ? await newestHead(db) : null,
  };
}
