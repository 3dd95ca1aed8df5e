import type { AlertContent } from '../content.js';
import type { NoticeKind } from '../incidents/incident.js';
import { type AlertWording, alertWording } from '../wording/wording.js';

/** The body of a webhook: Standard Webhooks' `type`, `timestamp` and `data`. */
interface WebhookPayload {
  readonly type: `incident.${NoticeKind | 'test'}`;
  /** When that was, ISO 8601 in UTC; the same in every attempt. */
  readonly timestamp: string;
  readonly data: WebhookData;
}

interface WebhookData extends AlertContent {
  /** The verdict that the incident stands for; null where it stands for none, or is retracted. */
  readonly verdict: 'different' | 'equivalent' | 'unreadable' | null;
  /** The same in words, for a receiver that only shows text. */
  readonly text: Omit<AlertWording, 'findings' | 'seenLabel'>;
}

const VERDICTS = { divergence: 'different', equivalence: 'equivalent', unreadable: 'unreadable' } as const;

/** Renders an alert for programs. Strings are plain text: whoever shows them as HTML must escape them. */
export function renderWebhookPayload(content: AlertContent): WebhookPayload {
  const { findings: _, seenLabel: __, ...text } = alertWording(content);
  const { kind, status } = content.incident;
  const verdicts: Partial<Record<typeof kind, WebhookData['verdict']>> = VERDICTS;
  return {
    type: `incident.${kind === 'test' ? 'test' : content.notice.kind}`,
    timestamp: new Date(content.notice.at).toISOString(),
    data: { verdict: status === 'retracted' ? null : (verdicts[kind] ?? null), ...content, text },
  };
}
