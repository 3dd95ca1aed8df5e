import { isApi, type WatchConfig, watchDefinition } from '../config/index.js';
import { canonicalJson, type Json, sha256 } from '../core/index.js';
import { appendLog } from '../evidence/index.js';
import { defaultDefinition, type EngineDefinition, epochAlpha } from '../fingerprint/index.js';
import { type Suite, suiteText } from '../probes/index.js';
import {
  beginEpoch,
  findWatch,
  incidentsOfEpoch,
  keepSuites,
  lastRound,
  openRounds,
  renameWatch,
  type Tx,
} from '../store/index.js';
import { closeRound } from './close-round.js';
import type { JobContext, RunnableWatch } from './context.js';
import { resolveByEngine } from './incidents/trigger.js';

/** The epoch a watch is in, and the rules its trials are folded by. */
export interface DefinedWatch {
  readonly epoch: number;
  readonly engine: EngineDefinition;
}

/**
 * Brings the store in step with the watch file. What is compared, and how, is logged before the first
 * request; when that changes, a new epoch begins with a smaller level, so that all epochs together stay
 * within the watch's alpha.
 */
export async function defineWatch(
  context: JobContext,
  config: WatchConfig,
  suites: readonly Suite[],
  canarySuites: readonly Suite[] = [],
): Promise<DefinedWatch> {
  const { store, clock } = context;
  // Evidence of this epoch may be asked for when the files are long gone.
  await store.transaction((tx) => keepSuites(tx, texts([...suites, ...canarySuites])));
  const definition: Json = {
    watch: watchDefinition(config),
    suites: suites.map(contentsOf),
    ...(canarySuites.length === 0 ? {} : { canarySuites: canarySuites.map(contentsOf) }),
    // The level is a function of alpha and the epoch; everything else that the engine needs stands here.
    engine: engineOf(config, config.alpha) as unknown as Json,
  };
  const definitionText = canonicalJson(definition);
  const hash = sha256(definitionText);
  const current = await findWatch(store.db, config.id);
  if (current?.epoch.definition_hash === hash) {
    if (current.watch.title !== config.title || current.watch.claim !== config.claim) {
      await store.transaction((tx) => rename(tx, config, current.epoch.epoch, clock.now()));
    }
    return { epoch: current.epoch.epoch, engine: JSON.parse(current.epoch.engine) as EngineDefinition };
  }
  const epoch = (current?.epoch.epoch ?? 0) + 1;
  return await openEpoch(context, config, { epoch, definition: definitionText, hash });
}

/** Those that are known by their texts: the prompts of recorded answers are known by the hash of the file. */
function texts(suites: readonly Suite[]): { hash: string; text: string }[] {
  return suites
    .map((suite) => ({ hash: suite.hash, text: suiteText(suite) }))
    .filter(({ hash, text }) => sha256(text) === hash);
}

async function rename(tx: Tx, { id, title, claim }: WatchConfig, epoch: number, at: number): Promise<void> {
  await renameWatch(tx, id, title, claim);
  await appendLog(tx, at, [{ kind: 'watch-title', watchId: id, payload: { epoch, title, claim } }]);
}

function engineOf({ compareLength, listed, released }: WatchConfig, alpha: number): EngineDefinition {
  const scored = [listed, released].every((side) => isApi(side) && side.topLogprobs !== null);
  return { ...defaultDefinition(alpha), compareLength, ...(scored ? { logProbs: true } : {}) };
}

function contentsOf({ id, version, hash }: Suite): Json {
  return { id, version, hash };
}

/**
 * Begins a verification of the watch's claim: a new epoch with the same definition and a smaller level, for
 * looking again and again at one level would be as many chances of a false alarm. An epoch in which nothing
 * has been planned yet is used as it is.
 */
export async function beginVerification(context: JobContext, watch: RunnableWatch): Promise<DefinedWatch> {
  const { db } = context.store;
  const { config, epoch, engine } = watch;
  const current = await findWatch(db, config.id);
  if (current === null || (await lastRound(db, config.id, epoch)) === null) return { epoch, engine };
  const { definition, definition_hash: hash } = current.epoch;
  return await openEpoch(context, config, { epoch: epoch + 1, definition, hash, reason: 'verify' });
}

/**
 * Where an operator has resolved or retracted what an epoch came to, the next epoch begins: the same definition, a smaller
 * level. Its evidence starts anew, so that a difference that is still there is found again, and one that is gone is not.
 */
export async function beginAfterResolution(context: JobContext, watch: RunnableWatch): Promise<DefinedWatch> {
  const { db } = context.store;
  const { config, epoch, engine } = watch;
  const ended = (await incidentsOfEpoch(db, config.id, epoch, 'divergence')).some(
    ({ status }) => status !== 'open',
  );
  const current = ended ? await findWatch(db, config.id) : null;
  if (current === null) return { epoch, engine };
  const { definition, definition_hash: hash } = current.epoch;
  return await openEpoch(context, config, { epoch: epoch + 1, definition, hash, reason: 'resolved' });
}

interface NextEpoch {
  readonly epoch: number;
  /** Canonical JSON. */
  readonly definition: string;
  readonly hash: string;
  /** Why it begins, where the definition has not changed. */
  readonly reason?: 'verify' | 'resolved';
}

/** Incidents that end with their epoch. A divergence stands until a person says otherwise. */
const ofAnEpoch = ['equivalence', 'declared-change', 'unreadable', 'budget'] as const;

async function openEpoch(context: JobContext, config: WatchConfig, next: NextEpoch): Promise<DefinedWatch> {
  const { epoch } = next;
  const engine = engineOf(config, epochAlpha(config.alpha, epoch));
  await context.store.transaction(async (tx) => {
    const at = context.clock.now();
    for (const round of await openRounds(tx, config.id))
      await closeRound(tx, config, round, 'superseded', at);
    for (const kind of ofAnEpoch) await resolveByEngine(tx, config, kind, 'a new epoch has begun', at);
    await insertEpoch(tx, config, next, engine, at);
  });
  return { epoch, engine };
}

async function insertEpoch(
  tx: Tx,
  config: WatchConfig,
  next: NextEpoch,
  engineDefinition: EngineDefinition,
  at: number,
): Promise<void> {
  const engine = canonicalJson(engineDefinition as unknown as Json);
  const { epoch, definition, hash, reason } = next;
  await beginEpoch(
    tx,
    { id: config.id, title: config.title, claim: config.claim, created_at: at },
    {
      watch_id: config.id,
      epoch,
      definition,
      definition_hash: hash,
      engine,
      started_at: at,
    },
  );
  const { title, claim } = config;
  const payload = {
    epoch,
    title,
    claim,
    definition,
    definitionHash: hash,
    engine,
    ...(reason ? { reason } : {}),
  };
  await appendLog(tx, at, [{ kind: 'watch-definition', watchId: config.id, payload }]);
}
