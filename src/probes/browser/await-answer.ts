import { setTimeout as delay } from 'node:timers/promises';
import type { SiteAnswer } from '../../config/index.js';
import { failed } from '../endpoints/classify.js';
import type { Failed } from '../outcome.js';
import { answerPlace, readText } from './read-answer.js';
import { challenge, seenSign } from './signs.js';
import type { CapturedStream, StreamCapture } from './stream-capture.js';
import { streamText } from './stream-text.js';
import { broken, find, findVisible, movedAway, type Visit } from './visit.js';
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
  const { recipe, progress } = visit;
  const start = performance.now();
  const growth = growthWatch();
  let text: string | null = null;
  let changedAt = start;
  let seenGone = false;
  while (performance.now() - start < visit.answerTimeoutMs) {
    const stop = (await seenSign(visit)) ?? streamFailure(baseline);
    if (stop !== null) return stop;
    const now = await currentText(visit, baseline);
    if (now !== null && typeof now !== 'string') return now;
    if (now !== text) {
      if (now !== null && now !== '') progress.firstTextMs ??= performance.now() - start;
      text = now;
      changedAt = performance.now();
      growth.note(now ?? '');
    }
    const going = await showing(visit, recipe.complete.disappears);
    seenGone ||= going > 0;
    const still = performance.now() - changedAt;
    const enough = Math.max(
      recipe.complete.stableMs ?? settleMs,
      recipe.complete.disappears !== null && !seenGone ? unseenMs : 0,
    );
    const said =
      going === 0 &&
      streamsEnded(visit, baseline) &&
      (recipe.complete.appears === null ||
        (await showing(visit, recipe.complete.appears)) > baseline.appearing);
    // An empty answer is one too, once something other than silence says that it is over.
    const over = text !== null && (text !== '' || hasEndSign(visit));
    if (said && over && still >= enough) return { kind: 'complete', text: text ?? '', growth };
    await delay(pollMs);
  }
  return (
    (await movedAway(visit)) ??
    failed('timeout', `the answer was not complete after ${visit.answerTimeoutMs / 1000} s`)
  );
}

/** How many elements of a selector can be seen; 0 when there is no selector. */
export async function showing(visit: Visit, selector: string | null): Promise<number> {
  return selector === null ? 0 : await findVisible(visit, selector).count();
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
): Promise<Baseline> {
  const { answer, complete } = visit.recipe;
  const text = answer.format === 'network' ? null : await readText(answerPlace(visit, answer), answer);
  captures.end?.restart();
  captures.body?.restart();
  const appearing =
    complete.appears === null ? 0 : await find(visit, complete.appears).filter({ visible: true }).count();
  return { text, appearing, ...captures };
}
