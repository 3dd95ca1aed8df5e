import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { seededRandom } from '../../src/core/index.js';
import { type Decider, runRound } from '../../src/jobs/index.js';
import { logprobsText } from '../../src/probes/endpoints/logprobs.js';
import { type Endpoint, noMeta } from '../../src/probes/outcome.js';
import { temporaryFolders } from '../_util/folder.js';
import { loadWatch, openWorld, running, type World, watchConfig } from './_world.js';

const newFolder = temporaryFolders();
let world: World;

beforeEach(async () => {
  world = await openWorld(newFolder());
});
afterEach(async () => {
  await world.store.close();
});

/** A side whose every answer is "Yes", with a log-probability around −level. */
function sureSide(level: number): Endpoint {
  const random = seededRandom(`sure ${level}`);
  return {
    ask: async () => {
      const logprob = -level * (0.5 + random.unit());
      const top = [
        { token: 'Yes', logprob },
        { token: 'No', logprob: logprob - 2 },
      ];
      const logprobs = logprobsText([{ token: 'Yes', logprob, top_logprobs: top }]);
      return {
        outcome: { kind: 'answer', text: 'Yes' },
        meta: { ...noMeta, logprobs },
        attempts: 1,
        startedAt: world.clock.now(),
        latencyMs: 1,
      };
    },
  };
}

/** One round of 30 trials. `asked` sides ask for alternatives. */
async function oneRound(asked: { listed: boolean; released: boolean }): Promise<Decider> {
  const side = (name: string, withTop: boolean): object => ({
    kind: 'openai',
    base_url: 'http://127.0.0.1:9/v1',
    model: name,
    ...(withTop ? { top_logprobs: 5 } : {}),
  });
  const config = watchConfig({
    listed: side('one', asked.listed),
    released: side('other', asked.released),
    suites: ['one-token'],
    trials_per_round: 30,
  });
  const loaded = await loadWatch(world, config, { listed: sureSide(0.2), released: sureSide(0.8) });
  await runRound(world.context, loaded.watch, loaded.decider, world.clock.now(), running);
  return loaded.decider;
}

describe('log-probabilities', () => {
  it('tell apart two sides that say the same word, when both report them', async () => {
    const decider = await oneRound({ listed: true, released: true });
    expect(decider.status().verdict).toBe('different');
    expect(world.opened).toEqual(['pair']);
  });

  it('count for nothing when only one side asks for them', async () => {
    const decider = await oneRound({ listed: true, released: false });
    expect(decider.status()).toMatchObject({ trials: 30, log10E: 0 });
  });
});
