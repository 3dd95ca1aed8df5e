import { cutText, html, type Markup } from '../../core/index.js';
import { answerPair, voidReason } from '../../evidence/index.js';
import type { AnswersTable, TrialWithAnswers } from '../../store/index.js';
import { options } from '../options.js';
import { time } from '../time.js';

/** Trials on a page. */
export const TRIALS = 5;
const LONGEST = 1000;

export interface AnswersPage {
  readonly watch: { readonly id: string; readonly title: string };
  readonly suites: readonly string[];
  /** Empty: all. */
  readonly suite: string;
  readonly trials: readonly TrialWithAnswers[];
}

/** The trials of a watch, the newest first, with their answers side by side. */
export function answersPage({ watch, suites, suite, trials }: AnswersPage): Markup {
  const last = trials.length === TRIALS ? trials.at(-1)?.trial.seq : undefined;
  const older = new URLSearchParams({ ...(suite === '' ? {} : { suite }), before: String(last) }).toString();
  const choices = [['', 'All'] as const, ...suites.map((id) => [id, id] as const)];
  return html`<p class="kicker" dir="auto"><a href="/watches/${watch.id}">${watch.title}</a></p>
<h1>Answers side by side</h1>
<p class="soft">The newest first, none left out. Marked: what only that side says. Longer texts are cut here to ${LONGEST} characters.</p>
<form class="filters" method="get" action="/watches/${watch.id}/answers"><label>Suite <select name="suite">${options(choices, suite)}</select></label><button>Show</button></form>
${trials.length === 0 ? html`<p>There are none.</p>` : trials.map(trial)}
${last === undefined || last === 1 ? html`` : html`<nav class="pager" aria-label="Pages"><a href="/watches/${watch.id}/answers?${older}">Older trials →</a></nav>`}`;
}

function trial({ trial: row, answers }: TrialWithAnswers): Markup {
  const { seq, suite, prompt_id: promptId, prompt, finished_at: at } = row;
  return html`<section class="trial"><h2>Trial ${seq} <span class="soft">${suite}${at === null ? html`` : html`, ${time(at)}`}</span></h2>
${row.status === 'void' ? html`<p class="note">Void: ${voidReason(row.void_reason ?? 'unknown')}${row.void_side === null ? '' : ` (${row.void_side} side)`}. It counts in the void rates, never as “no change”.</p>` : html``}
${answerPair({ promptId, prompt: cut(prompt), listed: textOf(answers, 'listed'), released: textOf(answers, 'released') })}</section>`;
}

function textOf(answers: readonly AnswersTable[], side: AnswersTable['side']): string {
  const answer = answers.find((one) => one.side === side);
  if (answer === undefined) return '(not asked)';
  if (answer.text !== null) return cut(answer.text);
  return answer.text_hash === null
    ? `(${voidReason(answer.outcome)})`
    : '(the text was removed; its hash is in the log)';
}

function cut(text: string): string {
  const short = cutText(text, LONGEST);
  return short.length < text.length ? `${short}…` : short;
}
