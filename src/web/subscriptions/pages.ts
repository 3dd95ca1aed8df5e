import { html, type Markup } from '../../core/index.js';
import type { OpenedSubscription } from '../../jobs/index.js';
import type { ListedWatch } from '../standing.js';
import { choiceFields, usualChoice } from './form.js';

type Watches = readonly Pick<ListedWatch, 'id' | 'title'>[];

export const notOffered: Markup = html`<h1>Subscribe</h1><p class="lead">No mail is sent from here.</p>
<p>The <a href="/incidents">feeds</a> tell the same.</p>`;

export function subscribePage(watches: Watches): Markup {
  return html`<h1>Subscribe</h1><p class="lead">Hear of each change once, by mail. To stop takes one click.</p>
<form class="choice" method="post" action="/subscribe">
<p><label>E-mail address <input type="email" name="email" required maxlength="254" autocomplete="email"></label></p>
${choiceFields(watches, usualChoice)}<button>Send me a link to confirm</button></form>
<p class="soft">The address is used for nothing else, and forgotten when you leave.</p>`;
}

/** The same whoever asked. */
export const requested: Markup = html`<h1>Look into your mail</h1>
<p class="lead">If this address can get mail from here, a link is on its way to it. Nothing is subscribed before it is followed.</p>`;

/** A button, since programs that look through mail follow links by themselves. */
export function buttonPage(title: string, lead: string, action: string, words: string): Markup {
  return html`<h1>${title}</h1><p class="lead">${lead}</p><form method="post" action="${action}"><button>${words}</button></form>`;
}

export function donePage(title: string, lead: string): Markup {
  return html`<h1>${title}</h1><p class="lead">${lead}</p><p><a href="/">To the overview</a></p>`;
}

export function managePage(token: string, opened: OpenedSubscription, watches: Watches): Markup {
  const { subscriptions, frequency, timezone } = opened;
  const choice = {
    watchIds: subscriptions.flatMap(({ watchId }) => watchId ?? []),
    kinds: [...new Set(subscriptions.flatMap(({ kinds }) => kinds))],
    minSeverity: subscriptions[0]?.minSeverity ?? usualChoice.minSeverity,
    frequency,
    timezone,
  };
  return html`<h1>Your subscription</h1><p class="lead">Mail goes to ${opened.email}.</p>
<form class="choice" method="post" action="/manage/${token}">${choiceFields(watches, choice)}<button>Save</button></form>
<p class="soft">To leave, use the link at the end of any mail.</p>`;
}
