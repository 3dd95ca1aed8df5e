import { type DiffPart, html, type Markup, wordDiff } from '../../core/index.js';
import type { Finding, FindingExample, Side, WordFinding } from '../../fingerprint/index.js';
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
export function examplePairs(findings: readonly Finding[]): Markup {
  const shown = findings.filter((finding) => finding.examples.length > 0);
  if (shown.length === 0) return html`<p class="soft">There are no findings, so there are no examples.</p>`;
  // A pair may illustrate several findings; it is shown once, under the first.
  const seen = new Set<string>();
  const sections = shown.flatMap((finding) => {
    const fresh = finding.examples.filter((example) => !seen.has(keyOf(example)));
    for (const example of fresh) seen.add(keyOf(example));
    return fresh.length === 0 ? [] : [html`<h3>${finding.sentence}</h3>${fresh.map(pair)}`];
  });
  return html`${sections}`;
}

function keyOf({ promptId, listed, released }: FindingExample): string {
  return JSON.stringify([promptId, listed, released]);
}

function pair(example: FindingExample): Markup {
  const parts = wordDiff(example.listed, example.released);
  return html`<p class="soft">Prompt <code>${example.promptId}</code>: <span dir="auto">${example.prompt}</span></p>
<div class="pair">${column('listed', parts)}${column('released', parts)}</div>`;
}

function column(side: Side, parts: readonly DiffPart[]): Markup {
  const own = parts.filter((part) => part.kind === 'same' || part.kind === side);
  const text = own.map((part) =>
    part.kind === 'same' ? html`${part.text}` : html`<mark class="${side}">${part.text}</mark>`,
  );
  const name = side === 'listed' ? 'Listed' : 'Released';
  return html`<div><h4 class="${side === 'listed' ? 'l' : 'r'}">${name}</h4><div class="answer" dir="auto">${text}</div></div>`;
}
