import type { AlertContent } from '../../content.js';
import { type ChatMessage, cutAtWord, escapeMarkdown, fitted } from '../../render/chat-message.js';
import type { ChatRequest } from './request.js';

const MAX_TITLE = 256;
const MAX_DESCRIPTION = 4096;
const MAX_NAME = 256;
const MAX_FIELD = 1024;
const MAX_TOTAL = 6000;

interface Embed {
  readonly title: string;
  readonly url?: string;
  readonly description: string;
  readonly fields: readonly { readonly name: string; readonly value: string }[];
}

/** A message with one embed for a webhook (https://docs.discord.com/developers/resources/webhook). Nobody can be mentioned. */
export function discordRequest(content: AlertContent, url: string): ChatRequest {
  const embed = fitted(content, embedOf, isWithinLimits);
  const body = { embeds: [embed], allowed_mentions: { parse: [] } };
  return { url, body, secrets: [url] };
}

function embedOf({ title, parts, link }: ChatMessage): Embed {
  // The longest part is the description: a field has too little room for all findings or a statement.
  const texts = parts.map(({ lines }) => escapeMarkdown(lines.join('\n')));
  const longest = texts.reduce((best, text, i) => (text.length > (texts[best]?.length ?? 0) ? i : best), 0);
  const end = link === null ? '' : `\n\n<${link}>`;
  return {
    title: cutAtWord(escapeMarkdown(title), MAX_TITLE),
    ...(link === null ? {} : { url: link }),
    description: `**${escapeMarkdown(parts[longest]?.label ?? '')}**\n${texts[longest] ?? ''}${end}`,
    fields: parts.flatMap(({ label }, i) =>
      i === longest ? [] : [{ name: cutAtWord(escapeMarkdown(label), MAX_NAME), value: texts[i] ?? '' }],
    ),
  };
}

function isWithinLimits({ title, description, fields }: Embed): boolean {
  const lengths = fields.map(({ name, value }) => name.length + value.length);
  const total = title.length + description.length + lengths.reduce((sum, length) => sum + length, 0);
  const fieldsFit = fields.every(({ value }) => value.length <= MAX_FIELD);
  return fieldsFit && description.length <= MAX_DESCRIPTION && total <= MAX_TOTAL;
}
