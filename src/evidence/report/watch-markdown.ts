import type { Finding, FindingExample, WordFinding } from '../../fingerprint/index.js';
import { curveSentence, type EvidenceCurve } from './evidence-curve.js';
import { distinctExamples } from './examples.js';
import { formatNumber, formatOdds } from './figures.js';
import { bracketedPair, markdownCode, markdownLine, markdownTable } from './markdown-text.js';
import type { WatchReportInput } from './watch-report-input.js';
import { type Block, type Section, watchSections } from './watch-sections.js';

const CURVE_ROWS = 12;
const MOST_EXAMPLES = 1;

/** The report of a watch as Markdown, with the same content as the HTML file. Every text is taken for hostile. */
export function renderWatchMarkdown(input: WatchReportInput): string {
  const { kicker, title, sections } = watchSections(input);
  const parts = [markdownLine(kicker), `# ${markdownLine(title)}`, ...sections.flatMap(section)];
  return `${parts.join('\n\n')}\n`;
}

function section({ heading, blocks }: Section): string[] {
  return [...(heading === null ? [] : [`## ${heading}`]), ...blocks.map(block)];
}

function block(value: Block): string {
  switch (value.kind) {
    case 'text':
    case 'soft':
      return markdownLine(value.text);
    case 'lead':
      return `**${markdownLine(value.text)}**`;
    case 'note':
      return `> ${markdownLine(value.text)}`;
    case 'code':
      return markdownCode(value.text);
    case 'list':
      return value.items.map((item) => `- ${markdownLine(item)}`).join('\n');
    case 'figures':
      return markdownTable(['Figure', 'Value'], value.rows);
    case 'facts':
      return markdownTable(['What', 'How'], value.rows);
    case 'curve':
      return curve(value.curve);
    case 'findings':
      return findings(value.findings);
    case 'examples':
      return distinctExamples(value.findings, MOST_EXAMPLES)
        .map(({ sentence, examples }) => [`### ${markdownLine(sentence)}`, pairs(examples)].join('\n\n'))
        .join('\n\n');
    case 'words':
      return words(value.words);
    case 'pairs':
      return pairs(value.pairs);
  }
}

function curve(value: EvidenceCurve): string {
  const sentence = markdownLine(curveSentence(value));
  const last = value.curve.length;
  if (last === 0) return sentence;
  const known = value.curve.flatMap((log10E, i) => ({ trial: i + 1, log10E }));
  const step = Math.ceil(known.length / CURVE_ROWS);
  const rows = known
    .filter(({ trial }, i) => (i + 1) % step === 0 || trial === last || trial === value.alarmAtTrial)
    .map(({ trial, log10E }) => [formatNumber(trial), formatOdds(log10E)]);
  return `${sentence}\n\n${markdownTable(['After trial', 'Evidence (e-value)'], rows)}`;
}

function findings(all: readonly Finding[]): string {
  if (all.length === 0) return 'No single habit could be told apart with certainty.';
  const rows = all.map(({ sentence, superiority: { estimate, low, high }, material }) => [
    sentence,
    `${estimate.toFixed(2)} (${low.toFixed(2)} to ${high.toFixed(2)})`,
    material ? 'material' : '',
  ]);
  return `${markdownTable(['Finding', 'Chance that a listed answer has more of it', 'Size'], rows)}

One half is no difference; a tie counts half. In brackets: the confidence sequence, valid at any time.`;
}

function words(all: readonly WordFinding[]): string {
  if (all.length === 0) return 'No word stands out.';
  return markdownTable(
    ['Word', 'More in', 'Listed, per 1,000', 'Released, per 1,000', 'z'],
    all.map(({ word, side, listedPer1000, releasedPer1000, z }) => [
      word,
      side,
      formatNumber(listedPer1000),
      formatNumber(releasedPer1000),
      z.toFixed(1),
    ]),
  );
}

function pairs(all: readonly FindingExample[]): string {
  return all
    .flatMap(({ promptId, prompt, listed, released }) => {
      const texts = bracketedPair(listed, released);
      return [
        `Prompt ${markdownLine(promptId)}: ${markdownLine(prompt)}`,
        `Listed, in \\[- -\\] what only it says:`,
        markdownCode(texts.listed),
        `Released, in \\{+ +\\} what only it says:`,
        markdownCode(texts.released),
      ];
    })
    .join('\n\n');
}
