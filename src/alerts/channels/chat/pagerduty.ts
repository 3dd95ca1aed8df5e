import type { Delivery } from '../../delivery.js';
import { type ChatMessage, cutAtWord, fitted } from '../../render/chat-message.js';
import type { ChatRequest } from './request.js';

const MAX_SUMMARY = 1024;

/**
 * A trigger of the Events API v2 (https://developer.pagerduty.com/docs/send-alert-event). The delivery's id is
 * the dedup_key: a repeated attempt raises no second alert.
 */
export function pagerDutyRequest({ id, content }: Delivery, server: string, routingKey: string): ChatRequest {
  const { title, details } = fitted(content, detailed, () => true);
  const payload = {
    summary: cutAtWord(title, MAX_SUMMARY),
    source: 'twinwatch',
    severity: content.report.severity === 'material' ? 'warning' : 'info',
    timestamp: new Date(content.incident.openedAt).toISOString(),
    class: content.incident.kind,
    custom_details: details,
  };
  return {
    url: `${server}/v2/enqueue`,
    body: { routing_key: routingKey, event_action: 'trigger', dedup_key: id, client: 'Twinwatch', payload },
    secrets: [routingKey],
  };
}

function detailed({ title, parts }: ChatMessage): { title: string; details: object } {
  return { title, details: Object.fromEntries(parts.map(({ label, lines }) => [label, lines.join('\n')])) };
}
