import { plainText } from '../../core/index.js';

/** Markup that is known to be safe: only {@link html} makes it. */
export interface Html {
  readonly markup: string;
}

type Value = string | number | Html | readonly Html[];

/** A template tag that escapes every value which isn't itself made by it, so that forgetting is impossible. */
export function html(fixed: TemplateStringsArray, ...values: readonly Value[]): Html {
  const markup = fixed.map((text, i) => text + (i < values.length ? render(values[i] ?? '') : '')).join('');
  return { markup };
}

function render(value: Value): string {
  if (typeof value === 'number') return String(value);
  if (typeof value === 'string') return escapeHtml(value);
  return 'markup' in value ? value.markup : value.map((item) => item.markup).join('');
}

function escapeHtml(text: string): string {
  return plainText(text)
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll("'", '&#39;');
}
