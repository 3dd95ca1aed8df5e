import { seededRandom } from '../../core/index.js';
import { createFold, defaultDefinition } from '../../fingerprint/index.js';
import { type SimulatedModel, simulatedModel } from '../../sandbox/index.js';

/** What may be true of a watch's sides. */
export type Difference = 'maverick-like' | 'medium' | 'subtle' | 'none';

interface Scenario {
  /** The simulated model on the listed side; the released one is always `vanilla`. */
  readonly listed: string;
  readonly until: 'different' | 'equivalent';
  /** Slow ones are run less often. */
  readonly runs: number;
}

export const scenarios: Readonly<Record<Difference, Scenario>> = {
  'maverick-like': { listed: 'arena-tuned', until: 'different', runs: 9 },
  medium: { listed: 'medium', until: 'different', runs: 9 },
  subtle: { listed: 'quantised', until: 'different', runs: 5 },
  none: { listed: 'vanilla', until: 'equivalent', runs: 5 },
};

/** What every run of a simulation needs. Can be handed to another thread. */
export interface Simulation {
  readonly seed: string;
  /** The level that an alarm has, and the other settings of the watch's first epoch. */
  readonly level: number;
  readonly compareLength: number;
  readonly releasedPerTrial: number;
  /** One trial each; a run ends with them. */
  readonly prompts: readonly SimulatedPrompt[];
}

export interface SimulatedPrompt {
  readonly suite: string;
  readonly promptId: string;
  readonly prompt: string;
}

export interface SimulatedRun {
  readonly difference: Difference;
  /** From 0. */
  readonly run: number;
}

export interface RunOutcome extends SimulatedRun {
  /** Trials up to the verdict; null when it was not reached. */
  readonly trials: number | null;
}

/** Every run, in an order in which each difference has a first run before one has a second. */
export function allRuns(): SimulatedRun[] {
  const differences = Object.keys(scenarios) as Difference[];
  return differences
    .flatMap((difference) =>
      Array.from({ length: scenarios[difference].runs }, (_, run) => ({ difference, run })),
    )
    .sort((a, b) => a.run - b.run);
}

const models = new Map<string, SimulatedModel>();

function modelCalled(name: string): SimulatedModel {
  const model = models.get(name) ?? simulatedModel(name);
  models.set(name, model);
  return model;
}

/** Folds simulated answers with the engine itself until its verdict is there. The same arguments give the same outcome. */
export function simulate(simulation: Simulation, { difference, run }: SimulatedRun): RunOutcome {
  const { level, compareLength, releasedPerTrial, prompts } = simulation;
  const { listed, until } = scenarios[difference];
  const seed = `${simulation.seed}/${difference} ${run}`;
  const [listedModel, releasedModel] = [modelCalled(listed), modelCalled('vanilla')];
  const fold = createFold({ ...defaultDefinition(level), compareLength });
  for (const [i, { suite, promptId, prompt }] of seededRandom(seed).shuffle(prompts).entries()) {
    const { verdict } = fold.add({
      kind: 'complete',
      suite,
      promptId,
      prompt,
      listed: listedModel(prompt, `${seed}/${i} listed`),
      released: Array.from({ length: releasedPerTrial }, (_, slot) =>
        releasedModel(prompt, `${seed}/${i} released ${slot}`),
      ),
    });
    if (verdict === until) return { difference, run, trials: i + 1 };
  }
  return { difference, run, trials: null };
}

/** How many trials the runs of one difference took. null: more than the prompts that were simulated. */
export interface Detection {
  readonly difference: Difference;
  readonly runs: number;
  readonly median: number | null;
  readonly fewest: number | null;
  readonly most: number | null;
}

export function detections(outcomes: readonly RunOutcome[]): Detection[] {
  return (Object.keys(scenarios) as Difference[]).map((difference) => {
    const trials = outcomes
      .filter((outcome) => outcome.difference === difference)
      .map((outcome) => outcome.trials ?? Number.POSITIVE_INFINITY)
      .sort((a, b) => a - b);
    const { length: runs } = trials;
    const at = (i: number): number => trials[i] ?? Number.POSITIVE_INFINITY;
    const found = (value: number): number | null => (Number.isFinite(value) ? Math.round(value) : null);
    const median = found((at((runs - 1) >> 1) + at(runs >> 1)) / 2);
    return { difference, runs, median, fewest: found(at(0)), most: found(at(runs - 1)) };
  });
}
