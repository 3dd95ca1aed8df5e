import type { AlertContent } from '../../content.js';
import { type ChatMessage, escapeMarkdown, fitted } from '../../render/chat-message.js';
import type { ChatRequest } from './request.js';

// Older servers keep 4,000 characters of a post.
const MAX_TEXT = 4000;

/** A post of Markdown for an incoming webhook (https://developers.mattermost.com/integrate/webhooks/incoming/). */
export function mattermostRequest(content: AlertContent, url: string): ChatRequest {
  const text = fitted(content, markdown, (post) => post.length <= MAX_TEXT);
  return { url, body: { text }, secrets: [url] };
}

function markdown({ title, parts, link }: ChatMessage): string {
  const paragraphs = parts.map(
    ({ label, lines }) => `**${escapeMarkdown(label)}**\n${lines.map(escapeMarkdown).join('\n')}`,
  );
  const end = link === null ? [] : [`<${link}>`];
  return [`**${escapeMarkdown(title)}**`, ...paragraphs, ...end].join('\n\n');
}
