import { utc } from '../../evidence/index.js';
import type { AlertContent } from '../content.js';
import type { Incident, VendorReply } from '../incidents/incident.js';
import type { TopicWording } from './topics.js';

/** What a person said, in their own words: `label` says whose they are. */
export interface Statement {
  readonly label: string;
  /** Unedited; may have several lines. */
  readonly text: string;
}

/** Most earlier replies that a message repeats. */
const MAX_REPLIES = 5;

/** What the headline and the first sentences say of what has happened. */
export function noticeWording(
  { incident, notice }: AlertContent,
  { topic, size }: TopicWording,
): { readonly start: string; readonly lead: string } {
  const about = `It is about an earlier message: “${topic}”.`;
  switch (notice.kind) {
    case 'opened':
      return { start: topic, lead: size };
    case 'updated':
      return { start: `Update: ${topic}`, lead: `There is news of an open incident. ${size}` };
    case 'replied':
      return {
        start: `Reply received: ${topic}`,
        lead: `Somebody concerned has answered. Their statement stands below, unedited. ${about}`,
      };
    case 'corrected':
      return {
        start: `Correction: ${topic}`,
        lead: `Something in an earlier message was wrong; what is right stands below. ${about}`,
      };
    case 'resolved':
      return { start: `Resolved: ${topic}`, lead: `This incident is closed. ${about}` };
    case 'retracted':
      return {
        start: 'Retracted: the earlier message should not have been sent, please do not rely on it',
        lead:
          `The earlier message “${topic}” should not have been sent. Please do not rely on it, and tell those ` +
          `you passed it on to. Everything said about incident ${incident.id} is withdrawn.`,
      };
    case 'reopened':
      return { start: `Open again: ${topic}`, lead: `An incident that was closed is open again. ${about}` };
  }
}

/** The words of a person that the message is about; null where it is about none. */
export function ownStatement({ incident, notice }: AlertContent): Statement | null {
  const { kind, text } = notice;
  if (text === null || text.trim() === '') return null;
  switch (kind) {
    case 'replied': {
      const reply = incident.replies.at(-1);
      return { label: reply === undefined ? 'A statement, unedited' : replyLabel(reply), text };
    }
    case 'corrected':
      return { label: 'The correction, in the operator’s own words', text };
    case 'resolved':
      return { label: `Why it is closed, ${inWordsOf(incident.outcome)}`, text };
    case 'retracted':
      return { label: `Why it is retracted, ${inWordsOf(incident.outcome)}`, text };
    case 'reopened':
      return { label: 'Why it is open again, as the operator or their Twinwatch gives it', text };
    default:
      return { label: 'In the operator’s own words', text };
  }
}

/** The replies so far, without the one that the message is about; the oldest first. */
export function earlierReplies({ incident, notice }: AlertContent): {
  readonly replies: readonly Statement[];
  /** How many older ones are left out. */
  readonly omitted: number;
} {
  const all = notice.kind === 'replied' ? incident.replies.slice(0, -1) : incident.replies;
  const kept = all.slice(-MAX_REPLIES);
  return {
    replies: kept.map((reply) => ({ label: replyLabel(reply), text: reply.text })),
    omitted: all.length - kept.length,
  };
}

function replyLabel({ from, via, at }: VendorReply): string {
  const how = via === 'link' ? 'given through the link sent to the vendor' : 'entered by the operator';
  return `Statement of “${from}”, unedited (${how}, ${utc(at)})`;
}

function inWordsOf(outcome: Incident['outcome']): string {
  if (outcome === null) return 'in the operator’s own words';
  if (outcome.by === 'engine') return 'as this Twinwatch itself gives it';
  return `in the operator’s own words (“${outcome.by}”)`;
}
