import { setTimeout as delay } from 'node:timers/promises';
import { failed } from '../endpoints/classify.js';
import type { Failed, Outcome } from '../outcome.js';
import { awaitAnswer, type Baseline, type Complete, takeBaseline } from './await-answer.js';
import type { PageNode } from './page-node.js';
import { answerPlace, readAnswer } from './read-answer.js';
import { selectorFor } from './selectors.js';
import { challenge, seenSign } from './signs.js';
import { runSteps, stepSelector } from './steps.js';
import { captureStreams } from './stream-capture.js';
import { attempt, find, findVisible, firstLine, movedAway, type Visit } from './visit.js';
import { changesWithScrolling } from './wholeness.js';

/**
 * Opens a new conversation, asks and reads the answer. Rejects only when the page is closed under it.
 * Whatever fails before the prompt is sent says nothing about the answer; whatever fails later may.
 */
export async function converse(visit: Visit): Promise<Outcome> {
  const { page, recipe } = visit;
  const end = recipe.complete.network === null ? null : await captureStreams(page, recipe.complete.network);
  const body =
    recipe.answer.format === 'network' ? await captureStreams(page, recipe.answer.stream.url) : null;
  const failure =
    (await open(visit)) ??
    (await orSign(visit, await runSteps(visit, recipe.newConversation))) ??
    (await orSign(visit, await runSteps(visit, recipe.pickModel))) ??
    (await orSign(visit, await write(visit)));
  if (failure !== null) return failure;
  const baseline = await takeBaseline(visit, { end, body });
  if ('kind' in baseline) return baseline;
  const unsent = await send(visit);
  if (unsent !== null) return (await seenSign(visit)) ?? unsent;
  visit.trace('waiting for the answer');
  const complete = await awaitAnswer(visit, baseline);
  if (complete.kind !== 'complete') return complete;
  visit.trace('the answer is complete');
  return await read(visit, baseline, complete);
}

async function open(visit: Visit): Promise<Failed | null> {
  const { page, progress } = visit;
  visit.trace(`open ${visit.startUrl}`);
  try {
    const response = await page.goto(visit.startUrl, { waitUntil: 'domcontentloaded', timeout: 60_000 });
    progress.httpStatus = response?.status() ?? null;
  } catch (error) {
    if (page.isClosed()) throw error;
    return failed('unreachable', `${visit.startUrl}: ${firstLine(error)}`, { beforeGeneration: true });
  }
  // Scripts run until then; a box that is there before may not work yet.
  await page.waitForLoadState('load', { timeout: visit.stepTimeoutMs }).catch(() => {});
  const status = progress.httpStatus ?? 200;
  const sign = await seenSign(visit);
  if (sign !== null) return sign;
  if (status === 401 || status === 403)
    return challenge(false, `the site refused the visit (HTTP ${status})`);
  if (status >= 400)
    return failed(status === 429 ? 'rate-limited' : 'http-error', `HTTP ${status}`, {
      beforeGeneration: true,
    });
  return await ready(visit);
}

/** Waits until the page has what is needed first, or shows a sign. */
async function ready(visit: Visit): Promise<Failed | null> {
  const { recipe } = visit;
  const first = [...recipe.newConversation, ...recipe.pickModel].find((step) => !step.optional);
  const needed = first === undefined ? recipe.prompt : stepSelector(first);
  const until = performance.now() + visit.stepTimeoutMs;
  while (performance.now() < until) {
    const sign = await seenSign(visit);
    if (sign !== null) return sign;
    let count = 0;
    const failure = await attempt({ ...visit, trace: () => {} }, 'look for', needed, async () => {
      count = await findVisible(visit, needed).count();
    });
    if (failure !== null || count > 0) return failure;
    await delay(50);
  }
  const detail = `recipe ${recipe.id}: the page has no ${selectorFor(needed, visit.model)}`;
  return (await movedAway(visit)) ?? failed('malformed', detail, { beforeGeneration: true });
}

/** A step often fails because something lies over the page. */
async function orSign(visit: Visit, failure: Failed | null): Promise<Failed | null> {
  return (await seenSign(visit)) ?? failure;
}

async function write(visit: Visit): Promise<Failed | null> {
  const { recipe, prompt, stepTimeoutMs: timeout, progress } = visit;
  const box = findVisible(visit, recipe.prompt);
  let held = '';
  // A page that is still starting may empty the box again.
  for (let tries = 0; tries < 3 && squeeze(held) !== squeeze(prompt); tries += 1) {
    const failure = await attempt(visit, 'write the prompt into', recipe.prompt, () =>
      box.fill(prompt, { timeout }),
    );
    if (failure !== null) return failure;
    await delay(150);
    held = await box.evaluateAll(heldText);
  }
  if (squeeze(held) !== squeeze(prompt))
    return failed('malformed', `recipe ${recipe.id}: ${recipe.prompt} did not take the whole prompt`, {
      beforeGeneration: true,
    });
  if (recipe.modelShown !== null)
    progress.modelShown = (await find(visit, recipe.modelShown).evaluateAll(heldText)).trim() || null;
  return null;
}

function heldText(nodes: readonly PageNode[]): string {
  const node = nodes[0];
  // Buttons have a value too, an empty one.
  const isField = node !== undefined && /^(INPUT|TEXTAREA|SELECT)$/.test(node.tagName);
  return isField ? String(node.value) : (node?.innerText ?? '');
}

function squeeze(text: string): string {
  return text.replaceAll(/\s+/g, '');
}

async function send(visit: Visit): Promise<Failed | null> {
  const { recipe, stepTimeoutMs: timeout, progress } = visit;
  const selector = 'click' in recipe.send ? recipe.send.click : recipe.prompt;
  const target = findVisible(visit, selector);
  if ('click' in recipe.send) {
    // Whether it can be clicked shows before anything leaves.
    const failure = await attempt(visit, 'find send button', selector, () =>
      target.click({ trial: true, timeout }),
    );
    if (failure !== null) return failure;
  }
  visit.sending();
  progress.sent = true;
  if ('press' in recipe.send) {
    const { press } = recipe.send;
    return await attempt(visit, `press ${press} in`, selector, () => target.press(press, { timeout }));
  }
  return await attempt(visit, 'click', selector, () => target.click({ timeout }));
}

async function read(visit: Visit, baseline: Baseline, complete: Complete): Promise<Outcome> {
  const { recipe, progress } = visit;
  const { answer } = recipe;
  if (answer.format === 'network') {
    progress.raw = { kind: 'stream', content: baseline.body?.streams()[0]?.body ?? '' };
    return answered(complete.text);
  }
  const place = answerPlace(visit, answer);
  const lost =
    complete.growth.lost(complete.text) ?? (await changesWithScrolling(place, answer, complete.text));
  const reading = await readAnswer(place, answer);
  if (reading !== null) progress.raw = { kind: 'html', content: reading.raw };
  if (lost !== null || reading === null)
    return failed('malformed', `the page does not hold the whole answer: ${lost ?? 'it is gone'}`);
  if (answer.format === 'markdown') return answered(reading.text);
  if (reading.html.length > maxHtml) return failed('too-large', 'the answer is larger than 4 MiB');
  // Loaded here, since most runs of the program read no page.
  const { htmlToMarkdown } = await import('./markdown.js');
  return answered(htmlToMarkdown(reading.html));
}

const maxHtml = 4 * 1024 * 1024;

function answered(text: string): Outcome {
  return text.trim() === ''
    ? failed('empty', 'the answer has no text')
    : { kind: 'answer', text: text.toWellFormed() };
}
