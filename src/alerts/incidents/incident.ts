import { sha256 } from '../../core/index.js';
import type { Severity } from '../../fingerprint/index.js';

/** What people can ask to hear of: every kind that a watch opens incidents for. */
export const incidentKinds: readonly IncidentKind[] = [
  'divergence',
  'declared-change',
  'equivalence',
  'unreadable',
  'budget',
];

/**
 * What an incident can be about. `divergence`: the verdict turned `different`. `drift`: one side's answers differ from
 * its own earlier ones; messages know how to say it, no watch looks for it yet. `declared-change`: a side says
 * something else about itself. `equivalence`: the verdict turned `equivalent`. `unreadable`: the answers could not be
 * read for long. `budget`: rounds wait for a budget.
 */
export type IncidentKind =
  | 'divergence'
  | 'drift'
  | 'declared-change'
  | 'equivalence'
  | 'unreadable'
  | 'budget';

/** `resolved`: it was so and is over. `retracted`: it should not have been said; that is final. */
export type IncidentStatus = 'open' | 'resolved' | 'retracted';

/** One thing that people are told of, from its opening to its end. JSON-serialisable. */
export interface Incident {
  /** Made of letters, digits, `-` and `_` only. */
  readonly id: string;
  readonly watchId: string;
  readonly epoch: number;
  /** `test`: somebody tries out whether alerts arrive. */
  readonly kind: IncidentKind | 'test';
  readonly status: IncidentStatus;
  /** The largest so far. Null where sizes don't apply: all kinds but divergence and drift. */
  readonly severity: Severity | null;
  /** Milliseconds since the Unix epoch, as all times here. */
  readonly openedAt: number;
  readonly updatedAt: number;
  /** Number of its newest event, from 1. */
  readonly seq: number;
  /** How often its cause was seen. */
  readonly triggers: number;
  /** When the embargo for the right of reply ends; null: there is none. */
  readonly publishAt: number | null;
  /** Since when the public may know; null while the embargo holds. */
  readonly publishedAt: number | null;
  readonly acknowledged: { readonly by: string; readonly at: number } | null;
  /** What the vendor said, unedited, the newest last. */
  readonly replies: readonly VendorReply[];
  /** Why it ended; null while it is open. */
  readonly outcome: { readonly by: string; readonly reason: string; readonly at: number } | null;
}

/** A vendor's statement. */
export interface VendorReply {
  /** Who speaks, in their own words. */
  readonly from: string;
  readonly text: string;
  /** `link`: through the one-time link; `operator`: entered by the operator. */
  readonly via: 'link' | 'operator';
  readonly at: number;
}

/** What happens to an incident. `by` is a person's name, or `engine`. */
export type IncidentEvent = { readonly at: number } & (
  | {
      readonly type: 'opened';
      readonly severity: Severity | null;
      /** The end of the embargo; null: none. */
      readonly publishAt: number | null;
    }
  /** Its cause was seen again. */
  | { readonly type: 'triggered' }
  /** A difference is now known to be large. */
  | { readonly type: 'raised' }
  /** The embargo is over. */
  | { readonly type: 'published' }
  | { readonly type: 'acknowledged'; readonly by: string }
  /** For the operator's own eyes. */
  | { readonly type: 'noted'; readonly by: string; readonly text: string }
  | {
      readonly type: 'replied';
      readonly from: string;
      readonly text: string;
      readonly via: VendorReply['via'];
    }
  /** Something that was sent was wrong in a detail. */
  | { readonly type: 'corrected'; readonly by: string; readonly text: string }
  | { readonly type: 'resolved'; readonly by: string; readonly reason: string }
  | { readonly type: 'retracted'; readonly by: string; readonly reason: string }
  | { readonly type: 'reopened'; readonly by: string; readonly reason: string }
);

/** Which kind of message an event makes. */
export type NoticeKind =
  | 'opened'
  | 'updated'
  | 'replied'
  | 'corrected'
  | 'resolved'
  | 'retracted'
  | 'reopened';

/**
 * The id of the `n`-th incident of a kind in an epoch (from 1). It follows from these alone, so that a restart between
 * deciding and storing can't make a second one. It stands in `webhook-id` and `Message-ID`.
 */
export function incidentId(watchId: string, epoch: number, kind: IncidentKind, n: number): string {
  const base = `${slug(watchId)}-${epoch}`;
  return kind === 'divergence' ? base : `${base}-${kind}-${n}`;
}

// Standard Webhooks excludes "." from ids. A name that has to be altered gets a hash, or two different watches could
// share one incident.
function slug(watchId: string): string {
  if (/^[A-Za-z0-9_-]{1,80}$/.test(watchId)) return watchId;
  const safe = watchId.replaceAll(/[^A-Za-z0-9_-]+/g, '-').slice(0, 60);
  return `${safe}-${sha256(watchId).slice(0, 12)}`;
}
