import { join } from 'node:path';
import { stringify } from 'yaml';
import { parseWatchFile, type WatchConfig } from '../../src/config/index.js';
import { type Clock, createLogger, seededRandom } from '../../src/core/index.js';
import type { Side } from '../../src/fingerprint/index.js';
import {
  createDecider,
  type Decider,
  defineWatch,
  type JobContext,
  type RunnableWatch,
  type StopSignals,
} from '../../src/jobs/index.js';
import {
  type AskResult,
  createLedger,
  type Endpoint,
  type Ledger,
  loadSuite,
} from '../../src/probes/index.js';
import { noMeta } from '../../src/probes/outcome.js';
import { openStore, type Store } from '../../src/store/index.js';

/** A signal that nobody gives. */
export const never: AbortSignal = new AbortController().signal;

/** Nobody stops anything. */
export const running: StopSignals = { draining: never, abort: new AbortController().signal };

/** A clock that the test sets; each look moves it on by a millisecond, so that no two times are equal. */
export interface TestClock extends Clock {
  time: number;
}

/** A real store in `folder`, and a context whose events are counted. */
export interface World {
  readonly store: Store;
  readonly clock: TestClock;
  readonly context: JobContext;
  /** Watch ids of the incidents opened. */
  readonly opened: string[];
}

export async function openWorld(folder: string): Promise<World> {
  const store = await openStore({ kind: 'sqlite', path: join(folder, 'jobs.db') });
  const clock: TestClock = {
    time: Date.UTC(2026, 0, 1),
    now: () => {
      clock.time += 1;
      return clock.time;
    },
    sleep: () => Promise.reject(new Error('nothing here waits')),
  };
  const opened: string[] = [];
  const events = {
    roundStarted: () => undefined,
    trialFolded: () => undefined,
    roundFinished: () => undefined,
    roundPaused: () => undefined,
    incidentOpened: (id: string) => {
      opened.push(id);
    },
  };
  const logger = createLogger({ level: 'silent' });
  const context = { store, clock, logger, events, seal: () => Promise.resolve(), publicUrl: null };
  return { store, clock, context, opened };
}

/** A watch's configuration, `more` in the watch file's own words. */
export function watchConfig(more: object = {}): WatchConfig {
  const side = { kind: 'openai', base_url: 'http://127.0.0.1:9/v1', concurrency: 4 };
  const watch = {
    id: 'pair',
    listed: { ...side, model: 'listed-model' },
    released: { ...side, model: 'released-model' },
    schedule: '0 12 * * *',
    ...more,
  };
  const file = parseWatchFile(stringify({ version: 1, watches: [watch] }), 'twinwatch.yaml', null);
  const [config] = file.watches;
  if (!config) throw new Error('no watch');
  return config;
}

/** A side that answers in its own style, never twice in the same words. */
export function speaker(style: 'plain' | 'tuned', before?: (prompt: string) => Promise<void>): Endpoint {
  const random = seededRandom(`speaker ${style}`);
  const words = ['river', 'stone', 'because', 'often', 'light', 'seldom', 'under', 'paper', 'green', 'walk'];
  let time = 0;
  return {
    ask: async (prompt): Promise<AskResult> => {
      await before?.(prompt);
      const length = 20 + random.below(20) + (style === 'tuned' ? 40 : 0);
      const text = Array.from({ length }, () => random.pick(words)).join(' ');
      time += 1;
      return answered(style === 'tuned' ? `**Great question!** 🎉 ${text}! 🚀` : `${text}.`, time);
    },
  };
}

function answered(text: string, startedAt: number): AskResult {
  return {
    outcome: { kind: 'answer', text },
    meta: { ...noMeta, finishReason: 'stop', httpStatus: 200, firstByteMs: 1 },
    attempts: 1,
    startedAt,
    latencyMs: 1,
  };
}

/** Defines the watch in the store, and loads its evidence, as a start of the program does. */
export async function loadWatch(
  { context }: World,
  config: WatchConfig,
  endpoints: Readonly<Record<Side, Endpoint>>,
  ledger: Ledger = createLedger(context, new Map()),
): Promise<{ watch: RunnableWatch; decider: Decider }> {
  const suites = config.suites.map((suite) => loadSuite(suite));
  const canarySuites = (config.canary?.suites ?? []).map((suite) => loadSuite(suite));
  const defined = await defineWatch(context, config, suites, canarySuites);
  const watch = { config, ...defined, suites, canarySuites, endpoints, ledger };
  return { watch, decider: await createDecider(context, watch) };
}
