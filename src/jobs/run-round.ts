import PQueue from 'p-queue';
import { canonicalJson, type Json, newId, newSeed, sha256 } from '../core/index.js';
import { appendLog } from '../evidence/index.js';
import { type Grant, type PlannedTrial, planRound, runTrial, type Slot } from '../probes/index.js';
import {
  endTrial,
  insertRound,
  lastRound,
  lastSeq,
  type RoundsTable,
  type RoundTier,
  startTrial,
  type TrialsTable,
  trialsOfRound,
  usedPrompts,
} from '../store/index.js';
import { createBudgetGate, recordPause } from './budget-gate.js';
import { closeRound, voidUnanswered } from './close-round.js';
import type { BudgetPause, JobContext, RunnableWatch } from './context.js';
import type { Decider } from './decide.js';
import { noteDeclared } from './declared-changes.js';
import { followDeclared } from './incidents/follow-declared.js';
import { promptsOf } from './tiers.js';
import { answerRow, trialPayload } from './trial-rows.js';

/** The two ways to stop: `draining` starts no further trial, `abort` voids those that run. */
export interface StopSignals {
  readonly draining: AbortSignal;
  readonly abort: AbortSignal;
}

/**
 * Plans a round, commits to the plan in the log, and runs it. Resolves with what it waits for when a budget
 * ended; the round then stays open. @throws ProbeError when no prompt is left
 */
export async function runRound(
  context: JobContext,
  watch: RunnableWatch,
  decider: Decider,
  scheduledAt: number,
  stop: StopSignals,
  tier: RoundTier = 'full',
): Promise<BudgetPause | null> {
  const round = await commitPlan(context, watch, scheduledAt, tier);
  return await runPlanned(context, watch, decider, round, stop);
}

/** Takes up a round that a stop, a crash or a budget left open: trials caught in the middle are void, the rest are run. */
export async function resumeRound(
  context: JobContext,
  watch: RunnableWatch,
  decider: Decider,
  round: RoundsTable,
  stop: StopSignals,
): Promise<BudgetPause | null> {
  const at = context.clock.now();
  await context.store.transaction(async (tx) => {
    const caught = (await trialsOfRound(tx, round.id)).filter((trial) => trial.status === 'running');
    for (const trial of caught) await appendLog(tx, at, [await voidUnanswered(tx, trial, 'crash', at)]);
  });
  return await runPlanned(context, watch, decider, round, stop);
}

async function commitPlan(
  context: JobContext,
  watch: RunnableWatch,
  scheduledAt: number,
  tier: RoundTier,
): Promise<RoundsTable> {
  const { config, epoch } = watch;
  const { suites, trials: count } = promptsOf(watch, tier);
  const { db } = context.store;
  const seed = newSeed();
  const plan = await planRound({
    suites,
    seed,
    trials: count,
    releasedPerTrial: config.releasedPerTrial,
    used: (hashes) => usedPrompts(db, config.id, epoch, hashes),
  });
  const startedAt = context.clock.now();
  const number = ((await lastRound(db, config.id, epoch))?.number ?? 0) + 1;
  const firstSeq = (await lastSeq(db, config.id, epoch)) + 1;
  const round: RoundsTable = {
    id: newId(),
    watch_id: config.id,
    epoch,
    number,
    tier,
    scheduled_at: scheduledAt,
    started_at: startedAt,
    finished_at: null,
    seed,
    seed_hash: sha256(seed),
  };
  const trials = plan.map((trial, i) => plannedRow(trial, round, firstSeq + i));
  const payload = {
    epoch,
    round: number,
    tier,
    scheduledAt,
    seedHash: round.seed_hash,
    // The prompts themselves stay secret until the seed is revealed; their hash binds us to them.
    planHash: sha256(canonicalJson(plan as unknown as Json)),
    firstSeq,
    trials: plan.length,
    // More than that where the suites ran out of prompts: planning anew needs it.
    asked: count,
    releasedPerTrial: config.releasedPerTrial,
    suites: suites.map(({ id, version, hash }) => ({ id, version, hash })),
  };
  await context.store.transaction(async (tx) => {
    await insertRound(tx, round, trials);
    await appendLog(tx, startedAt, [{ kind: 'round-plan', watchId: config.id, payload }]);
  });
  return round;
}

function plannedRow(trial: PlannedTrial, round: RoundsTable, seq: number): TrialsTable {
  return {
    id: newId(),
    watch_id: round.watch_id,
    epoch: round.epoch,
    seq,
    round_id: round.id,
    suite: trial.suite,
    prompt_id: trial.promptId,
    prompt_hash: trial.promptHash,
    prompt: trial.prompt,
    slot_order: JSON.stringify(trial.order),
    status: 'planned',
    void_cause: null,
    void_side: null,
    void_reason: null,
    started_at: null,
    finished_at: null,
  };
}

async function runPlanned(
  context: JobContext,
  watch: RunnableWatch,
  decider: Decider,
  round: RoundsTable,
  stop: StopSignals,
): Promise<BudgetPause | null> {
  const { config } = watch;
  const trials = await trialsOfRound(context.store.db, round.id);
  context.events.roundStarted(config.id, round.number, trials.length);
  const queue = new PQueue({ concurrency: Math.max(config.listed.concurrency, config.released.concurrency) });
  const planned = trials.filter((trial) => trial.status === 'planned');
  const gate = createBudgetGate(context, watch, stop.draining);
  const failures: unknown[] = [];
  for (const trial of planned) {
    const run = async (): Promise<void> => {
      const grant = await gate.admit(plannedOf(trial));
      if (grant === null) return;
      try {
        await runOne(context, watch, trial, grant, stop.abort);
      } finally {
        await grant.close();
      }
      await decider.advance();
    };
    queue.add(run).catch((error: unknown) => {
      failures.push(error);
      queue.clear();
    });
  }
  // To the end also when the store fails: whoever takes the round up again would ask what is still being asked.
  await queue.onIdle();
  if (failures.length > 0) throw failures[0];
  const pause = gate.pause();
  // A round that was stopped or paused half way stays open: the next start, or the next budget, goes on with it.
  if (pause === null && !stop.draining.aborted) {
    await context.store.transaction((tx) => closeRound(tx, config, round, 'unfinished', context.clock.now()));
  }
  await decider.advance();
  await decider.save();
  await context.seal();
  if (pause !== null) await recordPause(context, watch, round, pause);
  else context.events.roundFinished(config.id, round.number, decider.status(), watch.engine.alpha);
  return pause;
}

async function runOne(
  context: JobContext,
  watch: RunnableWatch,
  row: TrialsTable,
  { reservations }: Grant,
  abort: AbortSignal,
): Promise<void> {
  const { store, clock } = context;
  await store.transaction((tx) => startTrial(tx, row.id, clock.now()));
  const { config, endpoints } = watch;
  const { windowMs, compareLength } = config;
  const options = { endpoints, windowMs, compareLength, clock, reservations };
  const result = await runTrial(plannedOf(row), options, abort);
  const at = clock.now();
  await store.transaction(async (tx) => {
    const end = {
      status: result.void ? ('void' as const) : ('complete' as const),
      void_cause: result.void?.cause ?? null,
      void_side: result.void?.side ?? null,
      void_reason: result.void?.reason ?? null,
      finished_at: at,
    };
    const answers = result.answers.map((answer) => answerRow(row.id, answer));
    if (!(await endTrial(tx, row.id, end, answers))) return;
    await appendLog(tx, at, [
      { kind: 'trial', watchId: config.id, payload: trialPayload(row, result, answers) },
    ]);
    await followDeclared(tx, context, watch, await noteDeclared(tx, row, answers, at));
  });
}

function plannedOf(row: TrialsTable): PlannedTrial {
  return {
    suite: row.suite,
    promptId: row.prompt_id,
    prompt: row.prompt,
    promptHash: row.prompt_hash,
    order: JSON.parse(row.slot_order) as Slot[],
  };
}
