import type { AlertContent } from '../../content.js';
import { type ChatMessage, cutAtWord, fitted } from '../../render/chat-message.js';
import type { ChatRequest } from './request.js';

const MAX_SUMMARY = 1024;

/**
 * An event of the Events API v2 (https://developer.pagerduty.com/docs/send-alert-event). The incident's id is the
 * dedup_key, so that all its messages belong to one alert, which is resolved while the incident is not open: what
 * is said of it later must not raise it again.
 */
export function pagerDutyRequest(content: AlertContent, server: string, routingKey: string): ChatRequest {
  const { incident, link } = content;
  const { title, details } = fitted(content, detailed, () => true);
  const payload = {
    summary: cutAtWord(title, MAX_SUMMARY),
    source: 'twinwatch',
    severity: incident.severity === 'material' ? 'warning' : 'info',
    timestamp: new Date(content.notice.at).toISOString(),
    class: incident.kind,
    custom_details: details,
  };
  return {
    url: `${server}/v2/enqueue`,
    body: {
      routing_key: routingKey,
      event_action: incident.status === 'open' ? 'trigger' : 'resolve',
      dedup_key: incident.id,
      client: 'Twinwatch',
      ...(link === null ? {} : { links: [{ href: link, text: link }] }),
      payload,
    },
    secrets: [routingKey],
  };
}

function detailed({ title, parts }: ChatMessage): { title: string; details: object } {
  return { title, details: Object.fromEntries(parts.map(({ label, lines }) => [label, lines.join('\n')])) };
}
