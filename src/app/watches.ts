import { accountBudgets } from '../config/index.js';
import {
  createDecider,
  createWatchRounds,
  type Decider,
  defineWatch,
  type JobContext,
  type LiveWatch,
  renewEpoch,
  type Schedule,
  type StopSignals,
  startCanary,
  startPublishing,
  startRetention,
  startSchedule,
  type Verification,
  verifyWatch,
  type WatchRounds,
} from '../jobs/index.js';
import { browserFolders, createLedger } from '../probes/index.js';
import { findWatchReport, openRounds } from '../store/index.js';
import { AppError } from './errors.js';
import { type SidesOptions, sidesOf } from './sides.js';
import { statusOf, type WatchStatus } from './status.js';
import { type LoadedWatch, loadForVerification, type VerifyOptions } from './verify.js';

/** How a verification ended, and where the watch then stands. */
export interface Verified {
  readonly verification: Verification;
  readonly status: WatchStatus;
}

/** The watches of a file, brought up to date with the store. Each throws AppError for an unknown watch. */
export interface Watches {
  /** Starts the schedules of all watches, one after the other. */
  schedules(): AsyncGenerator<Schedule>;
  /** Goes on with the round that was left open, or runs one. */
  runRound(watchId: string): Promise<void>;
  /** @throws AppError also for a limit in money without a price */
  verify(watchId: string, options: VerifyOptions): Promise<Verified>;
}

interface ReadyWatch extends LiveWatch {
  readonly rounds: WatchRounds;
}

/** @throws ConfigError, ProbeError */
export async function openWatches(
  context: JobContext,
  options: Omit<SidesOptions, 'budgets' | 'clock'>,
  stop: StopSignals,
): Promise<Watches> {
  const watches = new Map<string, ReadyWatch>();
  const add = ({ watch, decider }: LoadedWatch): ReadyWatch => {
    const live: LiveWatch = { watch, decider };
    const ready = Object.assign(live, { rounds: createWatchRounds(context, live, stop) });
    watches.set(watch.config.id, ready);
    return ready;
  };
  for (const loaded of await loadWatches(context, options)) add(loaded);
  const named = (watchId: string): ReadyWatch => {
    const ready = watches.get(watchId);
    if (!ready) throw new AppError(`the watch file has no watch called ${watchId}`);
    return ready;
  };
  return {
    schedules: async function* () {
      yield startPublishing({ ...context, watches: options.file.watches });
      for (const ready of watches.values()) yield* scheduleWatch(context, ready, options.file.store.path);
    },
    runRound: async (watchId) => {
      await named(watchId).rounds.once();
    },
    verify: async (watchId, limits) => {
      const known = named(watchId);
      await renewEpoch(context, known);
      const { watch, decider } = add(await loadForVerification(context, known, limits));
      const verification = await verifyWatch(context, watch, decider, limits, stop, limits.onProgress);
      const rows = await statusOf(context.store, options.file.watches, context.clock.now());
      const status = rows.find(({ id }) => id === watchId);
      if (!status) throw new AppError(`the store has no watch called ${watchId}`);
      return { verification, status };
    },
  };
}

async function* scheduleWatch(
  context: JobContext,
  ready: ReadyWatch,
  storePath: string,
): AsyncGenerator<Schedule> {
  const { watch, rounds } = ready;
  const { id, schedule, canary, retentionMs } = watch.config;
  const leftOpen = (await openRounds(context.store.db, id)).length > 0;
  const { full: start, resume } = rounds;
  yield await startSchedule(context, id, schedule, { start, resume, leftOpen });
  if (canary !== null) {
    const times = { cron: canary.cron, timezone: schedule.timezone };
    yield await startCanary(context, id, times, rounds.canary);
  }
  if (retentionMs !== null) {
    const { evidence } = browserFolders(storePath);
    // That of the epoch the watch is in by then.
    const decider = { alone: (work: () => Promise<void>) => ready.decider.alone(work) };
    yield startRetention(context, watch, retentionMs, decider, evidence);
  }
}

/** A store of a version that kept no reports gets them before its next round. */
async function keepFirstReport(
  { store }: JobContext,
  { config, epoch }: LoadedWatch['watch'],
  decider: Decider,
): Promise<void> {
  if (decider.status().trials === 0) return;
  if ((await findWatchReport(store.db, config.id, epoch)) === null) await decider.save();
}

async function loadWatches(
  context: JobContext,
  { file, env }: Omit<SidesOptions, 'budgets' | 'clock'>,
): Promise<LoadedWatch[]> {
  const budgets = accountBudgets(file.watches);
  const ledger = createLedger(context, budgets);
  const openSides = sidesOf({ file, env, clock: context.clock, budgets });
  const loaded: LoadedWatch[] = [];
  for (const config of file.watches) {
    const sides = await openSides(config);
    const defined = await defineWatch(context, config, sides.suites, sides.canarySuites);
    const watch = { config, ...defined, ...sides, ledger };
    const decider = await createDecider(context, watch);
    await keepFirstReport(context, watch, decider);
    loaded.push({ watch, decider });
  }
  return loaded;
}
