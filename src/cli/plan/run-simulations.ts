import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';
import type { Clock } from '../../core/index.js';
import type { OnProgress } from '../../fingerprint/index.js';
import type { Threads } from '../run-orders.js';
import { allRuns, type RunOutcome, type SimulatedRun, type Simulation, simulate } from './simulation.js';

export interface SimulationLimits {
  readonly clock: Clock;
  /** After this time no further run is started, but the first of each difference. */
  readonly limitMs: number;
  readonly threads?: Threads;
}

/**
 * Simulates the runs of every difference, on all cores. How many there are depends on the time they take,
 * what comes of each does not.
 * @throws whatever a thread throws
 */
export async function runSimulations(
  simulation: Simulation,
  onProgress: OnProgress,
  { clock, limitMs, threads = allCores() }: SimulationLimits,
): Promise<RunOutcome[]> {
  const runs = allRuns();
  const total = runs.length;
  const end = clock.now() + limitMs;
  const outcomes: RunOutcome[] = [];
  const next = (): SimulatedRun | undefined => {
    const isOptional = (runs[0]?.run ?? 0) > 0;
    return isOptional && clock.now() >= end ? undefined : runs.shift();
  };
  const onOutcome = (outcome: RunOutcome): void => {
    outcomes.push(outcome);
    onProgress(outcomes.length, total);
  };
  if (threads.count < 2 || !existsSync(threads.script)) {
    for (let run = next(); run; run = next()) {
      onOutcome(simulate(simulation, run));
      // The progress bar and Ctrl-C get a chance.
      await nextTurn();
    }
    return outcomes;
  }
  const workers = Array.from(
    { length: threads.count },
    () => new Worker(threads.script, { workerData: simulation }),
  );
  try {
    await Promise.all(workers.map((worker) => drive(worker, next, onOutcome)));
  } finally {
    await Promise.all(workers.map((worker) => worker.terminate()));
  }
  return outcomes;
}

function allCores(): Threads {
  return { count: availableParallelism(), script: new URL('./worker.js', import.meta.url) };
}

async function drive(
  worker: Worker,
  next: () => SimulatedRun | undefined,
  onOutcome: (outcome: RunOutcome) => void,
): Promise<void> {
  for (let run = next(); run; run = next()) {
    worker.postMessage(run);
    const [outcome] = (await once(worker, 'message')) as [RunOutcome];
    onOutcome(outcome);
  }
}
