import { setMaxListeners } from 'node:events';
import { createSender } from '../alerts/index.js';
import { accountBudgets, type Environment, type WatchFile } from '../config/index.js';
import type { Clock, Logger } from '../core/index.js';
import {
  type BudgetPause,
  createDecider,
  createOutbox,
  type Decider,
  defineWatch,
  type JobContext,
  type JobEvents,
  type Outbox,
  type RunnableWatch,
  resumeRound,
  runRound,
  type Schedule,
  type StopSignals,
  startSchedule,
} from '../jobs/index.js';
import { createLedger } from '../probes/index.js';
import { lockStore, openRounds, openStore, type Store, type StoreLock } from '../store/index.js';
import { AppError } from './errors.js';
import { sidesOf } from './sides.js';

export interface AppOptions {
  readonly file: WatchFile;
  readonly env: Environment;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly events: JobEvents;
  /** Where the console channel prints its line. */
  readonly print: (line: string) => void;
}

/** Everything wired together, on one store. Make one with {@link openApp}, end it with `stop`. */
export interface App {
  readonly store: Store;
  /** Starts every watch's schedule and the delivery of alerts. */
  start(): Promise<void>;
  /** Runs one round of a watch now, and tries to deliver what it led to. @throws AppError for an unknown watch */
  runRound(watchId: string): Promise<void>;
  /** Ends gracefully: running trials may finish within `graceMs`, then they are void. */
  stop(graceMs?: number): Promise<void>;
}

interface LoadedWatch {
  readonly watch: RunnableWatch;
  readonly decider: Decider;
}

/** Opens the store for this process alone and brings every watch up to date. @throws StoreError, ProbeError, ConfigError */
export async function openApp(options: AppOptions): Promise<App> {
  const lock = lockStore(options.file.store);
  let store: Store | null = null;
  try {
    store = await openStore(options.file.store);
    return await wire(options, store, lock);
  } catch (error) {
    await store?.close();
    lock.release();
    throw error;
  }
}

async function wire(options: AppOptions, store: Store, lock: StoreLock): Promise<App> {
  const { clock, logger, env, file } = options;
  const sender = createSender({ env, smtp: file.smtp, clock, print: options.print });
  let outbox: Outbox | null = null;
  const events: JobEvents = {
    ...options.events,
    incidentOpened: (watchId, report) => {
      options.events.incidentOpened(watchId, report);
      outbox?.wake();
    },
  };
  const context: JobContext = { store, clock, logger, events };
  const watches = await loadWatches(context, options);
  const draining = new AbortController();
  const abort = new AbortController();
  // Each running trial listens; their number is bounded by the endpoints' concurrency.
  setMaxListeners(0, abort.signal);
  const stop = { draining: draining.signal, abort: abort.signal };
  const schedules: Schedule[] = [];
  const byHand: Promise<void>[] = [];
  outbox = createOutbox(context, sender);
  const deliveries = outbox;
  return {
    store,
    start: async () => {
      deliveries.wake();
      for (const loaded of watches.values()) schedules.push(await scheduleWatch(context, loaded, stop));
    },
    runRound: async (watchId) => {
      const loaded = watches.get(watchId);
      if (!loaded) throw new AppError(`the watch file has no watch called ${watchId}`);
      const work = async (): Promise<void> => {
        const { taken } = await takeUp(context, loaded, stop);
        if (taken === 0) await runRound(context, loaded.watch, loaded.decider, clock.now(), stop);
      };
      const running = work();
      byHand.push(running);
      await running;
      // Not part of what a stop waits for: a receiver that hangs must not hold it up.
      if (!draining.signal.aborted) await deliveries.drain();
    },
    stop: async (graceMs = 7_000) => {
      draining.abort();
      const timer = setTimeout(() => abort.abort(), graceMs);
      await Promise.all(schedules.map((schedule) => schedule.stop()));
      // Whoever asked for the round sees its error; here it only has to have ended.
      await Promise.allSettled(byHand);
      clearTimeout(timer);
      await deliveries.stop();
      await store.close();
      lock.release();
    },
  };
}

/** Goes on with the rounds that a stop, a crash, an error or a budget left open, up to one that has to wait. */
async function takeUp(
  context: JobContext,
  { watch, decider }: LoadedWatch,
  stop: StopSignals,
): Promise<{ taken: number; pause: BudgetPause | null }> {
  const open = await openRounds(context.store.db, watch.config.id);
  for (const round of open) {
    const pause = await resumeRound(context, watch, decider, round, stop);
    if (pause !== null) return { taken: open.length, pause };
  }
  return { taken: open.length, pause: null };
}

async function scheduleWatch(context: JobContext, loaded: LoadedWatch, stop: StopSignals): Promise<Schedule> {
  const { config } = loaded.watch;
  const resume = async (): Promise<BudgetPause | null> => (await takeUp(context, loaded, stop)).pause;
  const start = async (at: number): Promise<BudgetPause | null> => {
    // A round that was left open would hold up the fold of every later one.
    const pause = await resume();
    if (pause !== null || stop.draining.aborted) return pause;
    return await runRound(context, loaded.watch, loaded.decider, at, stop);
  };
  const leftOpen = (await openRounds(context.store.db, config.id)).length > 0;
  return await startSchedule(context, config.id, config.schedule, { start, resume, leftOpen });
}

async function loadWatches(context: JobContext, options: AppOptions): Promise<Map<string, LoadedWatch>> {
  const budgets = accountBudgets(options.file.watches);
  const ledger = createLedger(context, budgets);
  const openSides = sidesOf({ ...options, budgets });
  const loaded = new Map<string, LoadedWatch>();
  for (const config of options.file.watches) {
    const { suites, endpoints } = await openSides(config);
    const { epoch, engine } = await defineWatch(context, config, suites);
    const watch: RunnableWatch = { config, epoch, engine, suites, endpoints, ledger };
    loaded.set(config.id, { watch, decider: await createDecider(context, watch) });
  }
  return loaded;
}
