import type { AlertContent } from '../../content.js';
import { type ChatMessage, fitted } from '../../render/chat-message.js';
import type { ChatRequest } from './request.js';

const MAX_BYTES = 28_000;

/**
 * An Adaptive Card for a workflow's webhook (https://adaptivecards.io/explorer/). RichTextBlocks show their
 * text as it is: no Markdown, no HTML, no mentions.
 */
export function teamsRequest(content: AlertContent, url: string): ChatRequest {
  const body = fitted(content, payload, (card) => Buffer.byteLength(JSON.stringify(card)) <= MAX_BYTES);
  return { url, body, secrets: [url] };
}

function payload({ title, parts, link }: ChatMessage): object {
  const card = {
    $schema: 'http://adaptivecards.io/schemas/adaptive-card.json',
    type: 'AdaptiveCard',
    version: '1.2',
    fallbackText: title,
    body: [
      richText(title, { size: 'large', weight: 'bolder' }),
      ...parts.flatMap(({ label, lines }) => [
        richText(label, { weight: 'bolder' }, 'medium'),
        ...lines.map((line) => richText(line)),
      ]),
    ],
    ...(link === null ? {} : { actions: [{ type: 'Action.OpenUrl', title: link, url: link }] }),
    msteams: { width: 'Full' },
  };
  const attachment = {
    contentType: 'application/vnd.microsoft.card.adaptive',
    contentUrl: null,
    content: card,
  };
  return { type: 'message', attachments: [attachment] };
}

function richText(text: string, style: object = {}, spacing: 'small' | 'medium' = 'small'): object {
  return { type: 'RichTextBlock', spacing, inlines: [{ type: 'TextRun', text, ...style }] };
}
