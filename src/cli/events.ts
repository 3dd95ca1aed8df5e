import { plainLine } from '../core/index.js';
import type { JobEvents } from '../jobs/index.js';
import { pauseLine } from './budget-lines.js';
import { evidenceBar, type Terminal, verdictLabel } from './terminal.js';

/** Events that nobody listens to. */
export const silentEvents: JobEvents = {
  roundStarted: () => undefined,
  trialFolded: () => undefined,
  roundFinished: () => undefined,
  roundPaused: () => undefined,
  incidentOpened: () => undefined,
};

/** One plain line a round, for a person who looks on. */
export function lineEvents(out: Terminal, nameWidth: number): JobEvents {
  const paused = new Map<string, string>();
  return {
    ...silentEvents,
    roundFinished: (watchId, round, status, level) => {
      paused.delete(watchId);
      const name = plainLine(watchId).padEnd(nameWidth);
      const voids = status.voidTrials > 0 ? `, ${status.voidTrials} void` : '';
      const trials = `${status.trials} trials${voids}`;
      const bar = evidenceBar(status, level);
      out.line(
        `${verdictLabel(out, status.verdict)} ${name} round ${String(round).padStart(3)}  ${bar}  ${trials}`,
      );
    },
    roundPaused: (watchId, round, pause) => {
      const resumesAt = pause.resumesAt === null ? null : new Date(pause.resumesAt).toISOString();
      const line = `${plainLine(watchId).padEnd(nameWidth)} round ${round}  ${pauseLine(pause, resumesAt)}`;
      // Every tick tries again: what was said already is no news.
      if (paused.get(watchId) !== line) out.line(line);
      paused.set(watchId, line);
    },
  };
}
