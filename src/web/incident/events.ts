import { utc } from '../../evidence/index.js';
import type { PublicEvent } from './read-incident.js';

/** A line of the timeline: what happened, and what a person said about it. */
export interface TimelineEntry {
  readonly seq: number;
  readonly at: number;
  readonly words: string;
  readonly text: string | null;
}

/** The public timeline in words. */
export function timeline(events: readonly PublicEvent[]): TimelineEntry[] {
  return events.map(({ seq, event }) => ({ seq, at: event.at, ...wordsOf(event) }));
}

function wordsOf(event: PublicEvent['event']): { words: string; text: string | null } {
  switch (event.type) {
    case 'opened':
      return {
        words:
          event.publishAt === null
            ? 'Opened, and public at once.'
            : `Opened; the vendor was given until ${utc(event.publishAt)} to reply before it became public.`,
        text: null,
      };
    case 'raised':
      return { words: 'At least one difference is now known to be large.', text: null };
    case 'published':
      return { words: 'Made public.', text: null };
    case 'replied':
      return { words: `A statement of “${event.from}” arrived.`, text: null };
    case 'corrected':
      return { words: 'Corrected:', text: event.text };
    case 'resolved':
      return { words: 'Resolved:', text: event.reason };
    case 'retracted':
      return { words: 'Retracted:', text: event.reason };
    case 'reopened':
      return { words: 'Opened again:', text: event.reason };
    default:
      return { words: '', text: null };
  }
}

/** Corrections alone, the oldest first. */
export function corrections(events: readonly PublicEvent[]): TimelineEntry[] {
  return timeline(events.filter(({ event }) => event.type === 'corrected'));
}

/** Whose statement it is, and how it came. */
export function replyLabel({
  from,
  via,
}: {
  readonly from: string;
  readonly via: 'link' | 'operator';
}): string {
  const how = via === 'link' ? 'through the link that was sent to the vendor' : 'entered by the operator';
  return `Statement of “${from}”, unedited, ${how}`;
}
