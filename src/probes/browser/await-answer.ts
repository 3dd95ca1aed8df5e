import { setTimeout as delay } from 'node:timers/promises';
import type { SiteAnswer } from '../../config/index.js';
import { failed } from '../endpoints/classify.js';
import type { Failed } from '../outcome.js';
import { answerPlace, readText } from './read-answer.js';
import { challenge, seenSign } from './signs.js';
import type { CapturedStream, StreamCapture } from './stream-capture.js';
import { streamText } from './stream-text.js';
import { broken, findVisible, movedAway, type Visit } from './visit.js';
import { type GrowthWatch, growthWatch } from './wholeness.js';

/** What the page showed before the prompt was sent, and what listens to it. */
export interface Baseline {
  /** Text of the answer that was there already, such as a greeting. */
  readonly text: string | null;
  readonly appearing: number;
  /** For `complete.network`. */
  readonly end: StreamCapture | null;
  /** For the format `network`. */
  readonly body: StreamCapture | null;
}

/** A complete answer: its text as the page or the stream has it, and how it grew. */
export interface Complete {
  readonly kind: 'complete';
  readonly text: string;
  readonly growth: GrowthWatch;
}

const maxText = 4 * 1024 * 1024;
const pollMs = 100;
/** An answer is believed once it has stood still for this long, whatever else says that it is complete. */
const settleMs = 300;
/** The same where an element that should have come and gone was never seen: it may be late. */
const unseenMs = 2000;

/** Waits until the answer is complete by all of the recipe's signs, looking out for challenges all the while. */
export async function awaitAnswer(visit: Visit, baseline: Baseline): Promise<Complete | Failed> {
  const start = performance.now();
  const watched: Watched = { text: null, changedAt: start, wasGoing: false };
  const growth = growthWatch();
  let missing: readonly string[] = [];
  while (performance.now() - start < visit.answerTimeoutMs) {
    const stop = (await seenSign(visit)) ?? streamFailure(baseline);
    if (stop !== null) return stop;
    const text = await currentText(visit, baseline);
    if (text !== null && typeof text !== 'string') return text;
    if (text !== watched.text) {
      if (text !== '') visit.progress.firstTextMs ??= performance.now() - start;
      watched.text = text;
      watched.changedAt = performance.now();
      growth.note(text ?? '');
    }
    const signs = await missingSigns(visit, baseline, watched);
    if ('kind' in signs) return signs;
    if (signs.length === 0) return { kind: 'complete', text: text ?? '', growth };
    missing = signs;
    await delay(pollMs);
  }
  const waited = `after ${visit.answerTimeoutMs / 1000} s the answer was not complete; still missing:`;
  return (await movedAway(visit)) ?? failed('timeout', `${waited} ${missing.join(', ')}`);
}

interface Watched {
  /** null: nothing yet. */
  text: string | null;
  changedAt: number;
  /** What disappears at the end was seen. */
  wasGoing: boolean;
}

/** Which of the recipe's signs of a complete answer are not there, by their names in the recipe. */
async function missingSigns(
  visit: Visit,
  baseline: Baseline,
  watched: Watched,
): Promise<readonly string[] | Failed> {
  const { complete } = visit.recipe;
  const going = await showing(visit, complete.disappears);
  const come = await showing(visit, complete.appears);
  if (typeof going !== 'number') return going;
  if (typeof come !== 'number') return come;
  watched.wasGoing ||= going > 0;
  const unseen = complete.disappears !== null && !watched.wasGoing;
  const stillMs = Math.max(complete.stableMs ?? settleMs, unseen ? unseenMs : 0);
  // An empty answer is one too, once something other than silence says that it is over.
  const isThere = watched.text !== null && (watched.text !== '' || hasEndSign(visit));
  const there: readonly (readonly [name: string, holds: boolean])[] = [
    ['answer', isThere],
    ['disappears', going === 0],
    ['appears', complete.appears === null || come > baseline.appearing],
    ['network', streamsEnded(visit, baseline)],
    ['stable', performance.now() - watched.changedAt >= stillMs],
  ];
  return there.flatMap(([name, holds]) => (holds ? [] : [name]));
}

/** How many elements of a selector can be seen; 0 when there is no selector. */
async function showing(visit: Visit, selector: string | null): Promise<number | Failed> {
  if (selector === null) return 0;
  try {
    return await findVisible(visit, selector).count();
  } catch (error) {
    if (visit.page.isClosed()) throw error;
    return broken(visit, 'look for', selector, error);
  }
}

/** The answer so far; null when there is none yet. */
async function currentText(visit: Visit, baseline: Baseline): Promise<string | null | Failed> {
  const { answer } = visit.recipe;
  if (answer.format === 'network') return bodyText(answer, baseline);
  try {
    const text = await readText(answerPlace(visit, answer), answer);
    if (text !== null && text.length > maxText) return failed('too-large', 'the answer is larger than 4 MiB');
    return text === baseline.text ? null : text;
  } catch (error) {
    if (visit.page.isClosed()) throw error;
    return broken(visit, 'read', answer.selector, error);
  }
}

function bodyText(
  answer: Extract<SiteAnswer, { format: 'network' }>,
  { body }: Baseline,
): string | null | Failed {
  const [first, second] = body?.streams() ?? [];
  if (!first) return null;
  if (second) return failed('malformed', `more than one stream matches ${answer.stream.url}`);
  // One JSON value can be read only once it is whole.
  if (answer.stream.as === 'json' && first.state === 'open') return null;
  const read = streamText(first.body, answer.stream);
  if (typeof read === 'string') return failed('malformed', read);
  if (first.state === 'ended' && answer.stream.end !== null && !read.ended)
    return failed('disconnected', 'the stream ended before the answer did');
  return read.text;
}

function streamsEnded({ recipe }: Visit, { end, body }: Baseline): boolean {
  const over = (streams: readonly CapturedStream[]): boolean =>
    streams.length > 0 && streams.every(({ state }) => state !== 'open');
  if (end !== null && !over(end.streams())) return false;
  if (body === null || recipe.answer.format !== 'network') return true;
  const streams = body.streams();
  const { stream } = recipe.answer;
  const first = streams[0];
  if (stream.end === null || !first) return over(streams);
  const read = streamText(first.body, stream);
  return typeof read !== 'string' && read.ended;
}

function hasEndSign({ recipe: { complete, answer } }: Visit): boolean {
  return complete.appears !== null || complete.network !== null || answer.format === 'network';
}

/** A stream that was refused, or that broke. */
function streamFailure({ end, body }: Baseline): Failed | null {
  for (const { state, status } of [...(end?.streams() ?? []), ...(body?.streams() ?? [])]) {
    if (status === 401 || status === 403)
      return challenge(true, `the site refused to answer (HTTP ${status})`);
    if (status === 429) return failed('rate-limited', 'HTTP 429', { beforeGeneration: true });
    if (status >= 400) return failed('http-error', `HTTP ${status}`);
    if (state === 'broken') return failed('disconnected', 'the connection of the answer broke');
    if (state === 'too-large') return failed('too-large', 'the answer is larger than 4 MiB');
  }
  return null;
}

/** What the page shows of answers before the prompt is sent. */
export async function takeBaseline(
  visit: Visit,
  captures: Pick<Baseline, 'end' | 'body'>,
): Promise<Baseline | Failed> {
  const { answer, complete } = visit.recipe;
  const text = await currentText(visit, { text: null, appearing: 0, end: null, body: null });
  const appearing = await showing(visit, complete.appears);
  // Not for its number: a selector that can't be read is to be found before anything is sent.
  const going = await showing(visit, complete.disappears);
  if (text !== null && typeof text !== 'string') return text;
  if (typeof appearing !== 'number') return appearing;
  if (typeof going !== 'number') return going;
  captures.end?.restart();
  captures.body?.restart();
  return { text: answer.format === 'network' ? null : text, appearing, ...captures };
}
