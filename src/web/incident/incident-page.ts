import { type AlertWording, alertWording, LABELS } from '../../alerts/index.js';
import { html, type Markup } from '../../core/index.js';
import { answerPair } from '../../evidence/index.js';
import { time } from '../time.js';
import { corrections, replyLabel, timeline } from './events.js';
import type { ShownIncident } from './read-incident.js';

/** Everything about one incident that the public may know. */
export function incidentPage(shown: ShownIncident, url: string): Markup {
  const { incident, content } = shown;
  const { watch } = content;
  const words = alertWording(content);
  return html`<p class="kicker" dir="auto"><a href="/watches/${watch.id}">${watch.title}</a></p>
<h1 dir="auto">${words.headline}</h1>
<p class="glance">${statusTag(incident.status)} <span class="soft">Opened ${time(incident.openedAt)}${incident.updatedAt === incident.openedAt ? html`` : html`, last changed ${time(incident.updatedAt)}`}</span></p>
${outcome(words, incident.status)}
${fixes(shown)}
<h2>${LABELS.claim}</h2><p dir="auto">${words.claim}</p>
<table class="facts"><tbody><tr><th scope="row" class="l">${LABELS.listed}</th><td dir="auto">${content.listed.model} <span class="soft">${content.listed.host}</span></td></tr>
<tr><th scope="row" class="r">${LABELS.released}</th><td dir="auto">${content.released.model} <span class="soft">${content.released.host}</span></td></tr></tbody></table>
<h2>${words.seenLabel}</h2>${paragraphs(words.seen)}${findings(shown, words)}
<h2>${LABELS.howSure}</h2>${paragraphs(words.howSure)}
<h2>${LABELS.notMeant}</h2><p>${words.notMeant}</p>
${replies(shown)}
<h2>What happened</h2><ol class="timeline">${timeline(shown.events).map(({ seq, at, words: what, text }) => html`<li id="${seq}"><span class="soft">${time(at)}</span> ${what}${text === null ? html`` : html` <span class="said" dir="auto">${text}</span>`}</li>`)}</ol>
${proof(shown, words, url)}`;
}

const tags = { open: 'Open', resolved: 'Resolved', retracted: 'Retracted' } as const;

/** Whether it is over, in a word. */
export function statusTag(status: keyof typeof tags): Markup {
  return html`<span class="badge ${status === 'retracted' ? 'different' : ''}">${tags[status]}</span>`;
}

function outcome({ lead, statement }: AlertWording, status: ShownIncident['incident']['status']): Markup {
  const said =
    statement === null
      ? html``
      : html`<p class="soft">${statement.label}:</p><p class="said" dir="auto">${statement.text}</p>`;
  return status === 'retracted'
    ? html`<div class="retracted" role="note"><p class="lead"><strong>${lead}</strong></p>${said}</div>`
    : html`<p class="lead">${lead}</p>${said}`;
}

function fixes({ events }: ShownIncident): Markup {
  const all = corrections(events);
  if (all.length === 0) return html``;
  return html`<h2>${all.length === 1 ? 'Correction' : 'Corrections'}</h2>
${all.map(({ at, text }) => html`<p class="soft">In the operator’s own words, ${time(at)}:</p><p class="said" dir="auto">${text ?? ''}</p>`)}`;
}

function findings({ content }: ShownIncident, words: AlertWording): Markup {
  const list = words.findings.map(({ sentence, interval }, i) => {
    const example = i < 2 ? content.report.findings[i]?.examples[0] : undefined;
    return html`<li>${sentence}<br><span class="soft">${interval}</span>${example ? answerPair(example) : html``}</li>`;
  });
  return html`${list.length === 0 ? html`` : html`<ul class="findings">${list}</ul>`}${paragraphs(words.words)}`;
}

function replies({ incident }: ShownIncident): Markup {
  if (incident.replies.length === 0)
    return html`<h2>The vendor’s reply</h2><p>None has been given so far.</p>`;
  return html`<h2>The vendor’s reply</h2><p class="soft">These are their words, not ours; nothing is checked or left out.</p>
${incident.replies.map((reply) => html`<figure class="reply"><figcaption dir="auto">${replyLabel(reply)}, ${time(reply.at)}</figcaption><blockquote class="said" dir="auto">${reply.text}</blockquote></figure>`)}`;
}

function proof({ incident, checkpoint }: ShownIncident, words: AlertWording, url: string): Markup {
  const trust = checkpoint ? ` --trust '${checkpoint.key}'` : '';
  const note = checkpoint
    ? html`<p>The newest signed head of the log:</p><pre>${checkpoint.note}</pre>`
    : html`<p>The log has not been signed yet.</p>`;
  return html`<h2>${LABELS.evidence}</h2><p>${words.evidence}</p>${note}
<h2>Check it yourself</h2><p>Whoever runs this gives out the evidence as one file. Then, without trusting anyone:</p>
<pre>twinwatch evidence export ${incident.id} -o ${incident.id}.tar.gz   # the operator
twinwatch evidence verify ${incident.id}.tar.gz${trust}   # you</pre>
<p>To quote this page: <a href="/incidents/${incident.id}">${url}</a></p>`;
}

function paragraphs(lines: readonly string[]): Markup {
  return html`${lines.map((line) => html`<p dir="auto">${line}</p>`)}`;
}
