import { Marked } from 'marked';
import TurndownService from 'turndown';

/** The little of the DOM that the rules below look at. */
interface Element {
  readonly nodeName: string;
  readonly className?: unknown;
  readonly textContent: string | null;
  readonly parentNode: Element | null;
  readonly previousElementSibling: Element | null;
  getAttribute(name: string): string | null;
  hasAttribute(name: string): boolean;
  querySelector(selector: string): Element | null;
}

/**
 * Markdown of what a site renders, in one normal form: what renderers disagree about (line breaks inside
 * a paragraph, loose lists, link targets, languages of code, alignment of tables) is the same afterwards.
 * It is for comparing and reading, not for rendering again: nothing is escaped. Never throws.
 */
export function htmlToMarkdown(html: string): string {
  if (isDeep(html)) return bare(html);
  const markdown = turndown.turndown(html);
  return markdown.replaceAll(/\n{3,}/g, '\n\n').trim();
}

/**
 * Takes Markdown through HTML and back, so that an answer from an API has lost what an answer loses
 * when a site renders it and {@link htmlToMarkdown} reads it. Never throws.
 */
export function markdownThroughHtml(markdown: string): string {
  let html: string;
  try {
    html = marked.parse(markdown, { async: false });
  } catch (error) {
    // Thousands of levels of quotes or lists.
    if (error instanceof RangeError) return bare(markdown);
    throw error;
  }
  return htmlToMarkdown(html);
}

const maxDepth = 400;
const neverClosed = /^(area|base|br|col|embed|hr|img|input|link|meta|source|track|wbr)$/i;

/** Whether HTML is nested so deeply that reading it would take long and end in a stack overflow. */
function isDeep(html: string): boolean {
  let depth = 0;
  for (const [, closing, name = ''] of html.matchAll(/<(\/?)([A-Za-z][\w-]*)/g)) {
    if (closing === '/') depth -= 1;
    else if (!neverClosed.test(name)) depth += 1;
    if (depth > maxDepth) return true;
  }
  return false;
}

/** What stands for text that no parser gets through. */
function bare(text: string): string {
  return turndown.escape(text).trim();
}

const marked = new Marked({
  gfm: true,
  breaks: false,
  renderer: {
    // Sites show tags that a model writes as text, or drop them; either way no tag is left below.
    html: (token) => {
      const text = token.text.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
      return 'block' in token && token.block ? `<p>${text}</p>` : text;
    },
  },
});

const turndown = new TurndownService({
  headingStyle: 'atx',
  hr: '---',
  emDelimiter: '*',
  codeBlockStyle: 'fenced',
});

turndown.escape = (text) =>
  text
    .replaceAll('\u00a0', ' ')
    .replaceAll(/[\u200b\ufeff]/g, '')
    .replaceAll(/<\/?[A-Za-z][^<>]*>/g, '');

function rule(
  name: string,
  names: readonly string[],
  replacement: (content: string, node: Element) => string,
): void {
  turndown.addRule(name, {
    filter: (node) => names.includes((node as unknown as Element).nodeName),
    replacement: (content, node) => replacement(content, node as unknown as Element),
  });
}

rule(
  'controls',
  ['BUTTON', 'SVG', 'svg', 'SCRIPT', 'STYLE', 'NOSCRIPT', 'TEMPLATE', 'IFRAME', 'SELECT'],
  () => '',
);
rule('paragraph', ['P'], (content) => `\n\n${content.trim()}\n\n`);
rule('lineBreak', ['BR'], () => ' ');
rule('link', ['A'], (content) => content);
rule('image', ['IMG'], (_, node) => node.getAttribute('alt') ?? '');
rule('struck', ['DEL', 'S', 'STRIKE'], (content) => `~~${content}~~`);
rule('checkbox', ['INPUT'], (_, node) => {
  if (node.getAttribute('type') !== 'checkbox') return '';
  return node.hasAttribute('checked') ? '[x]' : '[ ]';
});
rule('listItem', ['LI'], (content, node) => {
  const marker = node.parentNode?.nodeName === 'OL' ? `${numberOf(node)}. ` : '- ';
  const lines = content
    .trim()
    .split('\n')
    .filter((line) => line.trim() !== '');
  return `${marker}${lines.join(`\n${' '.repeat(marker.length)}`)}\n`;
});
rule(
  'codeBlock',
  ['PRE'],
  (_, node) => `\n\n\`\`\`\n${(node.textContent ?? '').replace(/\n$/, '')}\n\`\`\`\n\n`,
);
rule('cell', ['TH', 'TD'], (content) => `| ${content.replaceAll(/\s+/g, ' ').trim()} `);
rule('row', ['TR'], (content, node) => {
  const row = `${content.trim()} |\n`;
  return isFirstRow(node) ? `${row}${'| --- '.repeat(cellsOf(content))}|\n` : row;
});
rule('rows', ['THEAD', 'TBODY', 'TFOOT'], (content) => content);
rule('table', ['TABLE'], (content) => `\n\n${content.replaceAll(/\n{2,}/g, '\n').trim()}\n\n`);
turndown.addRule('formula', {
  filter: (node) => /^katex(-display)?$/.test(String((node as unknown as Element).className)),
  replacement: (content, node) => formula(content, node as unknown as Element),
});

// Counted from the item before, or a list of thousands would be walked thousands of times.
const numbers = new WeakMap<Element, number>();

function numberOf(item: Element): number {
  const before = item.previousElementSibling;
  const number =
    before === null ? Number(item.parentNode?.getAttribute('start') ?? 1) : (numbers.get(before) ?? 0) + 1;
  numbers.set(item, number);
  return number;
}

function isFirstRow(row: Element): boolean {
  const group = row.parentNode;
  if (row.previousElementSibling !== null) return false;
  return group?.nodeName === 'TABLE' || group?.nodeName === 'THEAD' || group?.previousElementSibling === null;
}

function cellsOf(row: string): number {
  return row.split('| ').length - 1;
}

/** KaTeX keeps the source beside what it draws. */
function formula(content: string, node: Element): string {
  const source = node.querySelector('annotation')?.textContent;
  if (source === undefined || source === null) return content;
  const mark = node.className === 'katex-display' ? '$$' : '$';
  return `${mark}${source.trim()}${mark}`;
}
