import { type WatchConfig, watchDefinition } from '../config/index.js';
import { canonicalJson, type Json, sha256 } from '../core/index.js';
import { appendLog } from '../evidence/index.js';
import { defaultDefinition, type EngineDefinition, epochAlpha } from '../fingerprint/index.js';
import type { Suite } from '../probes/index.js';
import { beginEpoch, findWatch, openRounds, renameWatch, type Tx } from '../store/index.js';
import { closeRound } from './close-round.js';
import type { JobContext } from './context.js';

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
): Promise<DefinedWatch> {
  const { store, clock } = context;
  const definition: Json = {
    watch: watchDefinition(config),
    suites: suites.map(({ id, version, hash }) => ({ id, version, hash })),
    // The level is a function of alpha and the epoch; everything else that the engine needs stands here.
    engine: { ...defaultDefinition(config.alpha), compareLength: config.compareLength } as unknown as Json,
  };
  const definitionText = canonicalJson(definition);
  const hash = sha256(definitionText);
  const current = await findWatch(store.db, config.id);
  if (current?.epoch.definition_hash === hash) {
    if (current.watch.title !== config.title || current.watch.claim !== config.claim) {
      await store.transaction((tx) => renameWatch(tx, config.id, config.title, config.claim));
    }
    return { epoch: current.epoch.epoch, engine: JSON.parse(current.epoch.engine) as EngineDefinition };
  }
  const epoch = (current?.epoch.epoch ?? 0) + 1;
  const engine: EngineDefinition = {
    ...defaultDefinition(epochAlpha(config.alpha, epoch)),
    compareLength: config.compareLength,
  };
  await store.transaction(async (tx) => {
    const at = clock.now();
    for (const round of await openRounds(tx, config.id)) await closeRound(tx, round, 'superseded', at);
    await insertEpoch(tx, config, { epoch, definition: definitionText, hash, engine }, at);
  });
  return { epoch, engine };
}

async function insertEpoch(
  tx: Tx,
  config: WatchConfig,
  next: { epoch: number; definition: string; hash: string; engine: EngineDefinition },
  at: number,
): Promise<void> {
  const engine = canonicalJson(next.engine as unknown as Json);
  await beginEpoch(
    tx,
    { id: config.id, title: config.title, claim: config.claim, created_at: at },
    {
      watch_id: config.id,
      epoch: next.epoch,
      definition: next.definition,
      definition_hash: next.hash,
      engine,
      started_at: at,
    },
  );
  const payload = { epoch: next.epoch, definition: next.definition, definitionHash: next.hash, engine };
  await appendLog(tx, at, [{ kind: 'watch-definition', watchId: config.id, payload }]);
}
