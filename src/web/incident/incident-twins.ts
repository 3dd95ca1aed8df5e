import { alertWording, LABELS } from '../../alerts/index.js';
import { markdownCode, markdownLine, utc } from '../../evidence/index.js';
import { isoTime } from '../time.js';
import { corrections, replyLabel, timeline } from './events.js';
import type { ShownIncident } from './read-incident.js';

/** An incident for programs. Times are ISO 8601; what stands on its page, stands here. */
export function incidentJson(shown: ShownIncident, url: string): string {
  const { incident, content, events, checkpoint } = shown;
  const words = alertWording(content);
  return JSON.stringify({
    id: incident.id,
    url,
    kind: incident.kind,
    status: incident.status,
    severity: incident.severity,
    openedAt: isoTime(incident.openedAt),
    publishedAt: isoTime(incident.publishedAt),
    updatedAt: isoTime(incident.updatedAt),
    watch: content.watch,
    epoch: incident.epoch,
    listed: content.listed,
    released: content.released,
    transport: content.transport,
    headline: words.headline,
    lead: words.lead,
    seen: words.seen,
    findings: words.findings,
    words: words.words,
    howSure: words.howSure,
    notMeant: words.notMeant,
    subject: content.subject,
    log10E: content.report.log10E,
    level: content.report.alpha,
    trials: content.report.trials,
    outcome: incident.outcome && { reason: incident.outcome.reason, at: isoTime(incident.outcome.at) },
    corrections: corrections(events).map(({ at, text }) => ({ text, at: isoTime(at) })),
    replies: incident.replies.map(({ at, ...reply }) => ({ ...reply, at: isoTime(at) })),
    timeline: events.map(({ seq, event }) => ({ seq, type: event.type, at: isoTime(event.at) })),
    evidence: { ...content.checkpoint, checkpoint: checkpoint?.note ?? null, key: checkpoint?.key ?? null },
  });
}

/** An incident in Markdown. What people wrote stands in code blocks: nothing in it turns into markup. */
export function incidentMarkdown(shown: ShownIncident, url: string): string {
  const { incident, content, events, checkpoint } = shown;
  const words = alertWording(content);
  const { statement } = words;
  const parts = [
    `# ${markdownLine(words.headline)}`,
    markdownLine(`${words.lead} (${incident.status}; opened ${utc(incident.openedAt)})`),
    ...(statement ? [markdownLine(`${statement.label}:`), markdownCode(statement.text)] : []),
    ...corrections(events).flatMap(({ at, text }) => [`## Correction, ${utc(at)}`, markdownCode(text ?? '')]),
    `## ${LABELS.claim}`,
    markdownLine(words.claim),
    `- ${markdownLine(`${LABELS.listed}: ${content.listed.model} at ${content.listed.host}`)}\n- ${markdownLine(`${LABELS.released}: ${content.released.model} at ${content.released.host}`)}`,
    `## ${words.seenLabel}`,
    ...words.seen.map(markdownLine),
    ...words.findings.map(({ sentence, interval }) => `- ${markdownLine(`${sentence} ${interval}`)}`),
    ...words.words.map(markdownLine),
    `## ${LABELS.howSure}`,
    ...words.howSure.map(markdownLine),
    `## ${LABELS.notMeant}`,
    markdownLine(words.notMeant),
    '## The vendor’s reply',
    ...(incident.replies.length === 0 ? ['None has been given so far.'] : []),
    ...incident.replies.flatMap((reply) => [
      markdownLine(`${replyLabel(reply)}, ${utc(reply.at)}:`),
      markdownCode(reply.text),
    ]),
    '## What happened',
    timeline(events)
      .map(
        ({ at, words: what, text }) =>
          `- ${utc(at)}: ${markdownLine(text === null ? what : `${what} ${text}`)}`,
      )
      .join('\n'),
    `## ${LABELS.evidence}`,
    markdownLine(words.evidence),
    ...(checkpoint ? [markdownCode(checkpoint.note)] : []),
    `Export: \`twinwatch evidence export ${incident.id} -o ${incident.id}.tar.gz\`. This page: <${url}>`,
  ];
  return `${parts.join('\n\n')}\n`;
}
