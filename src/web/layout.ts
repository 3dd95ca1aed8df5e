import { html, type Markup } from '../core/index.js';
import type { WebContext } from './context.js';
import { stylesheet } from './style/index.js';

export interface Page {
  readonly title: string;
  readonly content: Markup;
  /** Where the same stands for programs and in Markdown: paths, or null where it doesn't. */
  readonly twins?: { readonly json: string; readonly markdown: string };
  /** Where the feeds of its subject stand, without `/feed.…`; left out: those of all watches. */
  readonly feeds?: string;
  readonly context?: Pick<WebContext, 'config'> | undefined;
}

/** A whole page. It runs nothing and asks for nothing but its style. */
export function page({ title, content, twins, feeds = '', context }: Page): string {
  return html`<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>${title} – Twinwatch</title>
<meta name="viewport" content="width=device-width, initial-scale=1"><meta name="color-scheme" content="light dark">
<link rel="icon" href="/icon.svg" type="image/svg+xml"><link rel="stylesheet" href="${stylesheet.path}">${links(twins)}${feedLinks(feeds)}</head><body>
<a class="skip" href="#content">To the content</a>
<header class="top"><a class="brand" href="/">≠ Twinwatch</a><nav aria-label="Main"><a href="/">Watches</a> <a href="/incidents">Incidents</a> <a href="/subscribe">Subscribe</a> <a href="/method">Method</a></nav></header>
<main id="content">
${content}
</main>
${foot(context, twins)}
</body></html>
`.text;
}

function links(twins: Page['twins']): Markup {
  if (!twins) return html``;
  return html`<link rel="alternate" type="application/json" href="${twins.json}"><link rel="alternate" type="text/markdown" href="${twins.markdown}">`;
}

function feedLinks(path: string): Markup {
  const title = path === '' ? 'Confirmed differences' : 'Incidents of this watch';
  return html`<link rel="alternate" type="application/atom+xml" title="${title}" href="${path}/feed.atom"><link rel="alternate" type="application/rss+xml" title="${title}" href="${path}/feed.rss"><link rel="alternate" type="application/feed+json" title="${title}" href="${path}/feed.json">`;
}

function foot(context: Page['context'], twins: Page['twins']): Markup {
  const twin = twins
    ? html`<p>This page as <a href="${twins.json}">JSON</a> and <a href="${twins.markdown}">Markdown</a>.</p>`
    : html``;
  if (!context) return html`<footer>${twin}</footer>`;
  const { operator, contact, license } = context.config;
  return html`<footer>${twin}
<p>${operator === null ? 'Run with Twinwatch.' : `Run by ${operator} with Twinwatch.`}${contact === null ? '' : ` Contact: ${contact}.`}</p>
<p>Texts and charts of this page: ${license}. The answers are the models’ and their providers’.</p></footer>`;
}
