import type { Locator } from 'playwright';
import type { SiteStep } from '../../config/index.js';
import type { Failed } from '../outcome.js';
import { attempt, findVisible, type Visit } from './visit.js';

/** Does the steps in turn; the first that can't be done ends them. */
export async function runSteps(visit: Visit, steps: readonly SiteStep[]): Promise<Failed | null> {
  for (const step of steps) {
    const failure = await runStep(visit, step);
    if (failure !== null) return failure;
  }
  return null;
}

/** What a step acts on. */
export function stepSelector(step: SiteStep): string {
  if ('click' in step) return step.click;
  if ('fill' in step) return step.fill.selector;
  if ('select' in step) return step.select.selector;
  return 'press' in step ? step.press.selector : step.waitFor;
}

/** How long an optional step waits for its element, ms. */
const optionalMs = 2000;

async function runStep(visit: Visit, step: SiteStep): Promise<Failed | null> {
  const selector = stepSelector(step);
  const target = findVisible(visit, selector);
  if (step.optional && !(await comes(visit, target, selector))) return null;
  const timeout = visit.stepTimeoutMs;
  const named = (text: string): string => text.replaceAll('{model}', () => visit.model);
  if ('click' in step) return await attempt(visit, 'click', selector, () => target.click({ timeout }));
  if ('fill' in step) {
    return await attempt(visit, 'fill', selector, () => target.fill(named(step.fill.text), { timeout }));
  }
  if ('select' in step) {
    const option = named(step.select.option);
    return await attempt(visit, `select "${option}"`, selector, () =>
      target.selectOption(option, { timeout }),
    );
  }
  if ('press' in step) {
    const { key } = step.press;
    return await attempt(visit, `press ${key}`, selector, () => target.press(key, { timeout }));
  }
  return await attempt(visit, 'wait for', selector, () =>
    target.first().waitFor({ state: 'visible', timeout }),
  );
}

async function comes(visit: Visit, target: Locator, selector: string): Promise<boolean> {
  const timeout = Math.min(optionalMs, visit.stepTimeoutMs);
  const missing = await attempt(visit, 'look whether there is', selector, () =>
    target.first().waitFor({ state: 'visible', timeout }),
  );
  return missing === null;
}
