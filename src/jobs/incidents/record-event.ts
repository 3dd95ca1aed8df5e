import {
  type AlertContent,
  type AlertContentInput,
  alertContent,
  deliveriesFor,
  type Incident,
  type IncidentEvent,
  type NoticeKind,
} from '../../alerts/index.js';
import type { AlertTarget } from '../../config/index.js';
import { canonicalJson, type Json, sha256 } from '../../core/index.js';
import { appendLog, statementHash } from '../../evidence/index.js';
import { insertMessage, saveIncident, type Tx } from '../../store/index.js';
import { deliverToSubscribers } from '../subscriptions/fan-out.js';
import { eventRow, incidentRow } from './incident-rows.js';

/** What a message says beside what happened to the incident. */
export type IncidentFacts = Omit<AlertContentInput, 'incident' | 'notice' | 'checkpoint'>;

/** An incident as an event has left it. */
export interface IncidentStep {
  readonly incident: Incident;
  readonly event: IncidentEvent;
  /** The message that the event makes; null: none. */
  readonly notice: NoticeKind | null;
}

/**
 * Writes down an event of an incident, logs it, and puts what it has to say into the outbox: all in one transaction.
 * `targets` are those of the watch that hear of it. Returns what the message says, or null without one.
 */
export async function recordEvent(
  tx: Tx,
  { incident, event, notice }: IncidentStep,
  facts: IncidentFacts,
  targets: readonly AlertTarget[],
): Promise<AlertContent | null> {
  await saveIncident(tx, incidentRow(incident), eventRow(incident, event));
  const head = await appendLog(tx, event.at, [
    { kind: 'incident', watchId: incident.watchId, payload: logged(incident, event) },
  ]);
  if (notice === null) return null;
  const content = alertContent({
    ...facts,
    incident,
    notice: { kind: notice, seq: incident.seq, at: event.at, text: textOf(event) },
    checkpoint: { height: head.height + 1, hash: head.hash },
  });
  await putIntoOutbox(tx, content, targets);
  return content;
}

async function putIntoOutbox(tx: Tx, content: AlertContent, targets: readonly AlertTarget[]): Promise<void> {
  const { incident, notice } = content;
  const deliveries = deliveriesFor(content, targets);
  const text = canonicalJson(content as unknown as Json);
  const id = `${incident.id}-${notice.seq}`;
  await insertMessage(
    tx,
    { id, incident_id: incident.id, seq: notice.seq, created_at: notice.at, content: text },
    deliveries.map((delivery) => ({
      id: delivery.id,
      message_id: id,
      incident_id: incident.id,
      subscriber_id: null,
      target: canonicalJson(delivery.target),
      status: 'pending' as const,
      attempts: 0,
      next_attempt_at: notice.at,
      last_error: null,
      created_at: notice.at,
      finished_at: null,
    })),
  );
  const subscribers = await deliverToSubscribers(tx, { id, incident_id: incident.id }, content);
  const payload = {
    incident: incident.id,
    seq: notice.seq,
    content: sha256(text),
    deliveries: deliveries.map((delivery) => delivery.id),
    // Only how many: what was sent to a person is nobody else's to know.
    subscribers,
  };
  await appendLog(tx, notice.at, [{ kind: 'alert', watchId: incident.watchId, payload }]);
}

/** What the log says of an event. Of what people wrote, the hash: an address in it must not get into the log. */
function logged(incident: Incident, event: IncidentEvent): Json {
  const { id, kind, epoch, seq, status, severity } = incident;
  return {
    incident: id,
    kind,
    epoch,
    seq,
    event: event.type,
    status,
    severity,
    text: hashOf(event),
  };
}

function hashOf(event: IncidentEvent): string | null {
  if (event.type === 'replied') return statementHash(event);
  const text = textOf(event);
  return text === null ? null : sha256(text);
}

/** What a person said in an event. */
function textOf(event: IncidentEvent): string | null {
  if ('text' in event) return event.text;
  return 'reason' in event ? event.reason : null;
}
