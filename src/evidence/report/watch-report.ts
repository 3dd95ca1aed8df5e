import { html, type Markup } from '../../core/index.js';
import { evidenceCurve } from './evidence-curve.js';
import { answerPair, examplePairs, wordsTable } from './examples.js';
import { forestPlot } from './forest-plot.js';
import { generatorTag, htmlPage } from './page.js';
import type { WatchReportInput } from './watch-report-input.js';
import { type Block, type Row, type Section, watchSections } from './watch-sections.js';

/** One a finding, so that the file stays small. */
const MOST_EXAMPLES = 1;

/**
 * The report of a watch as one HTML file that asks for nothing and runs nothing. Every text is taken for hostile
 * and escaped. The same input gives the same bytes.
 */
export function renderWatchReport(input: WatchReportInput): string {
  const { kicker, title, sections } = watchSections(input);
  return htmlPage(
    `${title}: ${input.watch.title}`,
    html`<p class="soft" dir="auto">${kicker}</p>
<h1>${title}</h1>
${sections.map(section)}`,
    generatorTag(input.program),
  );
}

/** What the report of a watch says, without a frame: for a page whose style knows the classes of {@link STYLE}. */
export function watchReportContent(input: WatchReportInput): Markup {
  return html`${watchSections(input).sections.map(section)}`;
}

function section({ heading, blocks }: Section): Markup {
  const content = blocks.map(block);
  return heading === null ? html`${content}` : html`<section><h2>${heading}</h2>${content}</section>`;
}

function block(value: Block): Markup {
  switch (value.kind) {
    case 'text':
      return html`<p dir="auto">${value.text}</p>`;
    case 'lead':
    case 'note':
    case 'soft':
      return html`<p class="${value.kind}">${value.text}</p>`;
    case 'code':
      return html`<pre dir="auto">${value.text}</pre>`;
    case 'list':
      return html`<ul>${value.items.map((item) => html`<li>${item}</li>`)}</ul>`;
    case 'figures':
      return html`<dl class="figures">${value.rows.map(([name, text]) => html`<div><dt>${name}</dt><dd>${text}</dd></div>`)}</dl>`;
    case 'facts':
      return html`<table class="facts"><tbody>${value.rows.map(fact)}</tbody></table>`;
    case 'curve':
      return html`<figure>${evidenceCurve(value.curve, { marks: value.marks, goalName: 'alarm at 1/level' })}</figure>`;
    case 'findings':
      return forestPlot(value.findings, value.margins);
    case 'examples':
      return examplePairs(value.findings, MOST_EXAMPLES);
    case 'words':
      return wordsTable(value.words);
    case 'pairs':
      return html`${value.pairs.map(answerPair)}`;
  }
}

function fact([name, text]: Row): Markup {
  return html`<tr><th scope="row">${name}</th><td dir="auto">${text}</td></tr>`;
}
