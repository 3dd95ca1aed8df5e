import type { Incident, IncidentEvent, IncidentKind, NoticeKind } from './incident.js';

/** The incident after an event, and the message that the event makes; or why the event can't happen to it. */
export type Transition =
  | { readonly kind: 'done'; readonly incident: Incident; readonly notice: NoticeKind | null }
  | { readonly kind: 'refused'; readonly reason: string };

/** Which incident is opened. */
export interface IncidentKey {
  readonly id: string;
  readonly watchId: string;
  readonly epoch: number;
  readonly kind: IncidentKind;
}

/** The incident that opens. */
export function openedIncident(
  key: IncidentKey,
  event: IncidentEvent & { readonly type: 'opened' },
): Incident {
  const { at, severity, publishAt } = event;
  return {
    ...key,
    status: 'open',
    severity,
    openedAt: at,
    updatedAt: at,
    seq: 1,
    triggers: 1,
    publishAt,
    publishedAt: publishAt === null ? at : null,
    acknowledged: null,
    replies: [],
    outcome: null,
  };
}

/**
 * What an event makes of an incident. `open` ends as `resolved` or `retracted`; what was resolved can be reopened or
 * retracted; a retraction is final. The notice is what the public is told: while an embargo holds, nothing.
 */
export function transition(
  incident: Incident,
  event: Exclude<IncidentEvent, { type: 'opened' }>,
): Transition {
  const reason = refusal(incident, event);
  if (reason !== null) return { kind: 'refused', reason };
  const base = { ...incident, seq: incident.seq + 1, updatedAt: event.at };
  const { next, notice } = step(base, event);
  const isPublic = next.publishedAt !== null;
  return { kind: 'done', incident: next, notice: isPublic ? notice : null };
}

type Later = Exclude<IncidentEvent, { type: 'opened' }>;

function refusal({ status, publishedAt, severity }: Incident, { type }: Later): string | null {
  switch (type) {
    case 'noted':
    case 'replied':
      return null;
    case 'triggered':
    case 'acknowledged':
    case 'resolved':
      return status === 'open' ? null : `it is ${status} already`;
    case 'raised':
      if (severity === 'material') return 'it is material already';
      return status === 'open' ? null : `it is ${status} already`;
    case 'published':
      if (publishedAt !== null) return 'it is public already';
      return status === 'open' ? null : `it is ${status} already`;
    case 'corrected':
      if (publishedAt === null) return 'nothing has been said in public yet';
      return status === 'retracted' ? 'it is retracted already' : null;
    case 'retracted':
      return status === 'retracted' ? 'it is retracted already' : null;
    case 'reopened':
      if (status === 'open') return 'it is open';
      return status === 'retracted' ? 'a retraction is final' : null;
  }
}

function step(incident: Incident, event: Later): { next: Incident; notice: NoticeKind | null } {
  const { at } = event;
  switch (event.type) {
    case 'triggered':
      return { next: { ...incident, triggers: incident.triggers + 1 }, notice: null };
    case 'raised':
      return { next: { ...incident, severity: 'material' }, notice: 'updated' };
    case 'published':
      return { next: { ...incident, publishedAt: at }, notice: 'opened' };
    case 'acknowledged':
      return { next: { ...incident, acknowledged: { by: event.by, at } }, notice: null };
    case 'noted':
      return { next: incident, notice: null };
    case 'replied': {
      const { from, text, via } = event;
      const replies = [...incident.replies, { from, text, via, at }];
      return { next: { ...incident, replies }, notice: 'replied' };
    }
    case 'corrected':
      return { next: incident, notice: 'corrected' };
    case 'resolved':
    case 'retracted': {
      const outcome = { by: event.by, reason: event.reason, at };
      return { next: { ...incident, status: event.type, outcome }, notice: event.type };
    }
    case 'reopened': {
      const triggers = incident.triggers + (event.by === 'engine' ? 1 : 0);
      return { next: { ...incident, status: 'open', outcome: null, triggers }, notice: 'reopened' };
    }
  }
}
