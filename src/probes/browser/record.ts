import type { BrowserContext, Frame, Page, Response } from 'playwright';
import { stringify } from 'yaml';
import { ProbeError } from '../errors.js';
import { type Pick, type PickedAnswer, pickerScript } from './picker.js';

/** What somebody has shown on a page. */
export interface Recorded {
  readonly frame: string | null;
  readonly prompt: string;
  readonly send: { readonly click: string } | { readonly press: string };
  readonly answer: PickedAnswer;
  /** Pattern of the stream that brought the answer, when one was seen. */
  readonly stream: string | null;
  /** The prompt that was sent. */
  readonly typed: string;
}

const binding = '__twinwatchPick';

/**
 * Watches a person use a chat page: the prompt box, sending, an answer. Opens `url` in the context's page.
 * Rejects when the page is closed before all was shown.
 * @param say told what the person should do next
 */
export async function recordSite(
  context: BrowserContext,
  url: string,
  say: (line: string) => void,
): Promise<Recorded> {
  const page = context.pages()[0] ?? (await context.newPage());
  const picks = pickQueue(page);
  await context.exposeBinding(binding, ({ frame }, pick: Pick) => picks.add(frame, pick));
  await context.addInitScript(pickerScript(binding));
  await page.goto(url, { waitUntil: 'domcontentloaded' });
  say('Click into the box that prompts are written in.');
  const box = await picks.next((picked) => (picked.pick.box.length > 0 ? picked : null));
  const frame = await frameSelector(page, box.frame);
  const prompt = await firstWorking(box.frame, box.pick.box);
  say('Write a short prompt and send it, with the button or with Enter.');
  const streams = streamsOf(page);
  const sent = await picks.next(({ pick }) =>
    pick.typed !== '' && (pick.kind === 'enter' || pick.box.length === 0) ? pick : null,
  );
  const send = sent.kind === 'enter' ? { press: 'Enter' } : { click: sent.target[0] ?? '' };
  say('Wait until the answer is complete, then click on its text.');
  const answer = await picks.next(({ pick }) => (pick.box.length === 0 ? pick.answer : null));
  return { frame, prompt, send, answer, stream: streams(), typed: sent.typed };
}

/** A recipe in YAML for what was recorded. */
export function recordedRecipe(recorded: Recorded, id: string, url: string): string {
  const recipe = {
    version: 1,
    id,
    title: new URL(url).host,
    verified: false,
    start: url,
    ...(recorded.frame === null ? {} : { frame: recorded.frame }),
    prompt: recorded.prompt,
    send: recorded.send,
    complete: {
      ...(recorded.stream === null ? {} : { network: recorded.stream }),
      stable: recorded.stream === null ? '5s' : '1s',
    },
    answer: {
      selector: recorded.answer.selector,
      which: recorded.answer.which,
      format: recorded.answer.isPlain ? 'markdown' : 'html',
    },
  };
  return `# Recorded by twinwatch browser record. Still to do by hand: how to pick the model (pick_model, or {model} in
# start), what a challenge and a sign-in look like, and terms_url if the site has terms of use.
${stringify(recipe, { lineWidth: 0 })}`;
}

interface Picked {
  readonly frame: Frame;
  readonly pick: Pick;
}

interface PickQueue {
  add(frame: Frame, pick: Pick): void;
  /** What `use` makes of the first pick from now on for which that is not null. Rejects when the page is closed. */
  next<T>(use: (picked: Picked) => T | null): Promise<T>;
}

function pickQueue(page: Page): PickQueue {
  let waiting: ((picked: Picked) => void) | null = null;
  return {
    add: (frame, pick) => waiting?.({ frame, pick }),
    next: (use) =>
      new Promise((resolve, reject) => {
        const closed = (): void =>
          reject(new ProbeError('the window was closed before everything was shown'));
        page.once('close', closed);
        waiting = (picked) => {
          const used = use(picked);
          if (used === null) return;
          waiting = null;
          page.off('close', closed);
          resolve(used);
        };
      }),
  };
}

/** The selector that Playwright, too, takes for one element only: a page's own idea of names may differ. */
async function firstWorking(frame: Frame, selectors: readonly string[]): Promise<string> {
  for (const selector of selectors) if ((await frame.locator(selector).count()) === 1) return selector;
  return selectors.at(-1) ?? '';
}

async function frameSelector(page: Page, frame: Frame): Promise<string | null> {
  if (frame === page.mainFrame()) return null;
  const element = await frame.frameElement();
  for (const name of ['id', 'name', 'title']) {
    const value = await element.getAttribute(name);
    if (value !== null && value !== '') return `iframe[${name}=${JSON.stringify(value)}]`;
  }
  return 'iframe';
}

/** Collects streamed responses from now on; the result is the pattern of the newest one. */
function streamsOf(page: Page): () => string | null {
  let newest: string | null = null;
  const note = (response: Response): void => {
    const type = response.headers()['content-type'] ?? '';
    if (/event-stream|ndjson|jsonl/.test(type)) newest = response.url();
  };
  page.on('response', note);
  return () => {
    page.off('response', note);
    return newest === null ? null : streamPattern(newest);
  };
}

/** An address without what differs from one conversation to the next. */
function streamPattern(url: string): string {
  const { origin, pathname } = new URL(url);
  const path = pathname.split('/').map((part) => (/\d{3}|[0-9a-f]{8}-/i.test(part) ? '*' : part));
  return `${origin}${path.join('/')}*`;
}
