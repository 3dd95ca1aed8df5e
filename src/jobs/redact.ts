import type { Side } from '../fingerprint/index.js';
import { epochsOf, lastPoint, trialsWithTexts, wipeLog } from '../store/index.js';
import type { JobContext } from './context.js';
import { JobError } from './errors.js';
import { answersOf, removeFiles, removeTexts } from './remove-texts.js';

/** Which answers are to lose their texts, and why. */
export interface RedactionRequest {
  readonly watchId: string;
  /** null: the watch's current one. */
  readonly epoch: number | null;
  readonly seq: number;
  /** null: both. */
  readonly side: Side | null;
  /** null: all of the side. */
  readonly slot: number | null;
  /** Stands in the log for good: one plain line that quotes nothing. */
  readonly reason: string;
}

/** What was removed, and where the log says so. */
export interface Redaction {
  readonly epoch: number;
  readonly answers: readonly { readonly side: Side; readonly slot: number; readonly text: string | null }[];
  readonly height: number;
}

/**
 * Removes the texts of a trial's answers, on demand of the law or to avert harm; see `removeTexts`. `files` is the folder
 * of what was kept of web pages. No daemon may be running. @throws JobError when there is nothing to remove, or it has not been folded yet
 */
export async function redact(
  { store, clock, seal }: Pick<JobContext, 'store' | 'clock' | 'seal'>,
  files: string,
  request: RedactionRequest,
): Promise<Redaction> {
  const { watchId, seq, side, slot, reason } = request;
  const { db } = store;
  const epochs = await epochsOf(db, watchId);
  const epoch = request.epoch === null ? epochs.at(-1) : epochs.find((one) => one.epoch === request.epoch);
  if (!epoch) throw new JobError(`the store has no such watch or epoch: ${watchId} ${request.epoch ?? ''}`);
  const place = { watchId, epoch: epoch.epoch };
  const trials = await trialsWithTexts(db, place, { from: seq, to: seq, before: Infinity, limit: 1 });
  const isMeant = (one: { side: Side; slot: number }): boolean =>
    (side === null || one.side === side) && (slot === null || one.slot === slot);
  const removal = { epoch, trials, isMeant };
  const answers = answersOf(removal).map((one) => ({ side: one.side, slot: one.slot, text: one.text_hash }));
  if (answers.length === 0)
    throw new JobError(`trial ${seq} of ${watchId} (epoch ${epoch.epoch}) has no such text, or not any more`);
  if (((await lastPoint(db, watchId, epoch.epoch))?.seq ?? 0) < seq)
    throw new JobError(
      `trial ${seq} has not been folded yet: run twinwatch start until it has, then try again`,
    );
  await removeFiles(db, files, removal);
  const head = await store.transaction((tx) =>
    removeTexts(tx, { ...removal, payload: { seq, reason, answers }, at: clock.now() }),
  );
  await wipeLog(db);
  await seal();
  return { epoch: epoch.epoch, answers, height: head.height };
}
