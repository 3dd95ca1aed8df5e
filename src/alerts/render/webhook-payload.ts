import type { AlertContent } from '../content.js';
import type { NoticeKind } from '../incidents/incident.js';
import { alertWording } from '../wording.js';

/** The body of a webhook: Standard Webhooks' `type`, `timestamp` and `data`. */
interface WebhookPayload {
  readonly type: `incident.${NoticeKind | 'test'}`;
  /** When that was, ISO 8601 in UTC; the same in every attempt. */
  readonly timestamp: string;
  readonly data: WebhookData;
}

interface WebhookData extends AlertContent {
  /** Null in a test message. */
  readonly verdict: 'different' | null;
  /** The same in words, for a receiver that only shows text. */
  readonly text: {
    readonly headline: string;
    readonly size: string;
    readonly howSure: string;
    readonly conditions: string;
    readonly notMeant: string;
    readonly evidence: string;
  };
}

/** Renders an alert for programs. Strings are plain text: whoever shows them as HTML must escape them. */
export function renderWebhookPayload(content: AlertContent): WebhookPayload {
  const { headline, size, howSure, conditions, notMeant, evidence } = alertWording(content);
  const isTest = content.incident.kind === 'test';
  return {
    type: `incident.${isTest ? 'test' : content.notice.kind}`,
    timestamp: new Date(content.notice.at).toISOString(),
    data: {
      verdict: isTest ? null : 'different',
      ...content,
      text: { headline, size, howSure, conditions, notMeant, evidence },
    },
  };
}
