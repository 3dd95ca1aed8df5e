import {
  type Incident,
  type IncidentKind,
  incidentKinds,
  type NoticeKind,
} from '../../src/alerts/incidents/incident.js';
import { type AlertContent, type AlertSubject, alertContent } from '../../src/alerts/index.js';
import { exampleInput, HOSTILE, hostileInput, OPENED_AT } from './example.js';

export const LINK: string = 'https://watch.example/incidents/maverick-1';
export const NOTICES: readonly NoticeKind[] = [
  'opened',
  'updated',
  'replied',
  'corrected',
  'resolved',
  'retracted',
  'reopened',
];

/** What a person could write to pass for the message, a link or a mention. */
export const TRICK: string = [
  'First line.',
  'https://аррӏе.example/login www.evil.example admin@evil.example',
  '@everyone <!channel> <b>x</b> [y](https://evil.example) *z* `q`',
  'HOW SURE THIS IS',
  'Not at all.',
  HOSTILE,
].join('\n');

const SAME = 'Over 400 trials no measured habit tells the sides apart by more than the margin of 0.1.';
const STATUS = { resolved: 'resolved', retracted: 'retracted' } as const;

export interface Told {
  readonly name: string;
  readonly kind: Incident['kind'];
  readonly notice: NoticeKind;
  readonly content: AlertContent;
  /** What the person said that the message is about. */
  readonly said: string | null;
}

/** A message for each kind of incident and each kind of notice. */
export function everyMessage(hostile: boolean): Told[] {
  const kinds: readonly IncidentKind[] = [...incidentKinds, 'drift'];
  return kinds.flatMap((kind) => NOTICES.map((notice) => message(kind, notice, hostile)));
}

export function message(kind: IncidentKind, notice: NoticeKind, hostile = false): Told {
  const input = hostile ? hostileInput() : exampleInput();
  const word = hostile ? TRICK : '';
  const said = notice === 'opened' || notice === 'updated' ? null : `Words of ${notice}.${word}`;
  const at = OPENED_AT + 3_600_000;
  const reply = { from: `Vendor Inc${word}`, via: 'link' as const, at: at - 1000 };
  const ended = notice === 'resolved' || notice === 'retracted';
  const sized = kind === 'divergence' || kind === 'drift';
  const content = alertContent({
    ...input,
    link: LINK,
    report: kind === 'equivalence' ? { ...input.report, sentence: SAME } : input.report,
    incident: {
      ...input.incident,
      kind,
      status: ended ? STATUS[notice] : 'open',
      severity: sized ? 'material' : null,
      seq: 4,
      updatedAt: at,
      replies: [
        { ...reply, text: `Two system prompts.\nBoth are ours.${word}` },
        ...(notice === 'replied' ? [{ ...reply, at, text: said ?? '' }] : []),
      ],
      outcome: ended ? { by: `Ann${word}`, reason: said ?? '', at } : null,
    },
    notice: { kind: notice, seq: 4, at, text: said },
    subject: subjectOf(kind, word),
  });
  return { name: `${kind} ${notice}`, kind, notice, content, said: content.notice.text };
}

function subjectOf(kind: IncidentKind, word: string): AlertSubject {
  switch (kind) {
    case 'divergence':
    case 'equivalence':
      return { kind: 'report' };
    case 'drift':
      return { kind, side: 'listed', answers: 240, sentences: [`Answers are 1.8 times as long.${word}`] };
    case 'declared-change':
      return { kind, side: 'released', field: 'model', before: `v1${word}`, after: `v2${word}` };
    case 'unreadable':
      return { kind, since: OPENED_AT, reasons: [`12 of 40 answers timed out.${word}`] };
    case 'budget':
      return { kind, side: 'listed', budget: 'daily', resumesAt: OPENED_AT + 86_400_000 };
  }
}
