import { type Clock, errorMessage, type Logger } from '../../core/index.js';
import { endedEmbargoes, nextEmbargoEnd } from '../../store/index.js';
import type { Schedule } from '../schedule.js';
import { actIn, type IncidentContext } from './act.js';

// An incident may open, and the clock may be set, meanwhile.
const LONGEST_WAIT_MS = 60_000;

/** Makes public every open incident whose embargo has ended. Returns how many. */
export async function publishDue({ store, clock, watches }: IncidentContext): Promise<number> {
  const at = clock.now();
  return await store.transaction(async (tx) => {
    const due = await endedEmbargoes(tx, at);
    for (const { id } of due) await actIn(tx, watches, id, { type: 'published', at });
    return due.length;
  });
}

/** Publishes incidents as their embargoes end: at once what ended while the program was down. The outbox looks every minute. */
export function startPublishing(context: IncidentContext & { readonly logger: Logger }): Schedule {
  const { store, clock, logger } = context;
  const stopping = new AbortController();
  const round = async (): Promise<void> => {
    try {
      await publishDue(context);
      await sleepUntil(clock, await nextEmbargoEnd(store.db), stopping.signal);
    } catch (error) {
      if (stopping.signal.aborted) return;
      logger.error(errorMessage(error));
      await clock.sleep(LONGEST_WAIT_MS, stopping.signal).catch(() => undefined);
    }
  };
  const run = async (): Promise<void> => {
    while (!stopping.signal.aborted) await round();
  };
  const running = run();
  return {
    stop: async () => {
      stopping.abort();
      await running;
    },
  };
}

async function sleepUntil(clock: Clock, at: number | null, signal: AbortSignal): Promise<void> {
  const left = at === null ? LONGEST_WAIT_MS : at - clock.now();
  await clock.sleep(Math.min(Math.max(left, 1), LONGEST_WAIT_MS), signal);
}
