import { CONDITIONS, strength, TRANSPORT_NOTE, utc } from '../evidence/index.js';
import { type Finding, oneIn, type WordFinding } from '../fingerprint/index.js';
import type { AlertContent, AlertReport } from './content.js';

/** The English that all channels share, each a single line, not yet escaped for any syntax. */
export interface AlertWording {
  readonly headline: string;
  readonly size: string;
  readonly claim: string;
  /** The verdict's own sentence. */
  readonly seen: string;
  readonly findings: readonly FindingWording[];
  readonly words: readonly string[];
  readonly howSure: string;
  readonly conditions: string;
  readonly notMeant: string;
  readonly evidence: string;
}

export interface FindingWording {
  readonly sentence: string;
  readonly interval: string;
}

export const LABELS = {
  watch: 'Watch',
  claim: 'Claim under test',
  listed: 'Listed',
  released: 'Released',
  prompt: 'Prompt',
  seen: 'What was seen',
  example: 'An example',
  howSure: 'How sure this is',
  notMeant: 'What it does not mean',
  evidence: 'The evidence',
  why: 'Why you get this',
} as const;

const NOT_MEANT =
  'This does not say why the answers differ. The weights, the system prompt, the decoding settings, ' +
  'routing and post-processing can each be the cause, and arenas let vendors choose some of them. ' +
  'It is not an accusation.';

/** Puts an alert into words. */
export function alertWording(content: AlertContent): AlertWording {
  const { incident, watch, report, checkpoint } = content;
  if (incident.kind === 'test') return testWording(content);
  return {
    headline: `Listed and released answers differ${content.transport === 'not-excluded' ? ' (transport not excluded)' : ''}: ${watch.title}`,
    size: sizeWording(report),
    claim: watch.claim,
    seen: report.sentence,
    findings: report.findings.map((finding) => ({
      sentence: finding.sentence,
      interval: intervalWording(finding),
    })),
    words: wordLines(report.words),
    howSure: howSureWording(report),
    conditions: content.transport === 'not-excluded' ? `${CONDITIONS} ${TRANSPORT_NOTE}` : CONDITIONS,
    notMeant: NOT_MEANT,
    evidence:
      `Incident ${incident.id}, opened ${utc(incident.openedAt)}. The plan, the answers and this verdict are in ` +
      `the operator's evidence log up to entry ${count(checkpoint.height)}, whose hash is ${checkpoint.hash}.`,
  };
}

function testWording({ watch, report }: AlertContent): AlertWording {
  return {
    headline: `TEST, please ignore: ${watch.title}`,
    size: 'Somebody tries out whether alerts arrive here.',
    claim: watch.claim,
    seen: 'Nothing: this is a test message.',
    findings: [],
    words: [],
    howSure: `Not at all. Of a real alert: if both sides were the same, ${chanceWording(report.alpha)}.`,
    conditions: CONDITIONS,
    notMeant: 'This does not mean that the answers differ, nor that they are the same.',
    evidence: 'There is none: a test is not written to the evidence log.',
  };
}

/** How to stop getting mail. `operator` is the From address. */
export function whyWording(operator: string): string {
  return `The operator of this Twinwatch put your address on this watch. To stop, ask them: ${operator}.`;
}

/** "at most 1 in 1,000 such watches …": rounded towards more chance, never less. */
export function chanceWording(alpha: number): string {
  return `at most 1 in ${oneIn(alpha)} such watches would ever show this by chance`;
}

/** "1,230 to 1", or with a power of ten where the number is too long to read. Rounded down. */
export function oddsWording(log10E: number): string {
  if (log10E < 0) return 'less than 1 to 1';
  if (log10E >= 6) return `10^${count(Math.floor(log10E))} to 1`;
  // 10 ** 5 of a round level may be 99,999.99…: without the nudge it would lose one.
  return `${count(Math.floor(10 ** log10E * (1 + 1e-9)))} to 1`;
}

function sizeWording(report: AlertReport): string {
  return report.severity === 'material'
    ? 'At least one difference is large.'
    : 'The answers can be told apart, but no single difference is certain to be large.';
}

function howSureWording(report: AlertReport): string {
  const passed = -Math.log10(report.alpha);
  const at = report.alarmAtTrial === null ? '' : `, at trial ${count(report.alarmAtTrial)}`;
  const voids = report.voidTrials === 0 ? '' : `, leaving out ${plural(report.voidTrials, 'void one')}`;
  return (
    `${strength(Math.max(report.log10E, passed))}: the evidence against “the same” passed ` +
    `${oddsWording(passed)}${at}, and stands at ${oddsWording(report.log10E)} after ` +
    `${plural(report.trials, 'trial')}${voids}. If both sides were the same, ${chanceWording(report.alpha)}, ` +
    'however often one looks.'
  );
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

function plural(n: number, noun: string): string {
  return `${count(n)} ${noun}${n === 1 ? '' : 's'}`;
}

function count(n: number): string {
  return n.toLocaleString('en-US', { maximumFractionDigits: 0 });
}

function rate(n: number): string {
  return n.toLocaleString('en-US', { maximumFractionDigits: n < 10 ? 1 : 0 });
}

function percent(p: number): string {
  return `${Math.round(p * 100)}\u00a0%`;
}
