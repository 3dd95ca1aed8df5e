import type { TransportState } from '../../config/index.js';
import { html, type Markup } from '../../core/index.js';
import { formatNumber, plural } from '../../evidence/index.js';
import { badge, evidenceBar } from '../badge.js';
import { options } from '../options.js';
import type { ListedWatch } from '../standing.js';
import { CONFIRMED_Q } from '../standing.js';
import { time } from '../time.js';
import { withheldSentence } from '../withheld.js';
import { filters, orders, type Selected, type Selection, writeSelection } from './select.js';

/** What the overview tells beside its rows. */
export interface OverviewFacts {
  /** Of all watches, whatever is selected. */
  readonly watches: number;
  readonly different: number;
  readonly confirmed: number;
  /** False alarms that may be expected of all of them over their whole lives, at most. */
  readonly falseAlarms: number;
}

/** By watch: whether the way in which answers are read may be what differs. */
export type Transports = ReadonlyMap<string, TransportState>;

export function overview(
  facts: OverviewFacts,
  selection: Selection,
  selected: Selected,
  transports: Transports,
): Markup {
  if (facts.watches === 0) return empty();
  return html`<h1>Is what is listed what is released?</h1>
<p class="lead">${headline(facts)}</p>
<p class="soft">Each watch asks both sides the same questions, again and again. “Different” means that their answers can be told
apart; why is left open. If all were the same, at most ${formatNumber(facts.falseAlarms)} false alarms could be expected of these
${plural(facts.watches, 'watch', 'watches')} over their whole lives. “Confirmed” holds for all of them together: at most ${CONFIRMED_Q * 100} % of
the confirmed ones are expected to be wrong. <a href="/method">How this works</a></p>
${form(selection)}
<h2 class="quiet">${plural(selected.total, 'watch', 'watches')}</h2>
${selected.watches.length === 0 ? html`<p>No watch fits. <a href="/">Show all</a></p>` : html`<ul class="watches">${selected.watches.map((watch) => row(watch, transports.get(watch.id)))}</ul>`}
${pager(selection, selected)}`;
}

function headline({ watches, different, confirmed }: OverviewFacts): string {
  if (different === 0) return `None of ${plural(watches, 'watch', 'watches')} has found a difference so far.`;
  return `In ${formatNumber(different)} of ${plural(watches, 'watch', 'watches')} the answers can be told apart; confirmed: ${formatNumber(confirmed)}.`;
}

function empty(): Markup {
  return html`<h1>Nothing is watched yet</h1>
<p class="lead">A watch compares what an arena lists with what the public can use.</p>
<ol><li>Write a watch file: <code>twinwatch init</code></li><li>Name the two sides in it, and check it: <code>twinwatch check-config</code></li>
<li>Start: <code>twinwatch start</code></li></ol>
<p>It appears here at once. <a href="/method">How this works</a></p>`;
}

function form({ search, verdict, sort }: Selection): Markup {
  return html`<form class="filters" method="get" action="/" role="search">
<label>Search <input type="search" name="q" value="${search}" maxlength="200"></label>
<label>Verdict <select name="verdict">${options(filters, verdict)}</select></label>
<label>Sort by <select name="sort">${options(orders, sort)}</select></label>
<button>Show</button></form>`;
}

function row(watch: ListedWatch, transport: TransportState | undefined): Markup {
  const { id, title, claim, summary, pausedSince, withheld } = watch;
  const paused =
    pausedSince === null ? html`` : html` <span class="tag">paused since ${time(pausedSince)}</span>`;
  const severity = summary?.severity
    ? html`<span class="soft">${severityWords[summary.severity]}</span>`
    : html``;
  return html`<li><div><h3 dir="auto"><a href="/watches/${id}">${title}</a></h3><p class="soft" dir="auto">${claim}</p></div>
<div>${badge(watch)} ${severity}${paused}${transportTag(transport)}</div>
<div>${summary ? evidenceBar(summary.log10_e, summary.level) : html``}</div>
<div class="soft">${withheld ? withheldSentence(withheld) : summary ? html`${trialWords(summary)}<br>${time(summary.at)}` : html`–`}</div></li>`;
}

function transportTag(state: TransportState | undefined): Markup {
  if (state === undefined || state === 'shared') return html``;
  const words =
    state === 'excluded' ? 'way of reading: controlled' : 'way of reading: not excluded as the cause';
  return html` <span class="tag">${words}</span>`;
}

/** How much differs, where something does. */
export const severityWords: Readonly<Record<'material' | 'trace', string>> = {
  material: 'by much',
  trace: 'by how much is not proven',
};

function trialWords({ trials, void_trials }: { trials: number; void_trials: number }): string {
  const voids = void_trials === 0 ? '' : `, ${formatNumber(void_trials)} void`;
  return `${plural(trials, 'trial')}${voids}`;
}

function pager(selection: Selection, { page, pages }: Selected): Markup {
  if (pages === 1) return html``;
  const link = (to: number, words: string): Markup =>
    to < 1 || to > pages
      ? html``
      : html` <a href="/${writeSelection({ ...selection, page: to })}">${words}</a>`;
  return html`<nav class="pager" aria-label="Pages">${link(page - 1, '← Earlier page')} <span>Page ${page} of ${pages}</span>${link(page + 1, 'Next page →')}</nav>`;
}
