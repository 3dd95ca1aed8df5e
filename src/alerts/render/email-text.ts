import type { FindingExample } from '../../fingerprint/index.js';
import type { AlertContent } from '../content.js';
import type { FootLine } from '../wording/mails.js';
import { type AlertWording, LABELS } from '../wording/wording.js';
import { type Block, blockLines, footBlocks, mailText, statementBlocks } from './blocks.js';

/** The plain-text part; it says what the HTML part says. */
export function renderEmailText(
  content: AlertContent,
  words: AlertWording,
  foot: readonly FootLine[],
): string {
  const { watch, listed, released } = content;
  const { statement, replies, repliesNote } = words;
  const blocks: Block[] = [
    { kind: 'text', text: words.headline },
    { kind: 'text', text: words.lead },
    ...(statement === null ? [] : statementBlocks(statement)),
    { kind: 'text', text: '' },
    { kind: 'text', text: `${LABELS.watch}: ${watch.title} (${watch.id})` },
    { kind: 'text', text: `${LABELS.claim}: ${words.claim}` },
    { kind: 'text', text: `${LABELS.listed}: ${listed.model} at ${listed.host}` },
    { kind: 'text', text: `${LABELS.released}: ${released.model} at ${released.host}` },
    ...section(words.seenLabel, words.seen),
    { kind: 'list', items: words.findings.map(({ sentence, interval }) => `${sentence} ${interval}`) },
    { kind: 'list', items: words.words },
    ...(words.findings.length === 0 ? [] : exampleBlocks(content)),
    ...(replies.length === 0 ? [] : section(LABELS.replies, [])),
    ...replies.flatMap(statementBlocks),
    ...(repliesNote === null ? [] : [{ kind: 'text', text: repliesNote } as const]),
    ...section(LABELS.howSure, words.howSure),
    ...section(LABELS.notMeant, [words.notMeant]),
    ...section(LABELS.evidence, [words.evidence]),
    ...(content.link === null ? [] : [{ kind: 'link', text: content.link } as const]),
    ...footBlocks(LABELS.why, foot),
  ];
  return mailText(blockLines(blocks));
}

function section(title: string, paragraphs: readonly string[]): Block[] {
  return [{ kind: 'section', text: title }, ...paragraphs.map((text) => ({ kind: 'text', text }) as const)];
}

function exampleBlocks({ report }: AlertContent): Block[] {
  const example = report.findings.flatMap((finding) => finding.examples)[0];
  if (example === undefined) return [];
  const parts: (keyof Omit<FindingExample, 'promptId'>)[] = ['prompt', 'listed', 'released'];
  return [
    { kind: 'section', text: LABELS.example },
    ...parts.flatMap((part) => statementBlocks({ label: LABELS[part], text: example[part] })),
  ];
}
