import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { verifyLog } from '../../src/evidence/index.js';
import { epochAlpha } from '../../src/fingerprint/index.js';
import {
  beginVerification,
  createDecider,
  type Decider,
  type RunnableWatch,
  type StopSignals,
  type Verification,
  type VerifyLimits,
  verifyWatch,
} from '../../src/jobs/index.js';
import { failed } from '../../src/probes/endpoints/classify.js';
import type { Endpoint } from '../../src/probes/index.js';
import { findWatch, openRounds, trialsAfter } from '../../src/store/index.js';
import { temporaryFolders } from '../_util/folder.js';
import { metered } from './_metered.js';
import { loadWatch, never, openWorld, running, speaker, type World, watchConfig } from './_world.js';

const newFolder = temporaryFolders();
const unlimited: VerifyLimits = { maxTrials: 500, maxMicros: null };
let folder: string;
let world: World;

beforeEach(async () => {
  folder = newFolder();
  world = await openWorld(folder);
});
afterEach(() => world.store.close());

interface Ready {
  readonly watch: RunnableWatch;
  readonly decider: Decider;
}

async function verify(
  { watch, decider }: Ready,
  limits: Partial<VerifyLimits> = {},
  stop: StopSignals = running,
): Promise<Verification> {
  return await verifyWatch(world.context, watch, decider, { ...unlimited, ...limits }, stop, () => undefined);
}

async function plannedRounds(): Promise<{ epoch: number; finished_at: number | null }[]> {
  return await world.store.db
    .selectFrom('rounds')
    .select(['epoch', 'finished_at'])
    .orderBy('epoch')
    .execute();
}

/** Two sides of one style. One is a step ahead, or they would give the same answers word for word. */
async function sameSides(
  before?: (prompt: string) => Promise<void>,
): Promise<Record<'listed' | 'released', Endpoint>> {
  const released = speaker('plain');
  await released.ask('', never);
  return { listed: speaker('plain', before), released };
}

describe('a verification', () => {
  it('ends when the sides are found different, with an incident as on a schedule', async () => {
    const ready = await loadWatch(world, watchConfig(), {
      listed: speaker('tuned'),
      released: speaker('plain'),
    });
    const told = vi.fn();
    const ended = await verifyWatch(world.context, ready.watch, ready.decider, unlimited, running, told);
    expect(ended).toMatchObject({ end: 'decided', pause: null, status: { verdict: 'different' }, micros: 0 });
    expect(ended.trials).toBe(ended.status.trials);
    expect(ended.trials).toBeLessThan(60);
    expect(told).toHaveBeenCalledTimes(1 + ended.trials / 10);
    expect(world.opened).toEqual(['pair']);
    await verifyLog(world.store.db);
  });

  it('starts no more trials than it may, in whole rounds', async () => {
    const ready = await loadWatch(world, watchConfig(), await sameSides());
    expect(await verify(ready, { maxTrials: 25 })).toMatchObject({ end: 'max-trials', trials: 25 });
    const rounds = await plannedRounds();
    expect(rounds).toHaveLength(3);
    expect(rounds.every(({ finished_at }) => finished_at !== null)).toBe(true);
  });

  it('gives up on a watch that stays unreadable', async () => {
    const silent: Endpoint = {
      ask: async () => ({ ...(await speaker('plain').ask('', never)), outcome: cutOff }),
    };
    const ready = await loadWatch(world, watchConfig(), { listed: silent, released: speaker('plain') });
    const ended = await verify(ready);
    expect(ended).toMatchObject({ end: 'unreadable', status: { verdict: 'unreadable' } });
    expect(ended.trials).toBeLessThan(40);
  });

  it('says when the prompts have run out', async () => {
    const file = join(folder, 'few.yaml');
    const fixed = Array.from({ length: 14 }, (_, i) => `  - { id: p${i}, prompt: "What is ${i} and ${i}?" }`);
    writeFileSync(file, `id: few\nversion: 1\ntitle: Few\nfixed:\n${fixed.join('\n')}\n`);
    const config = watchConfig({ suites: [{ file }] });
    const ready = await loadWatch(world, config, await sameSides());
    expect(await verify(ready)).toMatchObject({ end: 'no-prompts', trials: 14 });
  });
});

const cutOff = failed('malformed', 'the stream ended early');

describe('a verification that was stopped', () => {
  it('leaves its round open, which the next one goes on with in the same epoch', async () => {
    const draining = new AbortController();
    let asked = 0;
    const stopAtSix = async (): Promise<void> => {
      asked += 1;
      if (asked === 6) draining.abort();
    };
    const config = watchConfig();
    const sides = await sameSides(stopAtSix);
    const before = await loadWatch(world, config, sides);
    const stop = { draining: draining.signal, abort: never };
    const stopped = await verify(before, {}, stop);
    expect(stopped).toMatchObject({ end: 'stopped', status: { verdict: 'undecided' } });
    expect(stopped.trials).toBeLessThan(10);
    expect(await openRounds(world.store.db, 'pair')).toHaveLength(1);

    const after = await loadWatch(world, config, sides);
    const ended = await verify(after, { maxTrials: 30 - stopped.trials });
    expect(ended.status.trials).toBe(30);
    expect((await plannedRounds()).map(({ epoch }) => epoch)).toEqual([1, 1, 1]);
    expect(await openRounds(world.store.db, 'pair')).toEqual([]);
  });
});

describe('a new verification of the same claim', () => {
  it('opens an epoch at a smaller level, unless the current one is unused', async () => {
    const sides = await sameSides();
    const first = await loadWatch(world, watchConfig(), sides);
    expect(await beginVerification(world.context, first.watch)).toEqual({
      epoch: 1,
      engine: first.watch.engine,
    });
    await verify(first, { maxTrials: 3 });
    const next = await beginVerification(world.context, first.watch);
    expect(next.epoch).toBe(2);
    expect(next.engine.alpha).toBe(epochAlpha(0.001, 2));

    const current = await findWatch(world.store.db, 'pair');
    expect(current?.epoch).toMatchObject({ epoch: 2, definition_hash: expect.any(String) });
    const log = await world.store.db
      .selectFrom('log')
      .selectAll()
      .where('kind', '=', 'watch-definition')
      .orderBy('height')
      .execute();
    const payloads = log.map(({ payload }) => JSON.parse(payload) as Record<string, unknown>);
    expect(payloads.map(({ epoch, reason }) => ({ epoch, reason }))).toEqual([
      { epoch: 1, reason: undefined },
      { epoch: 2, reason: 'verify' },
    ]);
    expect(payloads[0]?.definitionHash).toBe(payloads[1]?.definitionHash);

    const second = { ...first.watch, ...next };
    const decider = await createDecider(world.context, second);
    const ended = await verify({ watch: second, decider }, { maxTrials: 4 });
    expect(ended.status.trials).toBe(4);
    // Whoever loads the watch next, such as the daemon, goes on in that epoch.
    expect((await loadWatch(world, watchConfig(), sides)).watch.epoch).toBe(2);
    await verifyLog(world.store.db);
  });

  it('closes the round that the one before left open', async () => {
    const sides = await sameSides();
    const { watch, decider } = await loadWatch(world, watchConfig(), sides);
    const priced = { watch: { ...watch, endpoints: pricedSides() }, decider };
    expect(await verify(priced, { maxMicros: 60 })).toMatchObject({ end: 'max-cost' });
    expect(await openRounds(world.store.db, 'pair')).toHaveLength(1);
    await beginVerification(world.context, watch);
    expect(await openRounds(world.store.db, 'pair')).toEqual([]);
    const trials = await trialsAfter(world.store.db, 'pair', 1, 0, 100);
    expect(trials.filter(({ trial }) => trial.status === 'planned')).toEqual([]);
  });
});

/** Sides whose every request costs 4 and is reserved at 10. */
function pricedSides(): Record<'listed' | 'released', Endpoint> {
  return { listed: metered(speaker('plain'), 10, 4), released: metered(speaker('plain'), 10, 4) };
}

describe('a limit in money', () => {
  it('is never passed, though what trials may cost at worst is known only from prices', async () => {
    const ready = await loadWatch(world, watchConfig(), pricedSides());
    const ended = await verify(ready, { maxMicros: 100 });
    expect(ended).toMatchObject({ end: 'max-cost', trials: 11, micros: 88 });
    // A trial takes 8, and needs 20 at its worst: after the eleventh 12 are left.
    const [round] = await openRounds(world.store.db, 'pair');
    expect(round).toMatchObject({ number: 2, finished_at: null });
  });

  it('that is too small for one trial starts none', async () => {
    const ready = await loadWatch(world, watchConfig(), pricedSides());
    expect(await verify(ready, { maxMicros: 19 })).toMatchObject({ end: 'max-cost', trials: 0, micros: 0 });
  });
});
