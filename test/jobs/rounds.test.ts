import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { canonicalJson, type Json, sha256 } from '../../src/core/index.js';
import { verifyLog } from '../../src/evidence/index.js';
import { createFold } from '../../src/fingerprint/index.js';
import { trialRecord } from '../../src/jobs/fold-trials.js';
import { readReport, resumeRound, runRound, type StopSignals } from '../../src/jobs/index.js';
import { planRound } from '../../src/probes/index.js';
import { openRounds, startTrial, trialsAfter, trialsOfRound } from '../../src/store/index.js';
import { temporaryFolders } from '../_util/folder.js';
import { loadWatch, openWorld, running, speaker, type World, watchConfig } from './_world.js';

const newFolder = temporaryFolders();
const stopped: StopSignals = { draining: AbortSignal.abort(), abort: new AbortController().signal };
let world: World;

beforeEach(async () => {
  world = await openWorld(newFolder());
});

afterEach(async () => {
  await world.store.close();
});

interface Entry {
  readonly kind: string;
  readonly payload: Record<string, unknown>;
}

async function log(): Promise<Entry[]> {
  const rows = await world.store.db.selectFrom('log').selectAll().orderBy('height').execute();
  return rows.map(({ kind, payload }) => ({ kind, payload: JSON.parse(payload) as Record<string, unknown> }));
}

async function points(): Promise<{ seq: number; log10_e: number }[]> {
  return await world.store.db
    .selectFrom('evidence_points')
    .select(['seq', 'log10_e'])
    .orderBy('epoch')
    .orderBy('seq')
    .execute();
}

describe('a round', () => {
  it('commits to its plan before the first request and reveals the seed after the last', async () => {
    const kindsWhenAsked: string[][] = [];
    const listed = speaker('plain', async () => {
      kindsWhenAsked.push((await log()).map(({ kind }) => kind));
    });
    const { watch, decider } = await loadWatch(world, watchConfig(), { listed, released: speaker('plain') });
    await runRound(world.context, watch, decider, 0, running);
    await runRound(world.context, watch, decider, 1000, running);

    expect(kindsWhenAsked).toHaveLength(20);
    for (const kinds of kindsWhenAsked.slice(0, 10)) {
      expect(kinds.slice(0, 2)).toEqual(['watch-definition', 'round-plan']);
      expect(kinds).not.toContain('seed-reveal');
    }
    const kinds = (await log()).map(({ kind }) => kind).filter((kind) => kind !== 'verdict');
    const round = ['round-plan', ...Array(10).fill('trial'), 'seed-reveal'];
    expect(kinds).toEqual(['watch-definition', ...round, ...round]);
    await verifyLog(world.store.db);
  });

  it('can be planned again by anyone from the revealed seed', async () => {
    const sides = { listed: speaker('plain'), released: speaker('plain') };
    const { watch, decider } = await loadWatch(world, watchConfig(), sides);
    await runRound(world.context, watch, decider, 0, running);
    await runRound(world.context, watch, decider, 1000, running);

    const entries = await log();
    const plans = entries.filter(({ kind }) => kind === 'round-plan').map(({ payload }) => payload);
    const seeds = entries
      .filter(({ kind }) => kind === 'seed-reveal')
      .map(({ payload }) => String(payload.seed));
    const used = new Set<string>();
    for (const [i, seed] of seeds.entries()) {
      const plan = await planRound({
        suites: watch.suites,
        seed,
        trials: 10,
        releasedPerTrial: 1,
        used: async (hashes) => new Set(hashes.filter((hash) => used.has(hash))),
      });
      expect(plans[i]).toMatchObject({
        seedHash: sha256(seed),
        planHash: sha256(canonicalJson(plan as unknown as Json)),
      });
      for (const trial of plan) used.add(trial.promptHash);
    }
    expect(used.size).toBe(20);
    const asked = await trialsAfter(world.store.db, 'pair', 1, 0, 100);
    expect(asked.map(({ trial }) => trial.prompt_hash)).toEqual([...used]);
  });

  it('folds in planned order, though trials end in another', async () => {
    let open = (): void => undefined;
    const gate = new Promise<void>((resolve) => {
      open = resolve;
    });
    let asked = 0;
    const hold = async (): Promise<void> => {
      asked += 1;
      if (asked === 1) await gate;
    };
    const sides = { listed: speaker('tuned', hold), released: speaker('plain', hold) };
    const { watch, decider } = await loadWatch(world, watchConfig(), sides);
    const round = runRound(world.context, watch, decider, 0, running);
    await vi.waitFor(async () => {
      expect((await log()).filter(({ kind }) => kind === 'trial')).toHaveLength(9);
    });
    expect(await points()).toEqual([]);
    open();
    await round;

    const logged = (await log()).filter(({ kind }) => kind === 'trial').map(({ payload }) => payload.seq);
    expect(logged.at(-1)).toBe(1);
    const fold = createFold(watch.engine);
    const trials = await trialsAfter(world.store.db, 'pair', 1, 0, 100);
    const expected = trials.map((entry) => ({
      seq: entry.trial.seq,
      log10_e: fold.add(trialRecord(entry)).log10E,
    }));
    expect(expected).toHaveLength(10);
    expect(await points()).toEqual(expected);
  });
});

describe('a round that was left open', () => {
  it('is taken up: trials caught in the middle are void, the others are run once', async () => {
    const asked: string[] = [];
    const note = async (prompt: string): Promise<void> => {
      asked.push(prompt);
    };
    const sides = { listed: speaker('plain', note), released: speaker('plain', note) };
    const before = await loadWatch(world, watchConfig(), sides);
    await runRound(world.context, before.watch, before.decider, 0, stopped);
    const [round] = await openRounds(world.store.db, 'pair');
    if (!round) throw new Error('no round was left open');
    const planned = await trialsOfRound(world.store.db, round.id);
    const caught = planned.slice(1, 3);
    for (const trial of caught) await startTrial(world.store.db, trial.id, 1);
    expect(asked).toEqual([]);

    const after = await loadWatch(world, watchConfig(), sides);
    await resumeRound(world.context, after.watch, after.decider, round, running);
    const trials = await trialsOfRound(world.store.db, round.id);
    expect(trials.map(({ status }) => status)).toEqual(
      planned.map((trial) => (caught.includes(trial) ? 'void' : 'complete')),
    );
    for (const { seq } of caught) {
      expect(trials[seq - 1]).toMatchObject({
        void_cause: 'interrupted',
        void_side: null,
        void_reason: 'crash',
      });
    }
    const rest = planned.filter((trial) => !caught.includes(trial)).map(({ prompt }) => prompt);
    expect(asked.sort()).toEqual([...rest, ...rest].sort());
    expect((await points()).map(({ seq }) => seq)).toEqual(planned.map(({ seq }) => seq));
    expect((await log()).filter(({ kind }) => kind === 'seed-reveal')).toHaveLength(1);
    expect(await openRounds(world.store.db, 'pair')).toEqual([]);
  });

  it('gives the same evidence whether the fold came from a snapshot, from the trials, or never stopped', async () => {
    const sides = { listed: speaker('tuned'), released: speaker('plain') };
    const first = await loadWatch(world, watchConfig(), sides);
    await runRound(world.context, first.watch, first.decider, 0, running);
    const second = await loadWatch(world, watchConfig(), sides);
    await runRound(world.context, second.watch, second.decider, 1, running);
    await world.store.db.deleteFrom('engine_snapshots').execute();
    const third = await loadWatch(world, watchConfig(), sides);
    await runRound(world.context, third.watch, third.decider, 2, running);

    const fold = createFold(first.watch.engine);
    const trials = await trialsAfter(world.store.db, 'pair', 1, 0, 100);
    expect(trials).toHaveLength(30);
    const expected = trials.map((entry) => ({
      seq: entry.trial.seq,
      log10_e: fold.add(trialRecord(entry)).log10E,
    }));
    expect(await points()).toEqual(expected);
    expect(world.opened).toEqual(['pair']);
    expect(await readReport(world.store.db, 'pair', 1, first.watch.engine)).toEqual(fold.report());
  });
});

describe('a changed watch', () => {
  it('begins a new epoch with a smaller level; a new name or schedule does not', async () => {
    const sides = { listed: speaker('plain'), released: speaker('plain') };
    const first = await loadWatch(world, watchConfig(), sides);
    await runRound(world.context, first.watch, first.decider, 0, stopped);
    const renamed = await loadWatch(world, watchConfig({ title: 'Another', schedule: '0 1 * * *' }), sides);
    expect(renamed.watch).toMatchObject({ epoch: 1, engine: first.watch.engine });
    expect(await openRounds(world.store.db, 'pair')).toHaveLength(1);

    const changed = await loadWatch(world, watchConfig({ released_per_trial: 2 }), sides);
    expect(changed.watch.epoch).toBe(2);
    expect(first.watch.engine.alpha).toBeCloseTo((6 * 0.001) / Math.PI ** 2, 12);
    expect(changed.watch.engine.alpha).toBeCloseTo(first.watch.engine.alpha / 4, 12);
    // What the old epoch still had open is void, and its seed is revealed before the new one begins.
    expect(await openRounds(world.store.db, 'pair')).toEqual([]);
    expect((await log()).map(({ kind }) => kind)).toEqual([
      'watch-definition',
      'round-plan',
      'watch-title',
      ...Array(10).fill('trial'),
      'seed-reveal',
      'watch-definition',
    ]);
    await runRound(world.context, changed.watch, changed.decider, 0, running);
    const trials = await trialsAfter(world.store.db, 'pair', 2, 0, 100);
    expect(trials.map(({ trial }) => trial.seq)).toEqual(Array.from({ length: 10 }, (_, i) => i + 1));
    expect(trials.every(({ answers }) => answers.length === 3)).toBe(true);
    const back = await loadWatch(world, watchConfig(), sides);
    expect(back.watch.epoch).toBe(3);
  });
});
