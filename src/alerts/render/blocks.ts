import { html, type Markup, plainText } from '../../core/index.js';
import type { FootLine } from '../wording/mails.js';
import type { Statement } from '../wording/notices.js';
import { bullets, heading, linkLine, paragraph, quote, rule, softLine } from './mail-page.js';

/** A piece of a mail, from which the plain text and the HTML are made, so that both say the same. */
export type Block =
  | {
      readonly kind: 'title' | 'section' | 'incident' | 'label' | 'text' | 'note' | 'link';
      readonly text: string;
    }
  | { readonly kind: 'list'; readonly items: readonly string[] }
  /** Somebody else's words. */
  | { readonly kind: 'quote'; readonly text: string }
  | { readonly kind: 'rule' };

/** What a person said, under whose words they are. */
export function statementBlocks({ label, text }: Statement): Block[] {
  return [
    { kind: 'label', text: label },
    { kind: 'quote', text },
  ];
}

/** The foot of a mail. */
export function footBlocks(title: string, foot: readonly FootLine[]): Block[] {
  const lines = foot.flatMap(({ text, link }): Block[] =>
    link === null
      ? [{ kind: 'note', text }]
      : [
          { kind: 'note', text },
          { kind: 'link', text: link },
        ],
  );
  return [{ kind: 'rule' }, { kind: 'label', text: title }, ...lines];
}

/** The lines of a plain-text part. Quotes stand behind `>`, so that none can pass for the mail's own words. */
export function blockLines(blocks: readonly Block[]): string[] {
  return blocks.flatMap(textLines);
}

function textLines(block: Block): string[] {
  switch (block.kind) {
    case 'title':
      return [block.text, ''];
    case 'section':
      return ['', block.text.toUpperCase()];
    case 'incident':
      return ['', '========', block.text];
    case 'label':
      return ['', `${block.text}:`];
    case 'list':
      return block.items.map((item) => `- ${item}`);
    case 'quote':
      return block.text.split('\n').map((line) => `> ${line}`);
    case 'rule':
      return ['', '--'];
    default:
      return [block.text];
  }
}

/** A plain-text part from its lines. */
export function mailText(lines: readonly string[]): string {
  return `${plainText(lines.join('\n'))}\n`;
}

/** The same for the HTML part. */
export function blockMarkup(blocks: readonly Block[]): Markup[] {
  return blocks.map(markup);
}

function markup(block: Block): Markup {
  switch (block.kind) {
    case 'title':
      return heading(1, block.text);
    case 'section':
    case 'incident':
      return heading(2, block.text);
    case 'label':
      return heading(3, `${block.text}:`);
    case 'text':
      return paragraph(block.text);
    case 'note':
      return softLine(block.text);
    case 'link':
      return linkLine(block.text);
    case 'list':
      return block.items.length === 0 ? html`` : bullets(block.items.map((item) => html`${item}`));
    case 'quote':
      return quote([html`${block.text}`]);
    case 'rule':
      return rule();
  }
}
