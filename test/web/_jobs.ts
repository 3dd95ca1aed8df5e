import { createLogger, systemClock } from '../../src/core/index.js';
import type { JobContext } from '../../src/jobs/index.js';
import type { Store } from '../../src/store/index.js';

/** What jobs over a store need, where nobody listens to them. */
export function jobsOf(store: Store): JobContext {
  const nothing = (): void => undefined;
  return {
    store,
    clock: systemClock,
    logger: createLogger({ level: 'silent' }),
    events: {
      roundStarted: nothing,
      trialFolded: nothing,
      roundFinished: nothing,
      roundPaused: nothing,
      incidentOpened: nothing,
    },
    seal: async () => undefined,
    publicUrl: 'https://watch.example.org',
  };
}
