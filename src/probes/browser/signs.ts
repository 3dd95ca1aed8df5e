import type { Locator } from 'playwright';
import type { SiteSigns } from '../../config/index.js';
import { failed } from '../endpoints/classify.js';
import type { Failed } from '../outcome.js';
import { matchesUrl, selectorFor } from './selectors.js';
import { broken, find, findVisible, type Visit } from './visit.js';

/** What common challenges look like, so that a recipe written in haste stops at them too. */
const commonChallenges = [
  'iframe[src*="/recaptcha/"][src*="/bframe"]',
  'iframe[src*="hcaptcha.com"][src*="frame=challenge"]',
  'iframe[src*="challenges.cloudflare.com"]',
  'iframe[src*="captcha-delivery.com"]',
  'iframe[src*="arkoselabs.com"]',
  '#challenge-form',
  '#challenge-running',
  '#challenge-stage',
].join(', ');

/**
 * Looks for a challenge, a sign-out or a failed answer on the page as it is now. A challenge is only ever
 * seen, never dealt with: that is for a person.
 */
export async function seenSign(visit: Visit): Promise<Failed | null> {
  const { recipe, page, progress } = visit;
  try {
    const seen =
      (await firstSign(visit, recipe.challenge)) ??
      ((await isVisible(page.locator(commonChallenges))) ? 'a challenge' : null);
    if (seen !== null) return challenge(progress.sent, `the site shows a challenge: ${seen}`);
    const out = (await firstSign(visit, recipe.signedOut)) ?? (await passwordInsteadOfPrompt(visit));
    if (out !== null) return challenge(progress.sent, `the site wants a sign-in: ${out}`);
    const fault = await firstSign(visit, recipe.failed);
    return fault === null || !progress.sent
      ? null
      : failed('malformed', `the site shows that the answer failed: ${fault}`);
  } catch (error) {
    if (page.isClosed()) throw error;
    return broken(visit, 'look for signs', '', error);
  }
}

/** A stop for a person to look at. */
export function challenge(sent: boolean, detail: string): Failed {
  return failed('challenge', detail, { beforeGeneration: !sent });
}

async function firstSign(visit: Visit, signs: SiteSigns): Promise<string | null> {
  const url = signs.urls.find((pattern) => matchesUrl(visit.page.url(), pattern));
  if (url !== undefined) return `the address ${url}`;
  for (const selector of signs.selectors) {
    const places: Locator[] = [find(visit, selector)];
    // Challenges lie over the page, outside of the chat's frame.
    if (visit.recipe.frame !== null) places.push(visit.page.locator(selectorFor(selector, visit.model)));
    for (const place of places) if (await isVisible(place)) return selector;
  }
  for (const text of signs.texts) {
    if (await showsText(visit, text)) return `"${text}"`;
  }
  return null;
}

/** Text that the site shows, not text that the prompt or the answer holds. */
async function showsText(visit: Visit, text: string): Promise<boolean> {
  if (visit.prompt.toLowerCase().includes(text.toLowerCase())) return false;
  const anywhere = visit.page.getByText(text).filter({ visible: true });
  const all = await anywhere.count();
  if (all === 0 || visit.recipe.answer.format === 'network' || visit.recipe.frame !== null) return all > 0;
  const answers = find(visit, visit.recipe.answer.selector);
  const inside = await answers.getByText(text).filter({ visible: true }).count();
  const itself = await answers.and(anywhere).count();
  return all > inside + itself;
}

/** Not every password field: some chat pages ask for a key beside the chat. */
async function passwordInsteadOfPrompt(visit: Visit): Promise<string | null> {
  if (!(await isVisible(visit.page.locator('input[type="password"]')))) return null;
  return (await findVisible(visit, visit.recipe.prompt).count()) === 0 ? 'a password field' : null;
}

async function isVisible(place: Locator): Promise<boolean> {
  return (await place.filter({ visible: true }).count()) > 0;
}
