import { type Finding, type FindingExample, oneIn, type WordFinding } from '../../fingerprint/index.js';
import type { CurveMark, EvidenceCurve } from './evidence-curve.js';
import { formatNumber, formatOdds } from './figures.js';
import type { Margins } from './forest-plot.js';
import { verdictHeadings } from './verdict-headings.js';
import type { ReportedDeclaration, ReportedSide, WatchReportInput } from './watch-report-input.js';
import {
  citation,
  declaredNames,
  howSure,
  howToVerify,
  NOT_SHOWN,
  plural,
  standing,
  utc,
  utcSeconds,
  verdictSentence,
  voidWording,
} from './watch-wording.js';

const MOST_FINDINGS = 12;
/** Findings whose excerpts are shown. */
export const MOST_EXCERPTS = 6;
const MOST_DECLARED = 10;

/** A piece of a report, in no syntax yet: HTML and Markdown say the same. */
export type Block =
  | { readonly kind: 'text' | 'lead' | 'note' | 'soft' | 'code'; readonly text: string }
  | { readonly kind: 'list'; readonly items: readonly string[] }
  | { readonly kind: 'figures' | 'facts'; readonly rows: readonly Row[] }
  | { readonly kind: 'curve'; readonly curve: EvidenceCurve; readonly marks: readonly CurveMark[] }
  | { readonly kind: 'findings'; readonly findings: readonly Finding[]; readonly margins: Margins }
  | { readonly kind: 'examples'; readonly findings: readonly Finding[] }
  | { readonly kind: 'words'; readonly words: readonly WordFinding[] }
  | { readonly kind: 'pairs'; readonly pairs: readonly FindingExample[] };

export type Row = readonly [name: string, value: string];

export interface Section {
  /** null: the part under the title. */
  readonly heading: string | null;
  readonly blocks: readonly Block[];
}

/** A report of a watch, in order. */
export interface WatchSections {
  readonly kicker: string;
  readonly title: string;
  readonly sections: readonly Section[];
}

export function watchSections(input: WatchReportInput): WatchSections {
  const { watch, report } = input;
  return {
    kicker: `Twinwatch, watch “${watch.title}” (${watch.id})`,
    title: verdictHeadings[report.verdict],
    sections: [
      { heading: null, blocks: summary(input) },
      { heading: 'How sure this is', blocks: [...howSure(input).map(text), figures(input)] },
      { heading: 'What was done', blocks: [{ kind: 'facts', rows: facts(input) }] },
      { heading: 'Evidence', blocks: evidence(input) },
      ...answers(input),
      ...statements(input.statements),
      { heading: 'What the sides said about themselves', blocks: declared(input.declared) },
      { heading: 'What this does not show', blocks: [{ kind: 'list', items: NOT_SHOWN }] },
      { heading: 'How to check it', blocks: verification(input) },
      {
        heading: 'How to cite it',
        blocks: [
          { kind: 'code', text: citation(input) },
          text(
            'Give the verdict with its trials and times, say “distinguishable answers”, and leave the cause open.',
          ),
        ],
      },
    ],
  };
}

function summary(input: WatchReportInput): Block[] {
  return [
    text(`The claim under test: ${input.watch.claim}`),
    { kind: 'lead', text: verdictSentence(input) },
    ...standing(input).map((note): Block => ({ kind: 'note', text: note })),
  ];
}

function figures({ report }: WatchReportInput): Block {
  return {
    kind: 'figures',
    rows: [
      ['Evidence', formatOdds(report.log10E)],
      ['Needed for an alarm', oneIn(report.alpha)],
      ['Trials', formatNumber(report.trials)],
      ['Void trials', formatNumber(report.voidTrials)],
      ['Alarm at trial', report.alarmAtTrial === null ? 'none' : formatNumber(report.alarmAtTrial)],
      ...(report.severity === null ? [] : [['Severity', report.severity] as const]),
    ],
  };
}

function facts(input: WatchReportInput): Row[] {
  const { sides, report, activity, incident, engine, alpha, epoch, releasedPerTrial: m } = input;
  const { listed, released } = sides;
  const rounds = Object.entries(activity.rounds).map(([tier, count]) => `${count} ${tier}`);
  return [
    ['Listed', sideWords(listed)],
    ['Released', sideWords(released)],
    ['First trial', activity.firstAt === null ? 'none yet' : utcSeconds(activity.firstAt)],
    ['Last trial', activity.lastAt === null ? 'none yet' : utcSeconds(activity.lastAt)],
    ['Rounds', rounds.join(', ') || 'none yet'],
    ['Complete trials', formatNumber(report.trials)],
    ['Void trials', voidWording(report.voids)],
    [
      'A trial',
      `one prompt, asked of the listed side once and of the released side ${m === 1 ? 'once' : `${m} times`}, in random order within one short window`,
    ],
    [
      'Compared',
      engine.compareLength === null
        ? 'whole answers'
        : `the first ${formatNumber(engine.compareLength)} characters of each answer`,
    ],
    [
      'Prompts',
      input.suites.map(({ id, version, hash }) => `${id} ${version} (${hash.slice(0, 12)}…)`).join(', '),
    ],
    [
      'Epoch',
      `${epoch}, since ${utc(input.epochStartedAt)}. The watch’s alpha is ${formatNumber(alpha)} over all of its epochs; this one’s share (level) is ${formatNumber(report.alpha)}`,
    ],
    ['Incident', incident === null ? 'none opened' : `${incident.id}, opened ${utc(incident.opened_at)}`],
    ['Made by', `Twinwatch ${input.program}, engine ${engine.engine}`],
  ];
}

function sideWords({ model, place, settings }: ReportedSide): string {
  return `${model} at ${place}${settings === '' ? '' : `, with ${settings}`}`;
}

function evidence({ report, curve, declared: changes }: WatchReportInput): Block[] {
  const marks = changes.slice(-MOST_DECLARED).map(({ trial }, i) => ({ trial, label: `(${i + 1})` }));
  return [
    { kind: 'curve', curve: { curve, alpha: report.alpha, alarmAtTrial: report.alarmAtTrial }, marks },
    ...(curve.length === 0 ? [] : [soft(curveNote(marks.length))]),
  ];
}

function curveNote(marks: number): string {
  const declaredNote = marks === 0 ? '' : ' Numbers in brackets are declared changes, listed below.';
  return `On a log scale, after each complete trial. It starts at 1, and falls while the sides look the same.${declaredNote}`;
}

/** Without a complete trial, and without a verdict, answers say nothing. */
function answers({ report, engine, newest }: WatchReportInput): Section[] {
  if (report.trials === 0) return [];
  const findings = report.findings.slice(0, MOST_FINDINGS);
  const left = report.findings.length - findings.length;
  const unread: Block[] =
    report.verdict === 'unreadable'
      ? [
          {
            kind: 'note',
            text: 'There is no verdict: what follows describes the answers that came, no more.',
          },
        ]
      : [];
  return [
    {
      heading: 'What differs',
      blocks: [
        ...unread,
        { kind: 'findings', findings, margins: engine },
        ...(left > 0 ? [soft(`${plural(left, 'smaller finding')} not shown here.`)] : []),
      ],
    },
    ...(findings.some(({ examples }) => examples.length > 0)
      ? [
          {
            heading: 'Excerpts that show it',
            blocks: [
              soft('At most 300 characters, chosen because they show a finding, so they are not typical.'),
              { kind: 'examples', findings: findings.slice(0, MOST_EXCERPTS) } as const,
            ],
          },
        ]
      : []),
    { heading: 'Words', blocks: [{ kind: 'words', words: report.words }] },
    ...(newest.length > 0
      ? [
          {
            heading: 'The newest answers side by side',
            blocks: [
              soft(
                'Not picked: the last complete trials, whatever they show. Marked: what only that side says.',
              ),
              { kind: 'pairs', pairs: newest } as const,
            ],
          },
        ]
      : []),
  ];
}

function declared(changes: readonly ReportedDeclaration[]): Block[] {
  if (changes.length === 0)
    return [
      text(
        'No side changed what it says about its model, version or provider in this epoch, or none said it.',
      ),
    ];
  const shown = changes.slice(-MOST_DECLARED);
  const left = changes.length - shown.length;
  return [
    text('Their own words: reported, not inferred, and no part of the verdict.'),
    {
      kind: 'list',
      items: shown.map(
        ({ side, field, before, after, trial, at }, i) =>
          `(${i + 1}) ${utc(at)}, at trial ${trial}: the ${side} side’s ${declaredNames[field]} is “${after}”, before “${before}”.`,
      ),
    },
    ...(left > 0 ? [soft(`${plural(left, 'earlier change')} not shown here.`)] : []),
  ];
}

function statements(said: WatchReportInput['statements']): Section[] {
  if (said.length === 0) return [];
  const blocks = said.flatMap(({ from, text: words, at }): Block[] => [
    soft(`${from}, ${utc(at)}:`),
    { kind: 'code', text: words },
  ]);
  return [
    {
      heading: 'What the vendor says',
      blocks: [text('In the vendor’s own words, unedited. They are not checked here.'), ...blocks],
    },
  ];
}

function verification({ log, definitionHash }: WatchReportInput): Block[] {
  const note: Block[] =
    log.checkpoint === null ? [] : [{ kind: 'code', text: log.checkpoint.note.trimEnd() }];
  return [{ kind: 'list', items: howToVerify(log, definitionHash) }, ...note];
}

function text(value: string): Block {
  return { kind: 'text', text: value };
}

function soft(value: string): Block {
  return { kind: 'soft', text: value };
}
