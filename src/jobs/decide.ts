import { appendLog } from '../evidence/index.js';
import type { FoldStatus, Report, Verdict } from '../fingerprint/index.js';
import {
  type Db,
  type EvidencePointsTable,
  insertPoints,
  lastPoint,
  type TrialWithAnswers,
  type Tx,
} from '../store/index.js';
import type { JobContext, RunnableWatch } from './context.js';
import {
  endedTrials,
  evidencePoint,
  type FoldPosition,
  loadFold,
  saveFold,
  trialRecord,
} from './fold-trials.js';
import { followRound, followVerdict } from './incidents/follow-report.js';
import { keepReport } from './keep-report.js';

/** Folds a watch's trials as they end and acts on what they say. Calls are queued: one fold at a time. */
export interface Decider {
  /** Folds whatever has ended since; resolves when that is recorded. */
  advance(): Promise<void>;
  /** At the end of a round: saves the fold, so that the next start need not fold everything again. */
  save(): Promise<void>;
  /** Does work on what is stored of the evidence while nothing is folded; takes up the fold from the store after it. */
  alone(work: () => Promise<void>): Promise<void>;
  /** Where the evidence stands. */
  status(): FoldStatus;
}

/** Loads the watch's fold and catches up with what was recorded before a stop. */
export async function createDecider(context: JobContext, watch: RunnableWatch): Promise<Decider> {
  const state = await loadState(context, watch);
  let tail: Promise<void> = Promise.resolve();
  const queued = (work: () => Promise<void>): Promise<void> => {
    tail = tail.then(work, work);
    return tail;
  };
  let next: Promise<void> | null = null;
  return {
    status: () => state.position.fold.status(),
    advance: () => {
      // One that has not begun yet will see what has ended by now.
      next ??= queued(async () => {
        next = null;
        if (state.stale) Object.assign(state, await loadState(context, watch));
        state.stale = true;
        await advance(context, watch, state);
        state.stale = false;
      });
      return next;
    },
    save: () => queued(() => save(context, watch, state.position)),
    alone: (work) =>
      queued(async () => {
        try {
          await work();
        } finally {
          state.stale = true;
          Object.assign(state, await loadState(context, watch));
        }
      }),
  };
}

interface DeciderState {
  position: FoldPosition;
  /** Up to here the curve, the verdict and the alerts are in the store, or about to be. */
  recordedSeq: number;
  verdict: Verdict | null;
  /** The fold may be ahead of the store, because recording failed: it has to be loaded again. */
  stale: boolean;
}

async function loadState(context: JobContext, watch: RunnableWatch): Promise<DeciderState> {
  const { db } = context.store;
  const position = await loadFold(db, watch.config.id, watch.epoch, watch.engine);
  const recorded = await lastPoint(db, watch.config.id, watch.epoch);
  return { position, recordedSeq: recorded?.seq ?? 0, verdict: recorded?.verdict ?? null, stale: false };
}

async function advance(context: JobContext, watch: RunnableWatch, state: DeciderState): Promise<void> {
  const { id } = watch.config;
  for await (const page of endedTrials(context.store.db, id, watch.epoch, state.position)) {
    const at = context.clock.now();
    const steps = page.map((entry) => step(watch, state, entry, at)).filter((one) => one !== null);
    if (steps.length === 0) continue;
    const opened = await context.store.transaction((tx) => record(tx, context, watch, steps, at));
    for (const { status } of steps) context.events.trialFolded(id, status);
    if (opened) context.events.incidentOpened(id, opened);
  }
}

/** A folded trial and what it leads to. */
interface Step {
  readonly status: FoldStatus;
  readonly point: EvidencePointsTable;
  readonly change: VerdictChange | null;
}

interface VerdictChange {
  readonly seq: number;
  readonly from: Verdict | null;
  readonly report: Report;
}

/** Folds one more trial. Null after a restart, for trials since the snapshot: what they led to is recorded already. */
function step(watch: RunnableWatch, state: DeciderState, entry: TrialWithAnswers, at: number): Step | null {
  const { position, verdict: from } = state;
  const status = position.fold.add(trialRecord(entry));
  position.seq = entry.trial.seq;
  if (position.seq <= state.recordedSeq) return null;
  state.recordedSeq = position.seq;
  state.verdict = status.verdict;
  const change = status.verdict === from ? null : { seq: position.seq, from, report: position.fold.report() };
  return { status, point: evidencePoint(watch.config.id, watch.epoch, position, at), change };
}

/** Writes down what folding led to. Returns the report when an incident opened. */
async function record(
  tx: Tx,
  context: JobContext,
  watch: RunnableWatch,
  steps: readonly Step[],
  at: number,
): Promise<Report | null> {
  await insertPoints(
    tx,
    steps.map(({ point }) => point),
  );
  let opened: Report | null = null;
  for (const { change } of steps) {
    if (change !== null) opened = (await onVerdict(tx, context, watch, change, at)) ?? opened;
  }
  return opened;
}

/** Logs a changed verdict, and what it means for incidents. Returns the report when a divergence was opened. */
async function onVerdict(
  tx: Tx,
  context: JobContext,
  watch: RunnableWatch,
  { seq, from, report }: VerdictChange,
  at: number,
): Promise<Report | null> {
  const { config, epoch } = watch;
  await keepReport(tx, config.id, epoch, report, at);
  await appendLog(tx, at, [
    {
      kind: 'verdict',
      watchId: config.id,
      payload: {
        epoch,
        seq,
        from,
        to: report.verdict,
        log10E: report.log10E,
        trials: report.trials,
      },
    },
  ]);
  return (await followVerdict(tx, context, watch, { from, report }, at)) ? report : null;
}

async function save(context: JobContext, watch: RunnableWatch, position: FoldPosition): Promise<void> {
  const { store, clock } = context;
  const at = clock.now();
  const report = position.fold.report();
  await store.transaction(async (tx) => {
    await saveFold(tx, watch.config.id, watch.epoch, position, at);
    await keepReport(tx, watch.config.id, watch.epoch, report, at);
    await followRound(tx, context, watch, report, at);
  });
}

/** The report of a watch as of its last ended trial; reads only. */
export async function readReport(
  db: Db,
  watchId: string,
  epoch: number,
  engine: RunnableWatch['engine'],
): Promise<Report> {
  const position = await loadFold(db, watchId, epoch, engine);
  for await (const page of endedTrials(db, watchId, epoch, position)) {
    for (const entry of page) position.fold.add(trialRecord(entry));
    position.seq = page.at(-1)?.trial.seq ?? position.seq;
  }
  return position.fold.report();
}
