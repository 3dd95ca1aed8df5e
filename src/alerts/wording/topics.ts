import { CONDITIONS, strength, TRANSPORT_NOTE, utc } from '../../evidence/index.js';
import type { AlertContent, AlertReport, AlertSubject } from '../content.js';
import { chanceWording, count, oddsWording, plural } from './numbers.js';

/** What a message says of what was found, whatever has become of it since. */
export interface TopicWording {
  /** A few words, a sentence without its full stop. */
  readonly topic: string;
  /** How large the difference is, or what the message is for. */
  readonly size: string;
  readonly seen: readonly string[];
  readonly howSure: readonly string[];
  readonly notMeant: string;
  /** Whether the report's findings and words belong to it. */
  readonly hasFindings: boolean;
}

const NO_ACCUSATION = 'It is not an accusation.';
const NO_SAMENESS =
  'No statement about sameness follows from this: neither that the answers differ nor that they are the same.';
const NOT_WHY =
  'This does not say why the answers differ. The weights, the system prompt, the decoding settings, ' +
  'routing and post-processing can each be the cause, and arenas let vendors choose some of them. ' +
  NO_ACCUSATION;

const FIELDS = { model: 'model', systemFingerprint: 'system fingerprint', provider: 'provider' } as const;

/** Puts the subject of an incident into words. */
export function topicWording(content: AlertContent): TopicWording {
  const { incident, subject } = content;
  if (incident.kind === 'test') return test(content.report);
  switch (subject.kind) {
    case 'report':
      return incident.kind === 'equivalence' ? equivalence(content) : divergence(content);
    case 'drift':
      return drift(content, subject);
    case 'declared-change':
      return declaredChange(subject);
    case 'unreadable':
      return unreadable(subject);
    case 'budget':
      return budget(subject);
  }
}

function divergence({ incident, report, transport }: AlertContent): TopicWording {
  const open = transport === 'not-excluded';
  return {
    topic: `Listed and released answers differ${open ? ' (transport not excluded)' : ''}`,
    size: sizeWording(incident.severity === 'material'),
    seen: [report.sentence],
    howSure: [divergenceSureness(report), open ? `${CONDITIONS} ${TRANSPORT_NOTE}` : CONDITIONS],
    notMeant: NOT_WHY,
    hasFindings: true,
  };
}

function sizeWording(material: boolean): string {
  return material
    ? 'At least one difference is large.'
    : 'The answers can be told apart, but no single difference is certain to be large.';
}

function divergenceSureness(report: AlertReport): string {
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

function equivalence({ report }: AlertContent): TopicWording {
  return {
    topic: 'No measured difference beyond the margin',
    size: 'What is measured is so close on both sides that the difference hardly matters.',
    seen: [report.sentence],
    howSure: [
      'This is a bound on the habits that are measured. Margin and level stand in the watch’s definition: by ' +
        'default, a habit that differs by more would be missed in at most 1 in 20 cases. It speaks of the trials ' +
        'so far, and it expires: without fresh trials that show it anew, it no longer holds.',
      CONDITIONS,
    ],
    notMeant:
      'This does not prove that both sides are the same model. Smaller differences, and differences in what is ' +
      'not measured, may be there, and tomorrow’s answers may be others.',
    hasFindings: false,
  };
}

function drift(
  { report, incident }: AlertContent,
  { side, answers, sentences }: AlertSubject & { kind: 'drift' },
): TopicWording {
  return {
    topic: `${capital(side)} answers differ from their own earlier ones`,
    size: sizeWording(incident.severity === 'material'),
    seen: [
      `The ${side} side no longer answers as it did (${plural(answers, 'answer')} looked at).`,
      ...sentences,
    ],
    howSure: [
      `If this side had not changed, ${chanceWording(report.alpha)}, however often one looks.`,
      CONDITIONS,
    ],
    notMeant:
      'This compares one side with its own past; whether listed and released answers differ is another question. ' +
      'It does not say why the answers changed: an update that was announced is one of many causes. ' +
      NO_ACCUSATION,
    hasFindings: false,
  };
}

function declaredChange({
  side,
  field,
  before,
  after,
}: AlertSubject & { kind: 'declared-change' }): TopicWording {
  const name = FIELDS[field];
  return {
    topic: `The ${side} side names another ${name}`,
    size: 'What a side says about itself has changed.',
    seen: [`The ${side} side named the ${name} “${before}” before, and now names “${after}”.`],
    howSure: [
      `This stands in the ${side} side’s own responses. Nothing is measured here, so no chance applies. ${NO_SAMENESS}`,
    ],
    notMeant:
      'A new name need not mean new answers, nor the same name the same answers. Many changes are announced. ' +
      NO_ACCUSATION,
    hasFindings: false,
  };
}

function unreadable({ since, reasons }: AlertSubject & { kind: 'unreadable' }): TopicWording {
  return {
    topic: 'No verdict: too many answers are missing',
    size: 'The watch can say nothing about the answers at the moment.',
    seen: [`Since ${utc(since)} too many answers could not be had or read.`, ...reasons],
    howSure: [
      `Nothing is claimed, so no chance applies. ${NO_SAMENESS} Missing answers can make two sides look different, or alike.`,
    ],
    notMeant: `This is not “no change”. It does not say whose fault it is: a network or this Twinwatch can be the cause. ${NO_ACCUSATION}`,
    hasFindings: false,
  };
}

function budget({ side, budget: name, resumesAt }: AlertSubject & { kind: 'budget' }): TopicWording {
  const until =
    resumesAt === null
      ? 'It never has room for one: somebody has to raise it.'
      : `It begins anew at ${utc(resumesAt)}; until then nothing is asked.`;
  return {
    topic: 'The watch waits for a budget',
    size: 'The watch learns nothing while it waits.',
    seen: [`The budget “${name}” of the ${side} side has no room for another trial. ${until}`],
    howSure: [`Nothing is claimed, so no chance applies. ${NO_SAMENESS}`],
    notMeant: 'This is not “no change”: a change that comes while the watch waits is not seen.',
    hasFindings: false,
  };
}

function test({ alpha }: AlertReport): TopicWording {
  return {
    topic: 'TEST, please ignore',
    size: 'Somebody tries out whether alerts arrive here.',
    seen: ['Nothing: this is a test message.'],
    howSure: [
      `Not at all. Of a real alert: if both sides were the same, ${chanceWording(alpha)}.`,
      CONDITIONS,
    ],
    notMeant: 'This does not mean that the answers differ, nor that they are the same.',
    hasFindings: false,
  };
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
