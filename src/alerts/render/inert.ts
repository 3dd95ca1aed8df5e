import type { AlertContent } from '../content.js';

const GAP = '\u200b';

/** The same text in which no program sees a link: a space without width breaks whatever looks like an address. */
export function withoutLinks(text: string): string {
  return text
    .replaceAll('://', `:${GAP}//`)
    .replaceAll('@', `@${GAP}`)
    .replaceAll(/(?<=[\p{L}\p{N}_-])\.(?=\p{L})/gu, `.${GAP}`);
}

/**
 * The content for a mail: mail programs make links of whatever looks like one, in plain text and HTML alike, so
 * every text from outside goes through {@link withoutLinks}. Our own link stays.
 */
export function inertContent(content: AlertContent): AlertContent {
  return { ...inert(content), link: content.link };
}

// The walk keeps the shape; names that this program compares with hold no dot.
function inert<T>(value: T): T {
  if (typeof value === 'string') return withoutLinks(value) as T;
  if (Array.isArray(value)) return value.map(inert) as T;
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, inert(one)])) as T;
}
