import { type AlertContent, withoutExcerpts } from '../alerts/index.js';
import { canonicalJson, type Json, sha256 } from '../core/index.js';
import { appendLog, type LogHead } from '../evidence/index.js';
import {
  ENGINE_VERSION,
  type EngineDefinition,
  exampleOf,
  type FindingExample,
  type Side,
  withoutExamples,
} from '../fingerprint/index.js';
import { type Artifact, removeArtifacts } from '../probes/index.js';
import {
  type AnswersTable,
  type Db,
  type EpochsTable,
  findSnapshot,
  incidentsOfEpoch,
  lastPoint,
  loggedArtifacts,
  messagesOf,
  removeText,
  saveContent,
  saveSnapshot,
  type TrialWithAnswers,
  type Tx,
} from '../store/index.js';
import { endedTrials, loadFold, saveFold, trialRecord } from './fold-trials.js';
import { forgetExcerpts } from './keep-report.js';

/** Answers of one epoch whose texts are to go. */
export interface Removal {
  readonly epoch: EpochsTable;
  /** All of them folded and recorded. */
  readonly trials: readonly TrialWithAnswers[];
  isMeant(answer: AnswersTable): boolean;
  /** For the log; what else changed is added to it. */
  readonly payload: { readonly [key: string]: Json };
  readonly at: number;
}

/**
 * Removes texts, with everything that quotes them in the store: excerpts in the fold's snapshot and in what was said of incidents.
 * Hashes, the curve and the log stay, and the log says what was done. The fold is kept as of the last recorded trial
 * first, so that no start has to fold what is gone. Returns the log's head.
 */
export async function removeTexts(tx: Tx, removal: Removal): Promise<LogHead> {
  const { epoch, trials, payload, at } = removal;
  await keepFold(tx, epoch, at);
  const gone = trials.flatMap(excerptsOf);
  for (const answer of answersOf(removal)) await removeText(tx, answer);
  await forgetExcerpts(tx, epoch.watch_id, epoch.epoch, gone);
  const snapshot = await findSnapshot(tx, epoch.watch_id, epoch.epoch);
  if (snapshot !== null) {
    const { version } = snapshot;
    const { state } = withoutExamples({ version, state: JSON.parse(snapshot.state) as Json }, gone);
    await saveSnapshot(tx, { ...snapshot, state: canonicalJson(state) });
  }
  const messages = await cleanMessages(tx, epoch, gone);
  const entry = { ...payload, epoch: epoch.epoch, ...(messages.length === 0 ? {} : { messages }) };
  return await appendLog(tx, at, [{ kind: 'redaction', watchId: epoch.watch_id, payload: entry }]);
}

/** The answers of a removal that have a text. */
export function answersOf({ trials, isMeant }: Pick<Removal, 'trials' | 'isMeant'>): AnswersTable[] {
  return trials.flatMap(({ answers }) => answers.filter((one) => one.text !== null && isMeant(one)));
}

/** A trial that has lost a text before has lost its excerpts then. */
function excerptsOf(entry: TrialWithAnswers): FindingExample[] {
  if (entry.answers.some(({ text }) => text === null)) return [];
  const record = trialRecord(entry);
  return record.kind === 'complete' ? [exampleOf(record)] : [];
}

async function keepFold(tx: Tx, { watch_id, epoch, engine }: EpochsTable, at: number): Promise<void> {
  const definition = JSON.parse(engine) as EngineDefinition;
  // Of another engine: such an epoch is over, and nothing of it is folded again.
  if (definition.engine !== ENGINE_VERSION) return;
  const recorded = (await lastPoint(tx, watch_id, epoch))?.seq ?? 0;
  const position = await loadFold(tx, watch_id, epoch, definition);
  if (position.seq >= recorded) return;
  for await (const page of endedTrials(tx, watch_id, epoch, position)) {
    for (const entry of page) {
      // Past the recorded point a start must still find what to record.
      if (entry.trial.seq > recorded) break;
      position.fold.add(trialRecord(entry));
    }
    position.seq = Math.min(page.at(-1)?.trial.seq ?? recorded, recorded);
    if (position.seq === recorded) break;
  }
  await saveFold(tx, watch_id, epoch, position, at);
}

/** Takes the excerpts out of what the epoch's alerts say. Returns the new hashes, as the log's entries `alert` have the old ones. */
async function cleanMessages(tx: Tx, epoch: EpochsTable, gone: readonly FindingExample[]): Promise<Json[]> {
  const changed: Json[] = [];
  for (const incident of await incidentsOfEpoch(tx, epoch.watch_id, epoch.epoch)) {
    for (const message of await messagesOf(tx, incident.id)) {
      const content = withoutExcerpts(JSON.parse(message.content) as AlertContent, gone);
      const text = canonicalJson(content as unknown as Json);
      if (text === message.content) continue;
      await saveContent(tx, message.id, text);
      changed.push({ incident: incident.id, seq: message.seq, content: sha256(text) });
    }
  }
  return changed;
}

/** What the log says of a trial, as far as it is needed here. */
interface LoggedTrial {
  readonly epoch: number;
  readonly seq: number;
  readonly answers: readonly {
    readonly side: Side;
    readonly slot: number;
    readonly artifacts?: readonly Omit<Artifact, 'path'>[];
  }[];
}

/**
 * Removes the files in `folder` that were kept of the web pages of these answers. To be done before the texts go: after a
 * crash in between, the texts are still there, and whoever asks for it again reaches the files that are left.
 */
export async function removeFiles(
  db: Db,
  folder: string,
  { epoch, trials, isMeant }: Pick<Removal, 'epoch' | 'trials' | 'isMeant'>,
): Promise<void> {
  const times = trials.flatMap(({ trial }) => trial.finished_at ?? []);
  if (times.length === 0) return;
  const meant = new Set(
    trials.flatMap(({ trial, answers }) =>
      answers.filter(isMeant).map(({ side, slot }) => `${trial.seq} ${side} ${slot}`),
    ),
  );
  // Not Math.min(...times): a call takes only so many arguments.
  const [from, to] = [times.reduce((a, b) => Math.min(a, b)), times.reduce((a, b) => Math.max(a, b))];
  for (const payload of await loggedArtifacts(db, epoch.watch_id, from, to)) {
    const { epoch: at, seq, answers } = JSON.parse(payload) as LoggedTrial;
    if (at !== epoch.epoch) continue;
    for (const { side, slot, artifacts } of answers)
      if (artifacts && meant.has(`${seq} ${side} ${slot}`)) await removeArtifacts(folder, artifacts);
  }
}
