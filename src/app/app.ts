import { setMaxListeners } from 'node:events';
import { createSender } from '../alerts/index.js';
import type { Environment, WatchFile } from '../config/index.js';
import type { Clock, Logger } from '../core/index.js';
import {
  createOutbox,
  type JobContext,
  type JobEvents,
  type Outbox,
  type Schedule,
  startDigests,
} from '../jobs/index.js';
import { lockStore, openStore, type Store, type StoreLock } from '../store/index.js';
import { openSeal } from './seal.js';
import type { VerifyOptions } from './verify.js';
import { openWatches, type Verified } from './watches.js';
import { type ServedPage, serveStore } from './web.js';

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
  /** Serves the web page where the watch file asks for one. Resolves with its address, or null. @throws WebError */
  serve(): Promise<string | null>;
  /** Runs one round of a watch now, and tries to deliver what it led to. @throws AppError for an unknown watch */
  runRound(watchId: string): Promise<void>;
  /**
   * Runs trials of a watch until there is a verdict or a limit is reached, and tries to deliver what it led to.
   * @throws AppError for an unknown watch, or a limit in money without a price
   */
  verify(watchId: string, options: VerifyOptions): Promise<Verified>;
  /** Ends gracefully: running trials may finish within `graceMs`, then they are void. */
  stop(graceMs?: number): Promise<void>;
}

/** Opens the store for this process alone and brings every watch up to date. @throws StoreError, EvidenceError, ProbeError, ConfigError */
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
  const seal = await openSeal(store, file.evidence, clock);
  const context: JobContext = { store, clock, logger, events, seal, publicUrl: file.web?.publicUrl ?? null };
  const draining = new AbortController();
  const abort = new AbortController();
  // Each running trial listens; their number is bounded by the endpoints' concurrency.
  setMaxListeners(0, abort.signal);
  const stop = { draining: draining.signal, abort: abort.signal };
  const watches = await openWatches(context, { file, env }, stop);
  const schedules: Schedule[] = [];
  const byHand: Promise<unknown>[] = [];
  outbox = createOutbox(context, sender);
  const deliveries = outbox;
  const runByHand = async <T>(running: Promise<T>): Promise<T> => {
    byHand.push(running);
    const result = await running;
    // Not part of what a stop waits for: a receiver that hangs must not hold it up.
    if (!draining.signal.aborted) await deliveries.drain();
    return result;
  };
  let page: ServedPage | null = null;
  return {
    store,
    serve: async () => {
      const { web: config, watches: watched } = file;
      if (config === null) return null;
      const shown = { store, clock, logger, config, watches: watched, isReadOnly: false };
      // A mail without links back would be of no use.
      const jobs = file.smtp === null || config.publicUrl === null ? null : context;
      page = await serveStore({ ...shown, witnesses: file.evidence.witnesses, jobs });
      return page.address;
    },
    start: async () => {
      deliveries.wake();
      for await (const schedule of watches.schedules()) schedules.push(schedule);
      schedules.push(startDigests(context, file.watches, deliveries.wake));
    },
    runRound: (watchId) => runByHand(watches.runRound(watchId)),
    verify: (watchId, limits) => runByHand(watches.verify(watchId, limits)),
    stop: async (graceMs = 7_000) => {
      draining.abort();
      const timer = setTimeout(() => abort.abort(), graceMs);
      await Promise.all(schedules.map((schedule) => schedule.stop()));
      // Whoever asked for the round sees its error; here it only has to have ended.
      await Promise.allSettled(byHand);
      clearTimeout(timer);
      await page?.close();
      await deliveries.stop();
      await store.close();
      lock.release();
    },
  };
}
