import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { seededRandom } from '../../src/core/index.js';
import { openSigner, signCheckpoint, writeBundle } from '../../src/evidence/index.js';
import { runRound } from '../../src/jobs/index.js';
import type { Endpoint } from '../../src/probes/index.js';
import { noMeta } from '../../src/probes/outcome.js';
import { loadWatch, openWorld, running, watchConfig } from '../../test/jobs/_world.js';

const TRIALS_PER_ROUND = 500;
/** An answer of a kilobyte, as chat models give on average. */
const WORDS = 150;

/** Asks two models `trials` times, through the program's own rounds, and writes the bundle. Returns its path. */
export async function largeBundle(folder: string, trials: number): Promise<string> {
  const world = await openWorld(folder);
  try {
    const { store, clock, context } = world;
    const keys = { keyFile: join(folder, 'bench.key'), origin: 'bench', witnesses: [] };
    const signer = await openSigner(store, keys, clock.now());
    const suite = {
      id: 'bench',
      version: 1,
      title: 'Bench',
      dynamic: [
        {
          id: 'made',
          template: 'What has {thing} to do with {other}?',
          slots: { thing: { from: 1, to: 999 }, other: { from: 1, to: 999 } },
        },
      ],
    };
    const path = join(folder, 'bench.yaml');
    writeFileSync(path, JSON.stringify(suite));
    const config = watchConfig({ trials_per_round: TRIALS_PER_ROUND, suites: [{ file: path }] });
    const sides = { listed: speaker('listed'), released: speaker('released') };
    const { watch, decider } = await loadWatch(world, config, sides);
    for (let done = 0; done < trials; done += TRIALS_PER_ROUND)
      await runRound(context, watch, decider, 0, running);
    await store.transaction((tx) => signCheckpoint(tx, signer, clock.now()));
    const bundle = join(folder, 'bench.tar.gz');
    await writeBundle(store.db, { watch: config.id, epoch: watch.epoch }, bundle);
    return bundle;
  } finally {
    await world.store.close();
  }
}

/** A model that never says the same twice; both sides are the same, so that every verdict stays open. */
function speaker(name: string): Endpoint {
  const random = seededRandom(name);
  const vocabulary = Array.from({ length: 3000 }, () => random.uint32().toString(36).slice(0, 6));
  let time = 0;
  return {
    ask: async () => {
      const text = Array.from(
        { length: WORDS },
        (_, i) => `${random.pick(vocabulary)}${i % 12 === 11 ? '.' : ''}`,
      );
      time += 1;
      return {
        outcome: { kind: 'answer', text: text.join(' ') },
        meta: { ...noMeta, finishReason: 'stop', httpStatus: 200 },
        attempts: 1,
        startedAt: time,
        latencyMs: 1,
      };
    },
  };
}
