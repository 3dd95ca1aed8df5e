import type { AlertContent } from '../../content.js';
import { type ChatMessage, cutAtWord, escapeMarkdown, fitted } from '../../render/chat-message.js';
import { LABELS } from '../../wording.js';
import type { ChatRequest } from './request.js';

const MAX_TITLE = 256;
const MAX_DESCRIPTION = 4096;
const MAX_FIELD = 1024;
const MAX_TOTAL = 6000;

interface Embed {
  readonly title: string;
  readonly description: string;
  readonly fields: readonly { readonly name: string; readonly value: string }[];
}

/** A message with one embed for a webhook (https://docs.discord.com/developers/resources/webhook). Nobody can be mentioned. */
export function discordRequest(content: AlertContent, url: string): ChatRequest {
  const embed = fitted(content, embedOf, isWithinLimits);
  const body = { embeds: [embed], allowed_mentions: { parse: [] } };
  return { url, body, secrets: [url] };
}

function embedOf({ title, parts }: ChatMessage): Embed {
  const text = (lines: readonly string[]): string => escapeMarkdown(lines.join('\n'));
  const seen = parts.find(({ label }) => label === LABELS.seen);
  return {
    title: cutAtWord(escapeMarkdown(title), MAX_TITLE),
    // Only the description has room for all findings.
    description: text(seen?.lines ?? []),
    fields: parts
      .filter((part) => part !== seen)
      .map(({ label, lines }) => ({ name: label, value: text(lines) })),
  };
}

function isWithinLimits({ title, description, fields }: Embed): boolean {
  const lengths = fields.map(({ name, value }) => name.length + value.length);
  const total = title.length + description.length + lengths.reduce((sum, length) => sum + length, 0);
  const fieldsFit = fields.every(({ value }) => value.length <= MAX_FIELD);
  return fieldsFit && description.length <= MAX_DESCRIPTION && total <= MAX_TOTAL;
}
