import type { IncidentKind } from '../../alerts/index.js';
import { html, type Markup } from '../../core/index.js';
import type { SubscriptionChoice } from '../../jobs/index.js';
import { options } from '../options.js';
import type { ListedWatch } from '../standing.js';

const kinds: readonly (readonly [IncidentKind, string])[] = [
  ['divergence', 'What is listed and what is released give distinguishable answers'],
  ['declared-change', 'A side says something new about itself'],
  ['equivalence', 'No difference beyond the margin'],
  ['unreadable', 'The answers can’t be read for long'],
  ['budget', 'Rounds wait for a budget'],
];

const severities = [
  ['material', 'Large ones only'],
  ['trace', 'All, however small'],
] as const;

const frequencies = [
  ['immediate', 'At once'],
  ['daily', 'Once a day'],
  ['weekly', 'Once a week'],
] as const;

const MOST_WATCHES = 200;

export const usualChoice: SubscriptionChoice = {
  watchIds: [],
  kinds: ['divergence', 'declared-change', 'equivalence'],
  minSeverity: 'material',
  frequency: 'immediate',
  timezone: 'UTC',
};

/** What can be chosen: no more watches than anyone would look through, but all that were chosen before. */
export function choiceFields(
  watches: readonly Pick<ListedWatch, 'id' | 'title'>[],
  choice: SubscriptionChoice,
): Markup {
  const shown = watches.filter(({ id }, i) => i < MOST_WATCHES || choice.watchIds.includes(id));
  return html`<fieldset><legend>Watches</legend><p class="soft">None ticked: all of them, also later ones.</p>
${shown.map(({ id, title }) => box('watch', id, title, choice.watchIds.includes(id)))}</fieldset>
<fieldset><legend>What to hear of</legend>${kinds.map(([kind, words]) => box('kind', kind, words, choice.kinds.includes(kind)))}</fieldset>
<p><label>Differences <select name="min_severity">${options(severities, choice.minSeverity)}</select></label></p>
<p><label>How often <select name="frequency">${options(frequencies, choice.frequency)}</select></label></p>
<p><label>Time zone, for the morning mail <select name="timezone">${options(timezones(choice.timezone), choice.timezone)}</select></label></p>`;
}

function box(name: string, value: string, words: string, isChecked: boolean): Markup {
  const input = isChecked
    ? html`<input type="checkbox" name="${name}" value="${value}" checked>`
    : html`<input type="checkbox" name="${name}" value="${value}">`;
  return html`<label class="box">${input} <span dir="auto">${words}</span></label>`;
}

function timezones(chosen: string): (readonly [string, string])[] {
  const names = new Set(['UTC', chosen, ...Intl.supportedValuesOf('timeZone')]);
  return [...names].map((name) => [name, name.replaceAll('_', ' ')] as const);
}

/** What a form sent, as it was sent: whoever stores it has to check it. */
export function readChoice(body: unknown): SubscriptionChoice {
  return {
    watchIds: fieldsOf(body, 'watch'),
    kinds: fieldsOf(body, 'kind') as IncidentKind[],
    minSeverity: fieldOf(body, 'min_severity') as SubscriptionChoice['minSeverity'],
    frequency: fieldOf(body, 'frequency') as SubscriptionChoice['frequency'],
    timezone: fieldOf(body, 'timezone'),
  };
}

/** One field of a form; empty where it is missing or not a single text. */
export function fieldOf(body: unknown, name: string): string {
  const values = fieldsOf(body, name);
  return values.length === 1 ? (values[0] ?? '') : '';
}

function fieldsOf(body: unknown, name: string): string[] {
  if (typeof body !== 'object' || body === null || !Object.hasOwn(body, name)) return [];
  const value: unknown = (body as Readonly<Record<string, unknown>>)[name];
  return [value].flat().filter((one) => typeof one === 'string');
}
