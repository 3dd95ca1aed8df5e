import type { TelegramTarget } from '../../../config/index.js';
import type { AlertContent } from '../../content.js';
import { type ChatMessage, fitted } from '../../render/chat-message.js';
import type { ChatRequest } from './request.js';

const MAX_TEXT = 4096;

interface Text {
  readonly text: string;
  /** Offsets and lengths in UTF-16 code units. */
  readonly entities: readonly { readonly type: 'bold'; readonly offset: number; readonly length: number }[];
}

/**
 * The Bot API's sendMessage (https://core.telegram.org/bots/api#sendmessage). No parse mode: what is bold is
 * said by place, so that no text can be markup.
 */
export function telegramRequest(
  content: AlertContent,
  { server, chatId }: TelegramTarget,
  token: string,
): ChatRequest {
  const text = fitted(content, textOf, (message) => message.text.length <= MAX_TEXT);
  return {
    url: `${server}/bot${encodeURIComponent(token).replaceAll('%3A', ':')}/sendMessage`,
    body: { chat_id: chatId, ...text, link_preview_options: { is_disabled: true } },
    secrets: [token],
  };
}

function textOf({ title, parts, link }: ChatMessage): Text {
  const entities: { type: 'bold'; offset: number; length: number }[] = [];
  let text = '';
  const bold = (words: string): void => {
    entities.push({ type: 'bold', offset: text.length, length: words.length });
    text += words;
  };
  bold(title);
  for (const { label, lines } of parts) {
    text += '\n\n';
    bold(label);
    text += `\n${lines.join('\n')}`;
  }
  if (link !== null) text += `\n\n${link}`;
  return { text, entities };
}
