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
  return {
    ...silentEvents,
    roundFinished: (watchId, round, status, level) => {
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
      out.line(`${plainLine(watchId).padEnd(nameWidth)} round ${round}  ${pauseLine(pause, resumesAt)}`);
    },
  };
}
