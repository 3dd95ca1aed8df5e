import { html, type Markup } from '../../core/index.js';
import { plural, verdictHeadings, watchReportContent } from '../../evidence/index.js';
import { badge, evidenceBar } from '../badge.js';
import { severityWords } from '../overview/page.js';
import type { ListedWatch } from '../standing.js';
import { time } from '../time.js';
import type { ShownWatch } from './watch-input.js';

export interface WatchPage {
  readonly shown: ShownWatch;
  readonly standing: Pick<ListedWatch, 'standing' | 'confirmed'>;
  /** When rounds are due, from the watch file; null: it is not in the file any more. */
  readonly schedule: { readonly cron: string; readonly timezone: string } | null;
}

/** Everything about one watch. */
export function watchPage({ shown, standing, schedule }: WatchPage): Markup {
  const { input, reportedAt } = shown;
  const { watch, report } = input;
  const heading =
    standing.standing === 'waiting' ? '… Waiting for its first round' : verdictHeadings[report.verdict];
  return html`<p class="kicker" dir="auto">${watch.title}</p>
<h1 class="${standing.standing}">${heading}</h1>
<p class="glance">${badge(standing)} ${report.severity ? html`<span class="soft">${severityWords[report.severity]}</span> ` : html``}${evidenceBar(report.log10E, report.alpha)}
<span class="soft">${plural(report.trials, 'trial')}${reportedAt === null ? html`` : html`, as of ${time(reportedAt)}`}</span>
<a href="/watches/${watch.id}/answers">All answers</a> <a href="/incidents?watch=${watch.id}">Incidents</a></p>
${confirmation(standing)}
${watchReportContent(input)}
${more(shown, schedule)}`;
}

function confirmation({ standing, confirmed }: WatchPage['standing']): Markup {
  if (standing !== 'different') return html``;
  return confirmed
    ? html`<p class="note">Confirmed: this also holds when all watches of this page are taken together.</p>`
    : html`<p class="note">Not confirmed: with this watch’s own guarantee only. Among so many watches as there are here, one could look like this by chance.</p>`;
}

function more({ current, input }: ShownWatch, schedule: WatchPage['schedule']): Markup {
  const { id } = input.watch;
  const due = current.watch.next_due_at;
  const key = input.log.checkpoint?.key;
  const trust = key ? ` --trust '${key}'` : '';
  const next = due === null ? html`none is due` : time(due);
  const when =
    schedule === null
      ? html`<p>It is not in the watch file any more: no further round is due.</p>`
      : html`<p>Rounds start at <code>${schedule.cron}</code> (${schedule.timezone}); the next: ${next}.</p>`;
  return html`<section><h2>Schedule</h2>${when}</section>
<section><h2>All answers</h2><p><a href="/watches/${id}/answers">Every trial with its answers side by side</a>, the void ones with their reasons.</p></section>
<section><h2>Check it yourself</h2><p>Whoever runs this gives out the evidence as one file. Then, without trusting anyone:</p>
<pre>twinwatch evidence export ${id} -o ${id}.tar.gz   # the operator
twinwatch evidence verify ${id}.tar.gz${trust}   # you: hashes, signatures, the e-value again to the last bit</pre></section>
<section><h2>Downloads</h2><ul><li><a href="/watches/${id}.html" download>This report as one HTML file</a></li>
<li><a href="/watches/${id}.md">As Markdown</a></li><li><a href="/watches/${id}.json">As JSON</a></li></ul></section>`;
}
