import { html, type Markup, type Run, sideParts } from '../../core/index.js';
import {
  exampleKey,
  type Finding,
  type FindingExample,
  type Side,
  type WordFinding,
} from '../../fingerprint/index.js';
import { formatNumber } from './figures.js';

/** The words that each side uses more. */
export function wordsTable(words: readonly WordFinding[]): Markup {
  if (words.length === 0) return html`<p class="soft">No word stands out.</p>`;
  const rows = words.map(
    (
      word,
    ) => html`<tr><td dir="auto"><strong>${word.word}</strong></td><td class="${word.side === 'listed' ? 'l' : 'r'}">${word.side}</td>
<td class="num">${formatNumber(word.listedPer1000)}</td><td class="num">${formatNumber(word.releasedPer1000)}</td><td class="num">${word.z.toFixed(1)}</td></tr>`,
  );
  return html`<div class="scroll"><table><thead><tr><th>Word</th><th>More in</th><th class="num">Listed, per 1,000</th>
<th class="num">Released, per 1,000</th><th class="num">z</th></tr></thead><tbody>${rows}</tbody></table></div>`;
}

/** Real pairs of answers for each finding, side by side, with what only one side says marked. */
export function examplePairs(findings: readonly Finding[], most: number = Number.POSITIVE_INFINITY): Markup {
  const shown = distinctExamples(findings, most);
  if (shown.length === 0) return html`<p class="soft">There are no findings, so there are no examples.</p>`;
  return html`${shown.map(({ sentence, examples }) => html`<h3>${sentence}</h3>${examples.map(answerPair)}`)}`;
}

/** A pair may illustrate several findings; it stands under the first, at most `most` under each. */
export function distinctExamples(
  findings: readonly Finding[],
  most: number,
): Pick<Finding, 'sentence' | 'examples'>[] {
  const seen = new Set<string>();
  return findings.flatMap(({ sentence, examples: all }) => {
    const examples = all.filter((example) => !seen.has(exampleKey(example))).slice(0, most);
    for (const example of examples) seen.add(exampleKey(example));
    return examples.length === 0 ? [] : [{ sentence, examples }];
  });
}

/** An example whose marks may have been worked out before: that takes long. */
type MarkedExample = FindingExample & { readonly parts?: ReturnType<typeof sideParts> };

/** The findings with the marks of their examples, where the first `most` are going to be shown often. */
export function withMarks(findings: readonly Finding[], most: number): Finding[] {
  return findings.map((finding, i) =>
    i >= most
      ? finding
      : {
          ...finding,
          examples: finding.examples.map(
            (example): MarkedExample => ({ ...example, parts: sideParts(example.listed, example.released) }),
          ),
        },
  );
}

/** A prompt with both answers side by side, with what only one side says marked. */
export function answerPair(example: MarkedExample): Markup {
  const parts = example.parts ?? sideParts(example.listed, example.released);
  return html`<p class="soft prompt">Prompt <code>${example.promptId}</code>: <span dir="auto">${example.prompt}</span></p>
<div class="pair">${column('listed', parts.listed)}${column('released', parts.released)}</div>`;
}

function column(side: Side, runs: readonly Run[]): Markup {
  const text = runs.map((run) =>
    run.marked ? html`<mark class="${side}">${run.text}</mark>` : html`${run.text}`,
  );
  const name = side === 'listed' ? 'Listed' : 'Released';
  return html`<div><h4 class="${side === 'listed' ? 'l' : 'r'}">${name}</h4><div class="answer" dir="auto">${text}</div></div>`;
}
