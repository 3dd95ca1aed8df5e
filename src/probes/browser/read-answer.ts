import type { Locator } from 'playwright';
import type { PageNode } from './page-node.js';

/** An answer as the page has it. */
export interface Reading {
  /** Its text, without the parts that the recipe ignores. */
  readonly text: string;
  /** Its HTML, without them too. */
  readonly html: string;
  /** The whole element. */
  readonly raw: string;
}

/** Reads the element that `place` finds; null when there is none. Doesn't wait. */
export async function readElement(place: Locator, ignore: readonly string[]): Promise<Reading | null> {
  return await place.evaluateAll(inPage, ignore);
}

function inPage(nodes: readonly PageNode[], ignore: readonly string[]): Reading | null {
  const node = nodes[0];
  if (!node) return null;
  const copy = node.cloneNode(true);
  for (const selector of ignore) for (const part of copy.querySelectorAll(selector)) part.remove();
  const text = node.tagName === 'TEXTAREA' ? String(node.value) : (copy.textContent ?? '');
  return { text, html: copy.innerHTML, raw: node.outerHTML };
}
