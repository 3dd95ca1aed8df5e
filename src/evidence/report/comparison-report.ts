import { html, type Markup } from '../../core/index.js';
import { type ComparisonResult, defaultDefinition, ENGINE_VERSION } from '../../fingerprint/index.js';
import { evidenceCurve } from './evidence-curve.js';
import { examplePairs, wordsTable } from './examples.js';
import { formatNumber, formatOdds, formatP } from './figures.js';
import { forestPlot } from './forest-plot.js';
import { htmlPage } from './page.js';
import { verdictHeadings } from './verdict-headings.js';

const MOST_FEATURE_TESTS = 12;

/** One file of recorded answers, as the report names it. */
export interface ReportedFile {
  readonly name: string;
  /** Hexadecimal. */
  readonly sha256: string;
  /** Answers read from it. */
  readonly answers: number;
  /** Lines that could not be read. */
  readonly malformedLines: number;
}

export interface ComparisonReportInput {
  readonly result: ComparisonResult;
  readonly listed: ReportedFile;
  readonly released: ReportedFile;
}

/**
 * The report on recorded answers as one HTML file that asks for nothing and runs nothing. Every text is taken
 * for hostile and escaped. The same input gives the same bytes.
 */
export function renderComparisonReport(input: ComparisonReportInput): string {
  const { result } = input;
  const content = html`<p class="soft">Twinwatch, comparison of recorded answers: ${input.listed.name} and ${input.released.name}</p>
<h1>${verdictHeadings[result.verdict]}</h1>
<p class="lead">${result.sentence}</p>
<p class="note">${result.assumption}</p>
${keyFigures(result)}
<h2>Evidence</h2>
<figure>${evidenceCurve(result)}<figcaption>The median over ${result.orders} random orders of the pairs, on a log scale. The verdict
rests on the average of the e-values at the end (${formatOdds(result.log10E)}), not on this curve or its peak.</figcaption></figure>
<h2>What differs</h2>
${forestPlot(result.findings, defaultDefinition(result.alpha))}
<h2>Words</h2>
${wordsTable(result.words)}
<h2>Answers side by side</h2>
<p class="soft">Excerpts of at most 300 characters, chosen because they show a finding, so they are not typical. Marked: what only that side says.</p>
${examplePairs(result.findings)}
<h2>Tests that look once</h2>
${fixedSample(result)}
<h2>How this was made</h2>
${howMade(input)}
<h2>What this does not show</h2>
<ul><li>Why the answers differ. Weights, system prompt, decoding settings, routing and post-processing can each be the cause.</li>
<li>That anybody did anything wrong.</li>
<li>Anything about other prompts, or about answers recorded at another time.</li></ul>`;
  return htmlPage(`Twinwatch: ${result.verdict}`, content);
}

function keyFigures(result: ComparisonResult): Markup {
  const figures: [string, string][] = [
    ['Evidence (e-value)', formatOdds(result.log10E)],
    ['Asked (1/alpha)', formatNumber(1 / result.alpha)],
    ['Pairs bet on', formatNumber(result.trials)],
    ['Alarm at trial (median)', result.alarmAtTrial === null ? 'none' : String(result.alarmAtTrial)],
    ['Severity', result.severity ?? 'none'],
  ];
  return html`<dl class="figures">${figures.map(([name, value]) => html`<div><dt>${name}</dt><dd>${value}</dd></div>`)}</dl>`;
}

function fixedSample({ fixedSample: tests }: ComparisonResult): Markup {
  const kernels: [string, { readonly pValue: number } | null][] = [
    ['MMD, Hamming kernel', tests.mmdHamming],
    ['MMD, n-gram spectrum kernel', tests.mmdSpectrum],
    ['MMD, both kernels in one test', tests.mmdAggregated],
  ];
  const rows = [
    ...kernels.map(([name, test]) =>
      testRow(
        name,
        test === null ? 'not possible: no prompt has two answers on both sides' : formatP(test.pValue),
      ),
    ),
    ...tests.features
      .slice(0, MOST_FEATURE_TESTS)
      .map((test) => testRow(test.feature, `${formatP(test.pValue)} (adjusted ${formatP(test.adjusted)})`)),
  ];
  const left = tests.features.length - MOST_FEATURE_TESTS;
  const more =
    left > 0
      ? html`<p class="soft">${left} more features, none with a smaller p-value, are not shown here.</p>`
      : html``;
  return html`<p class="soft">From ${tests.permutations} relabellings within prompts. They don't enter the verdict, and are valid only
for one look at all answers. Features are adjusted for their number (Holm).</p>
<div class="scroll"><table><thead><tr><th>Test</th><th>p-value</th></tr></thead><tbody>${rows}</tbody></table></div>${more}`;
}

function testRow(name: string, value: string): Markup {
  return html`<tr><td>${name}</td><td>${value}</td></tr>`;
}

function howMade({ result, listed, released }: ComparisonReportInput): Markup {
  const files = [listed, released].map(
    (
      file,
      i,
    ) => html`<tr><td>${i === 0 ? 'listed' : 'released'}</td><td><code>${file.name}</code></td><td class="num">${file.answers}</td><td class="num">${file.malformedLines}</td></tr>
<tr><td></td><td colspan="3" class="soft">SHA-256 <code>${file.sha256}</code></td></tr>`,
  );
  return html`<div class="scroll"><table><thead><tr><th>Side</th><th>File</th><th class="num">Answers</th><th class="num">Malformed</th></tr></thead><tbody>${files}</tbody></table></div>
<ul><li>The i-th listed answer to a prompt is paired with the i-th released one. Left out: ${result.unpaired} answers without a
partner, ${result.repeated} pairs with an answer given before; ${result.promptMismatches} prompt ids stand for different prompts on the two sides.</li>
<li>The pairs are bet on one after another in ${result.orders} random orders, which the bytes of both files decide, so that no order
can be picked. The e-value is the average over the orders; if the sides are the same it reaches 1/alpha with a probability of at most ${result.alpha}.</li>
<li>At best, two answers a trial need ${result.limitTrials} trials for an alarm.</li>
<li>Engine version ${ENGINE_VERSION}.</li></ul>`;
}
