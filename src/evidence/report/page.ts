import { html, Markup } from '../../core/index.js';
import { STYLE } from './style.js';

/** Says in a page's head which version made it. */
export function generatorTag(program: string): Markup {
  return html`<meta name="generator" content="Twinwatch ${program}">`;
}

/** A whole HTML file that asks for nothing and runs nothing. */
export function htmlPage(title: string, content: Markup, head: Markup = html``): string {
  return html`<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>${title}</title>${head}
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'">
<meta name="viewport" content="width=device-width, initial-scale=1"><meta name="referrer" content="no-referrer">
<style>${new Markup(STYLE)}</style></head><body><main>
${content}
</main></body></html>
`.text;
}
