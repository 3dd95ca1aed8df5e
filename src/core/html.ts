import { plainText } from './errors.js';

/** Markup that is safe to insert. Only {@link html} makes it. */
export class Markup {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

type Value = string | number | Markup | readonly Markup[];

/**
 * A template tag that escapes every value which isn't itself made by it, in text and in quoted attributes,
 * so that forgetting is impossible. Control characters and bidi overrides become U+FFFD.
 */
export function html(strings: TemplateStringsArray, ...values: readonly Value[]): Markup {
  return new Markup(
    strings.reduce((all, part, i) => {
      const value = values[i - 1];
      return value === undefined ? all + part : all + render(value) + part;
    }),
  );
}

function render(value: Value): string {
  if (value instanceof Markup) return value.text;
  if (typeof value === 'number') return String(value);
  if (typeof value === 'string') return escapeHtml(plainText(value));
  return value.map((part) => part.text).join('');
}

function escapeHtml(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll("'", '&#39;');
}
