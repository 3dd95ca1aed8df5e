import { utc } from '../../evidence/index.js';
import type { Finding, WordFinding } from '../../fingerprint/index.js';
import type { AlertContent } from '../content.js';
import { earlierReplies, noticeWording, ownStatement, type Statement } from './notices.js';
import { count, percent, plural, rate } from './numbers.js';
import { type TopicWording, topicWording } from './topics.js';

/**
 * The English that all channels share, not yet escaped for any syntax. All but the text of a {@link Statement} are
 * single lines.
 */
export interface AlertWording {
  readonly headline: string;
  /** What has happened, that there is a message. */
  readonly lead: string;
  /** The words of a person that the message is about. */
  readonly statement: Statement | null;
  readonly claim: string;
  readonly seenLabel: string;
  readonly seen: readonly string[];
  readonly findings: readonly FindingWording[];
  readonly words: readonly string[];
  /** What the vendor said before; the oldest first. */
  readonly replies: readonly Statement[];
  /** That older ones are left out; null: none is. */
  readonly repliesNote: string | null;
  readonly howSure: readonly string[];
  readonly notMeant: string;
  readonly evidence: string;
}

export interface FindingWording {
  readonly sentence: string;
  readonly interval: string;
}

export const LABELS = {
  news: 'What this is',
  watch: 'Watch',
  claim: 'Claim under test',
  listed: 'Listed',
  released: 'Released',
  prompt: 'Prompt',
  seen: 'What was seen',
  withdrawn: 'What the earlier message said',
  replies: 'What was answered so far',
  example: 'An example',
  howSure: 'How sure this is',
  notMeant: 'What it does not mean',
  evidence: 'The evidence',
  cut: '[cut here: the rest stands with the incident]',
  moreReplies: '[more statements stand with the incident]',
  why: 'Why you get this',
} as const;

/** Puts an alert into words. */
export function alertWording(content: AlertContent): AlertWording {
  const { incident, notice, watch, report, checkpoint } = content;
  const topic = topicWording(content);
  const { start, lead } = noticeWording(content, topic);
  const { replies, omitted } = earlierReplies(content);
  const isTest = incident.kind === 'test';
  const retracted = notice.kind === 'retracted';
  const told = topic.hasFindings && !retracted;
  return {
    headline: `${start}: ${watch.title}`,
    lead,
    statement: ownStatement(content),
    claim: watch.claim,
    seenLabel: retracted ? LABELS.withdrawn : LABELS.seen,
    seen: topic.seen,
    findings: told
      ? report.findings.map((finding) => ({ sentence: finding.sentence, interval: intervalWording(finding) }))
      : [],
    words: told ? wordLines(report.words) : [],
    replies,
    repliesNote: omitted === 0 ? null : `${plural(omitted, 'older statement')} stand with the incident.`,
    ...afterwards(content, topic),
    evidence: isTest
      ? 'There is none: a test is not written to the evidence log.'
      : `Incident ${incident.id}, opened ${utc(incident.openedAt)}. What was planned, what came back and what was ` +
        `concluded is in the operator's evidence log up to entry ${count(checkpoint.height)}, whose hash is ` +
        `${checkpoint.hash}.`,
  };
}

function afterwards(
  { incident, notice }: AlertContent,
  { howSure, notMeant }: TopicWording,
): Pick<AlertWording, 'howSure' | 'notMeant'> {
  if (notice.kind === 'retracted') {
    return {
      howSure: [
        'Not at all: what the earlier message said of this is withdrawn with it. It said:',
        ...howSure,
      ],
      notMeant: `A retraction does not mean the opposite: not that the answers are the same, nor that they differ. ${notMeant}`,
    };
  }
  if (incident.status === 'retracted') {
    return { howSure: ['Not at all: this incident is retracted. It was said before:', ...howSure], notMeant };
  }
  const closed = 'Closed does not mean that nothing was seen, nor that the answers are the same now.';
  return { howSure, notMeant: incident.status === 'resolved' ? `${notMeant} ${closed}` : notMeant };
}

function intervalWording(finding: Finding): string {
  const { estimate, low, high } = finding.superiority;
  const more = estimate >= 0.5 ? 'listed' : 'released';
  const [p, from, to] = estimate >= 0.5 ? [estimate, low, high] : [1 - estimate, 1 - high, 1 - low];
  return `The ${more} answer has more of it in ${percent(p)} of pairs (${percent(from)} to ${percent(to)}; ties count half).`;
}

function wordLines(words: readonly WordFinding[]): string[] {
  return (['listed', 'released'] as const).flatMap((side) => {
    const own = words.filter((entry) => entry.side === side);
    if (own.length === 0) return [];
    const items = own.map(
      (entry) => `“${entry.word}” (${rate(entry.listedPer1000)} against ${rate(entry.releasedPer1000)})`,
    );
    return [
      `Words that ${side} answers use more, listed against released per 1,000 words: ${items.join(', ')}.`,
    ];
  });
}
