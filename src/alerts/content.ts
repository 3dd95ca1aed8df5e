import type { TransportState } from '../config/index.js';
import { cutText, plainLine, plainText } from '../core/index.js';
import {
  exampleKey,
  type Finding,
  type FindingExample,
  type Report,
  type Severity,
  type Side,
  type WordFinding,
} from '../fingerprint/index.js';
import type { Incident, NoticeKind } from './incidents/incident.js';

const MAX_FINDINGS = 8;
const MAX_WORDS = 12;
const MAX_EXAMPLES = 2;
const EXCERPT_CODE_POINTS = 300;
/** What a person wrote stands whole in any message that has room for it. */
const STATEMENT_CODE_POINTS = 10_000;

/** Which model a side asked for, and where. */
export interface AlertSide {
  readonly model: string;
  readonly host: string;
}

/** The part of a {@link Report} that an alert carries. */
export interface AlertReport {
  readonly log10E: number;
  /** Null past 1e308, which JSON has no number for. */
  readonly eValue: number | null;
  readonly alpha: number;
  readonly trials: number;
  readonly voidTrials: number;
  readonly alarmAtTrial: number | null;
  readonly severity: Severity | null;
  /** At most 8. */
  readonly findings: readonly Finding[];
  /** At most 12. */
  readonly words: readonly WordFinding[];
  readonly sentence: string;
}

/** Where the evidence log stood when the message was made. */
export interface AlertCheckpoint {
  /** Number of log entries up to and including what the message speaks of. */
  readonly height: number;
  /** Hash of the last of them, in hexadecimal. */
  readonly hash: string;
}

/** What has happened, that there is a message. */
export interface AlertNotice {
  readonly kind: NoticeKind;
  /** Of the incident's event. */
  readonly seq: number;
  readonly at: number;
  /** What a person said about it: a reason, a correction, the vendor's statement. Null: nothing. */
  readonly text: string | null;
}

/** What the incident is about, where it is not what the report says. */
export type AlertSubject =
  | { readonly kind: 'report' }
  | {
      readonly kind: 'drift';
      readonly side: Side;
      readonly answers: number;
      readonly sentences: readonly string[];
    }
  | {
      readonly kind: 'declared-change';
      readonly side: Side;
      readonly field: 'model' | 'systemFingerprint' | 'provider';
      readonly before: string;
      readonly after: string;
    }
  | { readonly kind: 'unreadable'; readonly since: number; readonly reasons: readonly string[] }
  | {
      readonly kind: 'budget';
      readonly side: Side;
      readonly budget: string;
      /** When it begins anew; null: it never has room for a trial. */
      readonly resumesAt: number | null;
    };

/** Everything a message says, fixed when it is made. JSON-serialisable: it waits in the outbox. */
export interface AlertContent {
  readonly type: 'alert';
  /** As it is after the event. */
  readonly incident: Incident;
  readonly notice: AlertNotice;
  readonly subject: AlertSubject;
  /** The incident's page; null where none is served. */
  readonly link: string | null;
  readonly watch: { readonly id: string; readonly title: string; readonly claim: string };
  readonly listed: AlertSide;
  readonly released: AlertSide;
  /** Whether the way of reading the answers may be what differs. */
  readonly transport: TransportState;
  readonly report: AlertReport;
  readonly checkpoint: AlertCheckpoint;
}

/** What a subscriber who wants no single messages gets in one. */
export interface DigestContent {
  readonly type: 'digest';
  /** From when to when, ms since the Unix epoch. */
  readonly since: number;
  readonly until: number;
  /** The oldest first, at most 50. */
  readonly items: readonly AlertContent[];
  /** Messages beyond those. */
  readonly omitted: number;
  /** Watches of the installation, and how many false alarms all of them could at most be expected to show. */
  readonly watches: { readonly count: number; readonly falseAlarms: number };
}

/** A mail about a subscription itself. What its link does: `confirm` it, or `manage` it. */
export interface AccountContent {
  readonly type: 'account';
  readonly purpose: 'confirm' | 'manage';
  /** Titles of the watches chosen, at most 50; empty: all. */
  readonly watches: readonly string[];
}

/** Whatever waits in the outbox. */
export type MessageContent = AlertContent | DigestContent | AccountContent;

/** What {@link alertContent} takes: the same, with the engine's whole report. */
export interface AlertContentInput extends Omit<AlertContent, 'report' | 'type'> {
  readonly report: Omit<AlertReport, 'eValue'> & Pick<Report, 'eValue'>;
}

/**
 * Picks and bounds what an alert says. Titles, model names and answers are untrusted: control
 * characters and bidi overrides are neutralised here and lengths are cut, so that every message stays
 * small and safe to print. Escaping for a syntax (HTML, headers) is each renderer's own work.
 */
export function alertContent(input: AlertContentInput): AlertContent {
  const { incident, notice, watch, report, checkpoint } = input;
  return {
    type: 'alert',
    incident: safeIncident(incident),
    notice: { ...notice, text: notice.text === null ? null : shortened(notice.text, STATEMENT_CODE_POINTS) },
    subject: safeSubject(input.subject),
    link: input.link === null ? null : plainLine(input.link, 500),
    watch: {
      id: plainLine(watch.id, 100),
      title: plainLine(watch.title, 160),
      claim: plainLine(watch.claim, 500),
    },
    listed: side(input.listed),
    released: side(input.released),
    transport: input.transport,
    report: {
      log10E: report.log10E,
      eValue: Number.isFinite(report.eValue) ? report.eValue : null,
      alpha: report.alpha,
      trials: report.trials,
      voidTrials: report.voidTrials,
      alarmAtTrial: report.alarmAtTrial,
      severity: report.severity,
      findings: report.findings.slice(0, MAX_FINDINGS).map(finding),
      words: report.words.slice(0, MAX_WORDS).map((entry) => ({ ...entry, word: plainLine(entry.word, 60) })),
      sentence: plainLine(report.sentence, 800),
    },
    checkpoint: { height: checkpoint.height, hash: plainLine(checkpoint.hash, 128) },
  };
}

function safeIncident(incident: Incident): Incident {
  const { acknowledged, outcome } = incident;
  return {
    ...incident,
    watchId: plainLine(incident.watchId, 100),
    acknowledged: acknowledged && { ...acknowledged, by: plainLine(acknowledged.by, 100) },
    replies: incident.replies.map((reply) => ({
      ...reply,
      from: plainLine(reply.from, 200),
      text: shortened(reply.text, STATEMENT_CODE_POINTS),
    })),
    outcome: outcome && {
      ...outcome,
      by: plainLine(outcome.by, 100),
      reason: shortened(outcome.reason, STATEMENT_CODE_POINTS),
    },
  };
}

function safeSubject(subject: AlertSubject): AlertSubject {
  switch (subject.kind) {
    case 'drift':
      return {
        ...subject,
        sentences: subject.sentences.slice(0, MAX_FINDINGS).map((one) => plainLine(one, 400)),
      };
    case 'declared-change':
      return { ...subject, before: plainLine(subject.before, 200), after: plainLine(subject.after, 200) };
    case 'unreadable':
      return {
        ...subject,
        reasons: subject.reasons.slice(0, MAX_FINDINGS).map((one) => plainLine(one, 200)),
      };
    default:
      return subject;
  }
}

/** The same content without the excerpts of these trials. */
export function withoutExcerpts(content: AlertContent, gone: readonly FindingExample[]): AlertContent {
  const keys = new Set(gone.map((one) => exampleKey(example(one))));
  const findings = content.report.findings.map((one) => ({
    ...one,
    examples: one.examples.filter((kept) => !keys.has(exampleKey(kept))),
  }));
  return { ...content, report: { ...content.report, findings } };
}

function side(value: AlertSide): AlertSide {
  return { model: plainLine(value.model, 120), host: plainLine(value.host, 120) };
}

function finding(value: Finding): Finding {
  return {
    ...value,
    feature: plainLine(value.feature, 80),
    sentence: plainLine(value.sentence, 400),
    unit: plainLine(value.unit, 60),
    examples: value.examples.slice(0, MAX_EXAMPLES).map(example),
  };
}

function example(value: FindingExample): FindingExample {
  return {
    promptId: plainLine(value.promptId, 100),
    prompt: shortened(value.prompt, EXCERPT_CODE_POINTS),
    listed: shortened(value.listed, EXCERPT_CODE_POINTS),
    released: shortened(value.released, EXCERPT_CODE_POINTS),
  };
}

function shortened(text: string, codePoints: number): string {
  const cut = cutText(text, codePoints);
  return plainText(cut.length < text.length ? `${cut}…` : cut);
}
