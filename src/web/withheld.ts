import { html, type Markup } from '../core/index.js';
import { markdownLine, utc } from '../evidence/index.js';
import type { Withheld } from './standing.js';
import { isoTime, time } from './time.js';

interface NamedWatch {
  readonly id: string;
  readonly title: string;
  readonly claim: string;
}

const WHY = 'The vendor may answer first. Nothing else is shown of this watch until then.';

/** That there is something, which the reader does not get yet. */
export function withheldSentence({ since, until }: Withheld): Markup {
  return html`Results since ${time(since)} are withheld until ${time(until)} for the vendor’s right of reply.`;
}

/** In place of all that is known of a watch. */
export function withheldPage({ title, claim }: NamedWatch, withheld: Withheld): Markup {
  return html`<p class="kicker" dir="auto">${title}</p><h1>⋯ Results withheld for now</h1>
<p class="lead">${withheldSentence(withheld)}</p><p>${WHY}</p>
<h2>The claim under test</h2><p dir="auto">${claim}</p>`;
}

/** The same in Markdown. */
export function withheldMarkdown({ title, claim }: NamedWatch, { since, until }: Withheld): string {
  const sentence = `Results since ${utc(since)} are withheld until ${utc(until)} for the vendor’s right of reply. ${WHY}`;
  return `# ${markdownLine(title)}\n\n${markdownLine(sentence)}\n\n${markdownLine(claim)}\n`;
}

/** For programs: since when, until when; null where nothing is withheld. */
export function withheldJson(withheld: Withheld | null): object | null {
  return withheld && { since: isoTime(withheld.since), until: isoTime(withheld.until) };
}
