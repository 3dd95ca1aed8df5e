import { html, type Markup } from '../core/index.js';

/** What a select offers, by value and words. */
export function options(all: readonly (readonly [string, string])[], chosen: string): Markup[] {
  return all.map(([value, words]) =>
    value === chosen
      ? html`<option value="${value}" selected>${words}</option>`
      : html`<option value="${value}">${words}</option>`,
  );
}
