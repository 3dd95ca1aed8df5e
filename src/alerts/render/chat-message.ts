import { codePointLength, cutText } from '../../core/index.js';
import type { AlertContent } from '../content.js';
import type { Statement } from '../wording/notices.js';
import { type AlertWording, alertWording, LABELS } from '../wording/wording.js';
import { withoutLinks } from './inert.js';

/** An alert in paragraphs, for chats. Every line is neutral text; what a chat takes for markup it escapes itself. */
export interface ChatMessage {
  readonly title: string;
  readonly parts: readonly ChatPart[];
  /** The incident's page, as it is: the one link of the message. */
  readonly link: string | null;
}

export interface ChatPart {
  readonly label: string;
  readonly lines: readonly string[];
}

/** How much is told: most findings and words, replies, and code points of a text from outside and of a statement. */
interface Extent {
  readonly findings: number;
  readonly replies: number;
  readonly text: number;
  readonly statement: number;
}

const EXTENTS: readonly Extent[] = [
  { findings: 8, replies: 5, text: 500, statement: 1500 },
  { findings: 5, replies: 3, text: 300, statement: 700 },
  { findings: 3, replies: 2, text: 200, statement: 400 },
  { findings: 2, replies: 1, text: 120, statement: 250 },
  { findings: 1, replies: 1, text: 80, statement: 150 },
  { findings: 0, replies: 0, text: 60, statement: 120 },
];
const SHORTEST: Extent = { findings: 0, replies: 0, text: 40, statement: 80 };

/**
 * What `render` makes of the alert, with as many findings and as long texts as `fits` allows. How sure it is,
 * what it does not mean and where the evidence is are never left out.
 */
export function fitted<T>(
  content: AlertContent,
  render: (message: ChatMessage) => T,
  fits: (rendered: T) => boolean,
): T {
  for (const extent of EXTENTS) {
    const rendered = render(chatMessage(content, extent));
    if (fits(rendered)) return rendered;
  }
  return render(chatMessage(content, SHORTEST));
}

function chatMessage(content: AlertContent, extent: Extent): ChatMessage {
  const { watch, listed, released } = content;
  const short = (text: string): string => cutAtWord(text, extent.text);
  const words = alertWording(shortened(content, extent));
  const findings = words.findings.map(({ sentence, interval }) => `• ${short(sentence)} ${interval}`);
  const parts = [
    { label: LABELS.news, lines: [words.lead] },
    ...(words.statement === null ? [] : [statementPart(words.statement, extent)]),
    { label: LABELS.claim, lines: [short(words.claim)] },
    {
      label: LABELS.watch,
      lines: [
        short(watch.id),
        `${LABELS.listed}: ${short(listed.model)} at ${short(listed.host)}`,
        `${LABELS.released}: ${short(released.model)} at ${short(released.host)}`,
      ],
    },
    {
      label: words.seenLabel,
      lines: [...words.seen.map(short), ...findings, ...words.words.map((line) => `• ${line}`)],
    },
    ...repliesPart(words, extent),
    { label: LABELS.howSure, lines: words.howSure },
    { label: LABELS.notMeant, lines: [words.notMeant] },
    { label: LABELS.evidence, lines: [words.evidence] },
  ];
  return {
    title: neutral(words.headline),
    parts: parts.map(({ label, lines }) => ({ label: neutral(label), lines: lines.map(neutral) })),
    link: content.link,
  };
}

/** The content with fewer findings and shorter names, so that the sentences around them stay whole. */
function shortened(content: AlertContent, { findings, text }: Extent): AlertContent {
  const { watch, report, subject, incident } = content;
  const short = (value: string): string => cutAtWord(value, text);
  const declared = subject.kind === 'declared-change';
  return {
    ...content,
    watch: { ...watch, title: short(watch.title) },
    report: {
      ...report,
      words: report.words.slice(0, findings),
      findings: report.findings.slice(0, findings),
    },
    subject: declared ? { ...subject, before: short(subject.before), after: short(subject.after) } : subject,
    incident: {
      ...incident,
      replies: incident.replies.map((reply) => ({ ...reply, from: short(reply.from) })),
      outcome: incident.outcome && { ...incident.outcome, by: short(incident.outcome.by) },
    },
  };
}

function statementPart({ label, text }: Statement, extent: Extent): ChatPart {
  const cut = cutText(text, extent.statement);
  const rest = cut.length === text.length ? [] : [LABELS.cut];
  return { label, lines: [...cut.split('\n'), ...rest] };
}

/** What does not fit is counted, never silently left out. */
function repliesPart({ replies, repliesNote }: AlertWording, extent: Extent): ChatPart[] {
  if (replies.length === 0) return [];
  const kept = extent.replies === 0 ? [] : replies.slice(-extent.replies);
  const lines = kept.flatMap((reply) => {
    const { label, lines: said } = statementPart(reply, extent);
    return [`${label}:`, ...said];
  });
  const note =
    kept.length < replies.length ? [LABELS.moreReplies] : repliesNote === null ? [] : [repliesNote];
  return [{ label: LABELS.replies, lines: [...lines, ...note] }];
}

/** The message as text without markup. */
export function messageText({ parts, link }: ChatMessage): string {
  const paragraphs = parts.map(({ label, lines }) => `${label}\n${lines.join('\n')}`);
  return [...paragraphs, ...(link === null ? [] : [link])].join('\n\n');
}

/** At most `max` code points, cut after a whole word where there is one, with an ellipsis. */
export function cutAtWord(text: string, max: number): string {
  if (codePointLength(text) <= max) return text;
  const cut = cutText(text, max - 1);
  const space = cut.lastIndexOf(' ');
  return `${(space > cut.length / 2 ? cut.slice(0, space) : cut).trimEnd()}…`;
}

/**
 * Text in which no chat sees a mention, a tag, a control sequence or a link: angle brackets are replaced by
 * single quotation marks of the same look, and a space without width follows what would start the others.
 */
function neutral(text: string): string {
  return withoutLinks(text.replaceAll('<', '‹').replaceAll('>', '›'));
}

/** The same text where Markdown is read: a backslash before each character that could be markup. */
export function escapeMarkdown(text: string): string {
  return text.replaceAll(/[\\`*_~|[\]()#!:]/g, '\\$&').replaceAll(/^([-+>]|\d+\.)/gm, '\\$1');
}
