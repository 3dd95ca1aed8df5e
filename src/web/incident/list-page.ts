import { type AlertContent, alertWording } from '../../alerts/index.js';
import { html, type Markup } from '../../core/index.js';
import { time } from '../time.js';
import { statusTag } from './incident-page.js';

export interface IncidentList {
  /** Of which watch; null: of all. */
  readonly watchId: string | null;
  readonly incidents: readonly AlertContent[];
  /** The query of the next page; null: this is the last. */
  readonly older: string | null;
}

/** The public incidents, the newest first. */
export function incidentList({ watchId, incidents, older }: IncidentList): Markup {
  const feed = watchId === null ? '' : `/watches/${watchId}`;
  return html`<h1>Incidents</h1>
<p class="lead">${watchId === null ? 'What the watches here have told.' : html`What the watch <a href="/watches/${watchId}">${watchId}</a> has told. <a href="/incidents">Incidents of all watches</a>`}</p>
<p class="soft">As a feed: <a href="${feed}/feed.atom">Atom</a>, <a href="${feed}/feed.rss">RSS</a>, <a href="${feed}/feed.json">JSON</a>${watchId === null ? '. The feed of all watches carries confirmed differences only.' : '.'}</p>
${incidents.length === 0 ? html`<p>There are none.</p>` : html`<ul class="incidents">${incidents.map(row)}</ul>`}
${older === null ? html`` : html`<nav class="pager" aria-label="Pages"><a href="/incidents${older}">Older incidents →</a></nav>`}`;
}

function row(content: AlertContent): Markup {
  const { incident } = content;
  return html`<li><p dir="auto"><a href="/incidents/${incident.id}">${alertWording(content).headline}</a></p>
<p>${statusTag(incident.status)} <span class="soft">opened ${time(incident.openedAt)}${incident.replies.length === 0 ? '' : ', with the vendor’s reply'}</span></p></li>`;
}
