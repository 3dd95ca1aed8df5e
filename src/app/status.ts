import { accountBudgets, type TransportState, type WatchConfig, type WatchFile } from '../config/index.js';
import { TRANSPORT_NOTE } from '../evidence/index.js';
import type { EngineDefinition, Report } from '../fingerprint/index.js';
import { type DeclaredChange, lastDeclaredChange, readReport, transportState } from '../jobs/index.js';
import { findWatch, listWatches, openStore, type Store } from '../store/index.js';
import { type BudgetStatus, budgetsOf, type PauseStatus, pauseOf } from './budget-status.js';
import { type CanaryStatus, canaryOf } from './canary-status.js';

/** One watch as programs read it. */
export interface WatchStatus {
  readonly id: string;
  readonly title: string;
  readonly claim: string;
  readonly epoch: number;
  readonly verdict: Report['verdict'];
  readonly severity: Report['severity'];
  /** Null past 1e308, which JSON has no number for; `log10E` always tells. */
  readonly eValue: number | null;
  readonly log10E: number;
  /** The watch's, over all of its epochs. */
  readonly alpha: number;
  /** This epoch's share of alpha: the evidence alarms at 1/level. */
  readonly level: number;
  readonly trials: number;
  readonly voidTrials: number;
  readonly voids: Report['voids'];
  readonly alarmAtTrial: number | null;
  readonly trialsStillNeeded: number | null;
  readonly sentence: string;
  readonly findings: Report['findings'];
  readonly words: Report['words'];
  /** The newest change in what a side says about itself; no part of the verdict. */
  readonly declaredChange: DeclaredChange | null;
  /** Whether the way of reading the answers may be what differs. */
  readonly transport: TransportState;
  /** Null unless a round waits: then no news means nothing. */
  readonly paused: PauseStatus | null;
  /** Empty where no budget is set. */
  readonly budgets: readonly BudgetStatus[];
  /** Null where the watch has no canary rounds. */
  readonly canary: CanaryStatus | null;
  /** When the next round is due, ISO 8601, or null. */
  readonly nextRoundAt: string | null;
}

/** The status of every watch in a file's store, which may be in use: reads only. @throws StoreError */
export async function readStatus(file: WatchFile, now: number): Promise<WatchStatus[]> {
  const store = await openStore(file.store, { mustExist: true });
  try {
    return await statusOf(store, file.watches, now);
  } finally {
    await store.close();
  }
}

/** The same, from a store that is open. `watches` are those of the watch file: budgets stand there. */
export async function statusOf(
  store: Store,
  watches: readonly WatchConfig[],
  now: number,
): Promise<WatchStatus[]> {
  const budgets = accountBudgets(watches);
  const rows: WatchStatus[] = [];
  for (const { id } of await listWatches(store.db)) {
    const current = await findWatch(store.db, id);
    if (!current) continue;
    const { watch, epoch } = current;
    const engine = JSON.parse(epoch.engine) as EngineDefinition;
    const report = await readReport(store.db, id, epoch.epoch, engine);
    const config = watches.find((one) => one.id === id);
    const transport = config ? await transportState(store.db, config, now) : 'shared';
    const isOpen = report.verdict === 'different' && transport === 'not-excluded';
    rows.push({
      id,
      title: watch.title,
      claim: watch.claim,
      epoch: epoch.epoch,
      verdict: report.verdict,
      severity: report.severity,
      eValue: Number.isFinite(report.eValue) ? report.eValue : null,
      log10E: report.log10E,
      alpha: (JSON.parse(epoch.definition) as { engine: EngineDefinition }).engine.alpha,
      level: report.alpha,
      trials: report.trials,
      voidTrials: report.voidTrials,
      voids: report.voids,
      alarmAtTrial: report.alarmAtTrial,
      trialsStillNeeded: report.trialsStillNeeded,
      sentence: isOpen ? `${report.sentence} ${TRANSPORT_NOTE}` : report.sentence,
      findings: report.findings,
      words: report.words,
      declaredChange: await lastDeclaredChange(store.db, id, epoch.epoch),
      transport,
      paused: await pauseOf(store.db, id),
      budgets: config ? await budgetsOf(store.db, config, budgets, now) : [],
      canary: config?.canary ? await canaryOf(store.db, current, config.canary, report) : null,
      nextRoundAt: watch.next_due_at === null ? null : new Date(watch.next_due_at).toISOString(),
    });
  }
  return rows;
}
