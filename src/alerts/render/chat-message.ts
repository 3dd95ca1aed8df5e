import { codePointLength, cutText } from '../../core/index.js';
import type { AlertContent } from '../content.js';
import { alertWording, LABELS } from '../wording.js';

/** An alert in paragraphs, for chats. Every line is neutral text; what a chat takes for markup it escapes itself. */
export interface ChatMessage {
  readonly title: string;
  readonly parts: readonly ChatPart[];
}

export interface ChatPart {
  readonly label: string;
  readonly lines: readonly string[];
}

/** How much is told: most findings and words, and most code points of a text from outside. */
interface Extent {
  readonly findings: number;
  readonly text: number;
}

const EXTENTS: readonly Extent[] = [
  { findings: 8, text: 500 },
  { findings: 5, text: 300 },
  { findings: 3, text: 200 },
  { findings: 2, text: 120 },
  { findings: 1, text: 80 },
];
const SHORTEST: Extent = { findings: 0, text: 60 };

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
  const words = alertWording({
    ...content,
    watch: { ...watch, title: short(watch.title) },
    report: {
      ...content.report,
      words: content.report.words.slice(0, extent.findings),
      findings: content.report.findings.slice(0, extent.findings),
    },
  });
  const findings = words.findings.map(({ sentence, interval }) => `• ${short(sentence)} ${interval}`);
  const parts = [
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
      label: LABELS.seen,
      lines: [words.size, short(words.seen), ...findings, ...words.words.map((line) => `• ${line}`)],
    },
    { label: LABELS.howSure, lines: [words.howSure, words.conditions] },
    { label: LABELS.notMeant, lines: [words.notMeant] },
    { label: LABELS.evidence, lines: [words.evidence] },
  ];
  return {
    title: neutral(words.headline),
    parts: parts.map(({ label, lines }) => ({ label, lines: lines.map(neutral) })),
  };
}

/** The message as text without markup. */
export function messageText({ parts }: ChatMessage): string {
  return parts.map(({ label, lines }) => `${label}\n${lines.join('\n')}`).join('\n\n');
}

/** At most `max` code points, cut after a whole word where there is one, with an ellipsis. */
export function cutAtWord(text: string, max: number): string {
  if (codePointLength(text) <= max) return text;
  const cut = cutText(text, max - 1);
  const space = cut.lastIndexOf(' ');
  return `${(space > cut.length / 2 ? cut.slice(0, space) : cut).trimEnd()}…`;
}

const GAP = '\u200b';

/**
 * Text in which no chat sees a mention, a tag, a control sequence or a link: angle brackets are replaced by
 * single quotation marks of the same look, and a space without width follows what would start the others.
 */
function neutral(text: string): string {
  return text
    .replaceAll('<', '‹')
    .replaceAll('>', '›')
    .replaceAll('@', `@${GAP}`)
    .replaceAll('://', `:${GAP}//`)
    .replaceAll(/(?<=[\p{L}\p{N}_-])\.(?=\p{L})/gu, `.${GAP}`);
}

/** The same text where Markdown is read: a backslash before each character that could be markup. */
export function escapeMarkdown(text: string): string {
  return text.replaceAll(/[\\`*_~|[\]()#!:]/g, '\\$&').replaceAll(/^([-+>]|\d+\.)/gm, '\\$1');
}
