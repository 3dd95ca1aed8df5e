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
  return await place.evaluateAll(wholeReading, { ignore: answer.ignore, attribute: answer.attribute });
}

/** Its text alone, which is less to carry while it grows. */
export async function readText(place: Locator, answer: PageAnswer): Promise<string | null> {
  return await place.evaluateAll(textReading, { ignore: answer.ignore, attribute: answer.attribute });
}

type What = Readonly<{ ignore: readonly string[]; attribute: string | null }>;

// Both run inside the page, each by itself.

function textReading(nodes: readonly PageNode[], { ignore, attribute }: What): string | null {
  const node = nodes[0];
  if (!node) return null;
  if (attribute !== null) return node.getAttribute(attribute) ?? '';
  if (node.tagName === 'TEXTAREA') return String(node.value);
  if (ignore.length === 0) return node.textContent ?? '';
  const copy = node.cloneNode(true);
  for (const selector of ignore) for (const part of copy.querySelectorAll(selector)) part.remove();
  return copy.textContent ?? '';
}

function wholeReading(nodes: readonly PageNode[], { ignore, attribute }: What): Reading | null {
  const node = nodes[0];
  if (!node) return null;
  const raw = node.outerHTML;
  if (attribute !== null) {
    const text = node.getAttribute(attribute) ?? '';
    return { text, html: text, raw };
  }
  const copy = node.cloneNode(true);
  for (const selector of ignore) for (const part of copy.querySelectorAll(selector)) part.remove();
  const text = node.tagName === 'TEXTAREA' ? String(node.value) : (copy.textContent ?? '');
  return { text, html: copy.innerHTML, raw };
}
