import {
  type AlertContent,
  type AlertWording,
  alertWording,
  type Incident,
  LABELS,
} from '../../alerts/index.js';
import { html, type Markup } from '../../core/index.js';
import { eBH } from '../../fingerprint/index.js';
import { changedIncidents, type Db, messagesOfAll } from '../../store/index.js';
import { CONFIRMED_Q, type ListedWatch } from '../standing.js';

/** Incidents that are looked at for a feed: those that changed last. */
const INCIDENTS = 100;
const ENTRIES = 50;

/** One public message. Its id never changes: readers tell by it what they have seen. */
export interface FeedEntry {
  readonly id: string;
  readonly url: string;
  /** Untrusted, as is `summary`: not escaped for any syntax. */
  readonly title: string;
  readonly summary: string;
  readonly content: Markup;
  readonly at: number;
}

/** The newest public messages about a watch, the newest first. */
export async function watchEntries(db: Db, origin: string, watchId: string): Promise<FeedEntry[]> {
  const messages = await publicMessages(db, watchId);
  return messages.slice(0, ENTRIES).map((content) => entry(content, origin));
}

/**
 * The newest public messages about confirmed differences of all watches, the newest first. What is said of an incident
 * that has ended stays, as long as the evidence that it was told with would be confirmed now: whoever read of it has to
 * read of its end.
 */
export async function confirmedEntries(
  db: Db,
  origin: string,
  watches: readonly ListedWatch[],
): Promise<FeedEntry[]> {
  const messages = await publicMessages(db, null);
  const isIn = new Map<string, boolean>();
  for (const { incident } of messages) {
    if (isIn.has(incident.id)) continue;
    const told = messages.filter((one) => one.incident.id === incident.id);
    isIn.set(incident.id, isConfirmed(incident, told, watches));
  }
  return messages
    .filter(({ incident }) => isIn.get(incident.id) === true)
    .slice(0, ENTRIES)
    .map((content) => entry(content, origin));
}

function isConfirmed(
  { watchId, epoch, status }: Incident,
  told: readonly AlertContent[],
  watches: readonly ListedWatch[],
): boolean {
  const at = watches.findIndex(({ id }) => id === watchId);
  const watch = watches[at];
  if (watch === undefined) return false;
  if (status === 'open' && watch.epoch === epoch) return watch.confirmed;
  const evidence = Math.max(...told.map(({ report }) => report.log10E));
  const values = watches.map(({ summary }, i) => 10 ** (i === at ? evidence : (summary?.log10_e ?? 0)));
  return eBH(values, CONFIRMED_Q)[at] === true;
}

/** The messages of the incidents that changed last, each with its incident as it was then, the newest first. */
async function publicMessages(db: Db, watchId: string | null): Promise<AlertContent[]> {
  const incidents = await changedIncidents(db, watchId, INCIDENTS);
  if (incidents.length === 0) return [];
  const messages = await messagesOfAll(
    db,
    incidents.map(({ id }) => id),
  );
  return (
    messages
      .map(({ content }) => JSON.parse(content) as AlertContent)
      // What only the vendor got, before the public could know.
      .filter(({ incident }) => incident.publishedAt !== null)
  );
}

function entry(content: AlertContent, origin: string): FeedEntry {
  const { incident, notice } = content;
  const words = alertWording(content);
  const url = `${origin}/incidents/${incident.id}`;
  return {
    id: `${url}#${notice.seq}`,
    url,
    title: words.headline,
    summary: [words.lead, ...words.seen].join(' '),
    content: body(content, words, url),
    at: notice.at,
  };
}

function body({ listed, released }: AlertContent, words: AlertWording, url: string): Markup {
  const paragraphs = (lines: readonly string[]): Markup[] => lines.map((line) => html`<p>${line}</p>`);
  const said = words.statement
    ? html`<p>${words.statement.label}:</p><blockquote><p>${words.statement.text}</p></blockquote>`
    : html``;
  const findings = words.findings.map(({ sentence, interval }) => html`<li>${sentence} ${interval}</li>`);
  const replies = words.replies.map(
    ({ label, text }) => html`<p>${label}:</p><blockquote><p>${text}</p></blockquote>`,
  );
  return html`<p>${words.lead}</p>${said}<h2>${LABELS.claim}</h2><p>${words.claim}</p>
<ul><li>${LABELS.listed}: ${listed.model}, ${listed.host}</li><li>${LABELS.released}: ${released.model}, ${released.host}</li></ul>
<h2>${words.seenLabel}</h2>${paragraphs(words.seen)}${findings.length === 0 ? html`` : html`<ul>${findings}</ul>`}${paragraphs(words.words)}
<h2>${LABELS.howSure}</h2>${paragraphs(words.howSure)}<h2>${LABELS.notMeant}</h2><p>${words.notMeant}</p>${replies}
<h2>${LABELS.evidence}</h2><p>${words.evidence} <a href="${url}">${url}</a></p>`;
}
