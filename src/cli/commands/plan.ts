import { planWatch } from '../../app/index.js';
import { systemClock } from '../../core/index.js';
import { exitCodes } from '../exit-codes.js';
import { runSimulations } from '../plan/run-simulations.js';
import { showPlan } from '../plan/show-plan.js';
import { detections, type Simulation } from '../plan/simulation.js';
import { withProgressBar } from '../progress-bar.js';
import type { Terminal } from '../terminal.js';
import { readWatchFile } from '../watch-file.js';

/** Trials of a simulated run, at most. */
const CAP = 1500;
const LIMIT_MS = 25_000;

/** Shows what a watch would ask, cost and find. Asks nobody. @throws ConfigError, AppError, ProbeError */
export async function plan(
  path: string,
  watchId: string,
  options: { readonly json: boolean },
  out: Terminal,
  info: Terminal,
): Promise<number> {
  const file = readWatchFile(path);
  const { plan: planned, trials } = await planWatch(file, watchId, CAP);
  const simulation: Simulation = {
    seed: 'twinwatch plan',
    level: planned.level,
    compareLength: planned.compareLength,
    releasedPerTrial: planned.releasedPerTrial,
    prompts: trials.map(({ suite, promptId, prompt }) => ({ suite, promptId, prompt })),
  };
  const limits = { clock: systemClock, limitMs: LIMIT_MS };
  const outcomes = await withProgressBar(info, '{value}/{total} simulated watches', (onProgress) =>
    runSimulations(simulation, onProgress, limits),
  );
  const simulated = { detections: detections(outcomes), cap: trials.length };
  if (options.json)
    out.line(JSON.stringify({ ...planned, simulated: { ...simulated, models: 'simulated' } }, null, 2));
  else showPlan(planned, simulated, out);
  return exitCodes.ok;
}
