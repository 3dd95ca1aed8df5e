import { DAY_MS, errorMessage } from '../core/index.js';
import { type EpochsTable, epochsOf, lastPoint, trialsWithTexts, wipeLog } from '../store/index.js';
import type { JobContext, RunnableWatch } from './context.js';
import type { Decider } from './decide.js';
import { answersOf, removeFiles, removeTexts } from './remove-texts.js';
import type { Schedule } from './schedule.js';

/** Trials in one transaction, and one entry of the log. */
const PAGE = 500;

/** Removes the texts of a watch that are older than its retention: now, and every day after. `files`: see `redact`. */
export function startRetention(
  context: JobContext,
  { config }: RunnableWatch,
  retentionMs: number,
  decider: Pick<Decider, 'alone'>,
  files: string,
): Schedule {
  const { clock, logger } = context;
  const stopping = new AbortController();
  const daily = async (): Promise<never> => {
    for (;;) {
      await sweepTexts(context, config.id, retentionMs, decider, files).catch((error: unknown) =>
        logger.error({ watch: config.id }, errorMessage(error)),
      );
      await clock.sleep(DAY_MS, stopping.signal);
    }
  };
  // Ends when the sleep is broken off.
  const running = daily().catch(() => undefined);
  return {
    stop: async () => {
      stopping.abort();
      await running;
    },
  };
}

/** Removes the texts of folded trials, in every epoch, that ended more than `retentionMs` ago. Returns how many. */
export async function sweepTexts(
  context: JobContext,
  watchId: string,
  retentionMs: number,
  decider: Pick<Decider, 'alone'>,
  files: string,
): Promise<number> {
  const { store, clock, logger } = context;
  const before = clock.now() - retentionMs;
  let texts = 0;
  for (const epoch of await epochsOf(store.db, watchId)) {
    for (let from = 1; from > 0; ) {
      // A round may go on meanwhile: page by page, so that it need not wait long.
      await decider.alone(async () => {
        const page = await sweepPage(context, epoch, { from, before }, files);
        texts += page.texts;
        from = page.next;
      });
    }
  }
  if (texts > 0) {
    await wipeLog(store.db);
    await context.seal();
    logger.info({ watch: watchId, texts }, 'old texts were removed');
  }
  return texts;
}

/** `next`: the seq to go on from; 0 at the end. */
async function sweepPage(
  { store, clock }: JobContext,
  epoch: EpochsTable,
  { from, before }: { readonly from: number; readonly before: number },
  files: string,
): Promise<{ texts: number; next: number }> {
  const { db } = store;
  const place = { watchId: epoch.watch_id, epoch: epoch.epoch };
  const folded = (await lastPoint(db, place.watchId, place.epoch))?.seq ?? 0;
  const trials = await trialsWithTexts(db, place, { from, to: folded, before, limit: PAGE });
  const [first, last] = [trials.at(0)?.trial.seq, trials.at(-1)?.trial.seq];
  if (first === undefined || last === undefined) return { texts: 0, next: 0 };
  const removal = { epoch, trials, isMeant: () => true };
  const texts = answersOf(removal).length;
  const payload = { reason: 'retention', before, firstSeq: first, lastSeq: last, texts };
  await removeFiles(db, files, removal);
  await store.transaction((tx) => removeTexts(tx, { ...removal, payload, at: clock.now() }));
  return { texts, next: trials.length < PAGE ? 0 : last + 1 };
}
