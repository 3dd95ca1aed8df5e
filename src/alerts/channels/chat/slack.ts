import type { AlertContent } from '../../content.js';
import { type ChatMessage, cutAtWord, fitted } from '../../render/chat-message.js';
import type { ChatRequest } from './request.js';

const MAX_HEADER = 150;
const MAX_SECTION = 3000;

interface Payload {
  readonly text: string;
  readonly blocks: readonly Block[];
  readonly unfurl_links: false;
  readonly unfurl_media: false;
}

interface Block {
  readonly type: 'header' | 'section';
  readonly text: { readonly type: 'plain_text' | 'mrkdwn'; readonly text: string; readonly emoji?: false };
}

/**
 * A message of Block Kit for an incoming webhook (https://docs.slack.dev/reference/block-kit). Everything
 * from outside is plain_text, in which Slack reads neither mrkdwn nor mentions.
 */
export function slackRequest(content: AlertContent, url: string): ChatRequest {
  const body = fitted(content, payload, ({ blocks }) =>
    blocks.every(({ text }) => text.text.length <= MAX_SECTION),
  );
  return { url, body, secrets: [url] };
}

function payload({ title, parts, link }: ChatMessage): Payload {
  const plain = (text: string) => ({ type: 'plain_text', text, emoji: false }) as const;
  return {
    // What notifications show; it is read as mrkdwn.
    text: title.replaceAll('&', '&amp;').replaceAll('*', '∗').replaceAll('`', "'"),
    blocks: [
      { type: 'header', text: plain(cutAtWord(title, MAX_HEADER)) },
      ...parts.flatMap(({ label, lines }): Block[] => [
        { type: 'section', text: { type: 'mrkdwn', text: `*${label}*` } },
        { type: 'section', text: plain(lines.join('\n')) },
      ]),
      ...(link === null ? [] : [{ type: 'section', text: { type: 'mrkdwn', text: `<${link}>` } } as const]),
    ],
    unfurl_links: false,
    unfurl_media: false,
  };
}
