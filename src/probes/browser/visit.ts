import type { FrameLocator, Locator, Page } from 'playwright';
import type { SiteRecipe } from '../../config/index.js';
import { errorMessage } from '../../core/index.js';
import { failed } from '../endpoints/classify.js';
import type { Failed } from '../outcome.js';
import { selectorFor } from './selectors.js';

/** One conversation with one model on an open page. */
export interface Visit {
  readonly page: Page;
  readonly recipe: SiteRecipe;
  readonly startUrl: string;
  readonly model: string;
  readonly prompt: string;
  readonly answerTimeoutMs: number;
  /** Longest wait for one thing of the page before the prompt is sent. */
  readonly stepTimeoutMs: number;
  /** Told what is done, in words, step by step. */
  readonly trace: (line: string) => void;
  /** Called right before the prompt leaves. */
  readonly sending: () => void;
  readonly progress: Progress;
}

/** What is known of a visit so far, whatever ends it. */
export interface Progress {
  sent: boolean;
  httpStatus: number | null;
  /** From sending to the first text, ms. */
  firstTextMs: number | null;
  modelShown: string | null;
  /** The answer as the page had it, or the body of its stream. */
  raw: { kind: 'html' | 'stream'; content: string } | null;
}

/** What a selector of the recipe finds, in the frame that the recipe names. */
export function find({ page, recipe, model }: Visit, selector: string): Locator {
  const root: Page | FrameLocator = recipe.frame === null ? page : page.frameLocator(recipe.frame);
  return root.locator(selectorFor(selector, model));
}

/** The same among what can be seen. */
export function findVisible(visit: Visit, selector: string): Locator {
  return find(visit, selector).filter({ visible: true });
}

/** Does one thing on the page; a failure names the selector, since the usual cause is that the site has changed. */
export async function attempt(
  visit: Visit,
  what: string,
  selector: string,
  work: () => Promise<unknown>,
): Promise<Failed | null> {
  visit.trace(`${what}: ${selectorFor(selector, visit.model)}`);
  try {
    await work();
    return null;
  } catch (error) {
    if (visit.page.isClosed()) throw error;
    return broken(visit, what, selector, error);
  }
}

/** The recipe doesn't fit the page. */
export function broken(visit: Visit, what: string, selector: string, error: unknown): Failed {
  const shown = selectorFor(selector, visit.model);
  return failed('malformed', `recipe ${visit.recipe.id}: ${what} ${shown}: ${firstLine(error)}`, {
    beforeGeneration: !visit.progress.sent,
  });
}

/** The page went to another site and shows no prompt box: most likely it wants a sign-in there. */
export async function movedAway(visit: Visit): Promise<Failed | null> {
  const host = new URL(visit.page.url()).hostname;
  if (host === new URL(visit.startUrl).hostname) return null;
  if ((await findVisible(visit, visit.recipe.prompt).count()) > 0) return null;
  return failed('challenge', `the site sent the visitor to ${host}`, {
    beforeGeneration: !visit.progress.sent,
  });
}

/** What an error says: Playwright adds a log of everything it tried. */
export function firstLine(error: unknown): string {
  const message = error instanceof Error ? error.message : errorMessage(error);
  return (message.split('\n')[0] ?? '').replace(/^(locator|page|frame|browserType)\.\w+: /, '');
}
