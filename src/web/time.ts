import { html, type Markup } from '../core/index.js';
import { utc } from '../evidence/index.js';

/** A time for people and for programs. */
export function time(ms: number): Markup {
  return html`<time datetime="${new Date(ms).toISOString()}">${utc(ms)}</time>`;
}
