import { html, type Markup } from '../core/index.js';
import { utc } from '../evidence/index.js';

/** A time for people and for programs. */
export function time(ms: number): Markup {
  return html`<time datetime="${new Date(ms).toISOString()}">${utc(ms)}</time>`;
}

/** ISO 8601, or null. */
export function isoTime(ms: number | null): string | null {
  return ms === null ? null : new Date(ms).toISOString();
}
