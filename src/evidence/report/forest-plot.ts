import { html, type Markup } from '../../core/index.js';
import type { Finding } from '../../fingerprint/index.js';
import { formatNumber } from './figures.js';

/** The margins around ½ that the plot shades and that decide `equivalent` and `material`. */
export interface Margins {
  readonly equivalenceMargin: number;
  readonly materialMargin: number;
}

/** The findings as a forest plot: one interval a row, with its sentence and figures in text. */
export function forestPlot(findings: readonly Finding[], margins: Margins): Markup {
  if (findings.length === 0) {
    return html`<p class="soft">No single habit could be told apart with certainty.</p>`;
  }
  return html`<figure><div class="ends"><span class="r">← more in released answers</span><span class="l">more in listed answers →</span></div>
${findings.map((finding) => row(finding, margins))}
<figcaption>The dot is the chance that a listed answer has more of it than a released one (a tie counts half); the
line is its confidence sequence. Dashed: one half, no difference. Shaded: within the margin for
“equivalent” (±${margins.equivalenceMargin}). Thin lines: the margin for “material” (±${margins.materialMargin}).</figcaption></figure>`;
}

function row(finding: Finding, margins: Margins): Markup {
  const { estimate, low, high } = finding.superiority;
  const side = low > 0.5 ? 'l' : high < 0.5 ? 'r' : 'n';
  const tag = finding.material ? html` <span class="tag">material</span>` : html``;
  const figures = `${estimate.toFixed(2)} (${low.toFixed(2)} to ${high.toFixed(2)})`;
  return html`<div class="row"><p>${finding.sentence}${tag}</p>
<svg height="26" role="img" aria-label="${`${finding.feature}: ${figures}; one half is no difference`}">
${axis(margins)}<g class="${side}"><line x1="${percent(low)}" x2="${percent(high)}" y1="13" y2="13"/><circle cx="${percent(estimate)}" cy="13" r="5.5"/></g></svg>
<p class="key"><code>${finding.feature}</code> ${figures}; median ${formatNumber(finding.listed.median)} listed, ${formatNumber(finding.released.median)} released; mean ${formatNumber(finding.listed.mean)} and ${formatNumber(finding.released.mean)} (${finding.unit})</p></div>`;
}

function axis({ equivalenceMargin, materialMargin }: Margins): Markup {
  const material = [0.5 - materialMargin, 0.5 + materialMargin].map(
    (at) => html`<line class="grid" x1="${percent(at)}" x2="${percent(at)}" y1="0" y2="26"/>`,
  );
  return html`<line class="grid" x1="0" x2="100%" y1="13" y2="13"/>
<rect class="band" x="${percent(0.5 - equivalenceMargin)}" width="${percent(2 * equivalenceMargin)}" y="0" height="26"/>
${material}<line class="half" x1="50%" x2="50%" y1="0" y2="26"/>`;
}

function percent(share: number): string {
  return `${Math.round(Math.min(Math.max(share, 0), 1) * 10_000) / 100}%`;
}
