import type { Locator } from 'playwright';
import type { SiteAnswer } from '../../config/index.js';
import type { PageNode } from './page-node.js';
import { find, type Visit } from './visit.js';

/** An answer that stands in an element of the page. */
export type PageAnswer = Exclude<SiteAnswer, { readonly format: 'network' }>;

/** An answer as the page has it. */
export interface Reading {
  /** Its text, without the parts that the recipe ignores. */
  readonly text: string;
  /** Its HTML, without them too. */
  readonly html: string;
  /** The whole element. */
  readonly raw: string;
}

/** The element that holds the answer. It need not be visible: some pages keep the Markdown in a hidden one. */
export function answerPlace(visit: Visit, answer: PageAnswer): Locator {
  const all = find(visit, answer.selector);
  return answer.which === 'first' ? all.first() : all.last();
}

/** Reads the answer; null when its element is not there. Doesn't wait. */
export async function readAnswer(place: Locator, answer: PageAnswer): Promise<Reading | null> {
  return await place.evaluateAll(reading, whatOf(answer, true));
}

/** Its text alone, which is less to carry while it grows. */
export async function readText(place: Locator, answer: PageAnswer): Promise<string | null> {
  return (await place.evaluateAll(reading, whatOf(answer, false)))?.text ?? null;
}

interface What extends Pick<PageAnswer, 'ignore' | 'attribute'> {
  readonly withHtml: boolean;
}

function whatOf({ ignore, attribute }: PageAnswer, withHtml: boolean): What {
  return { ignore, attribute, withHtml };
}

/** Runs inside the page. */
function reading(nodes: readonly PageNode[], { ignore, attribute, withHtml }: What): Reading | null {
  const node = nodes[0];
  if (!node) return null;
  const raw = withHtml ? node.outerHTML : '';
  if (attribute !== null) {
    const text = node.getAttribute(attribute) ?? '';
    return { text, html: text, raw };
  }
  const rest = ignore.length === 0 ? node : node.cloneNode(true);
  for (const selector of ignore) for (const part of rest.querySelectorAll(selector)) part.remove();
  const text = node.tagName === 'TEXTAREA' ? String(node.value) : (rest.textContent ?? '');
  return { text, html: withHtml ? rest.innerHTML : '', raw };
}
